package org.flatgaze.calibration.camera;

import java.util.Arrays;

/** Pixels that glow in the dark, and their repair. Immutable. */
public final class HotPixels {

    private static final double SIGMAS = 8;
    private static final double SIGMA_OF_QUARTILES = 1.349;
    private static final double MOST = 0.02;

    private final int rows;
    private final int cols;
    private final int[] pixels;

    private HotPixels(int rows, int cols, int[] pixels) {
        this.rows = rows;
        this.cols = cols;
        this.pixels = pixels;
    }

    /**
     * Known hot pixels.
     *
     * @param pixels indices into a rows x cols frame, rising; copied
     */
    public static HotPixels of(int rows, int cols, int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i] < 0 || pixels[i] >= rows * cols || (i > 0 && pixels[i] <= pixels[i - 1])) {
                throw new IllegalArgumentException(
                        "pixels[" + i + "]=" + pixels[i] + ": expected rising, 0.." + (rows * cols - 1));
            }
        }
        return new HotPixels(rows, cols, pixels.clone());
    }

    /** No pixel is hot. */
    static HotPixels none(int rows, int cols) {
        return new HotPixels(rows, cols, new int[0]);
    }

    /**
     * Finds the pixels that stand out of a dark frame, by eight sigmas of what is usual there.
     *
     * @param dark rows x cols
     */
    static HotPixels find(float[] dark, int rows, int cols) {
        float[] sorted = dark.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = sorted[n / 2];
        double sigma = Math.max((sorted[3 * n / 4] - sorted[n / 4]) / SIGMA_OF_QUARTILES, 1e-4);
        int[] found = new int[n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            if (dark[i] > median + SIGMAS * sigma) {
                found[count++] = i;
            }
        }
        if (count > MOST * n) {
            throw new CalibrationRefusedException("dark frame: " + count + " of " + n
                    + " pixels stand out; there is light on the sensor: darken the room, switch the screen off for dark"
                    + " captures and repeat them");
        }
        return new HotPixels(rows, cols, Arrays.copyOf(found, count));
    }

    /** Indices, rising; a copy. */
    public int[] pixels() {
        return pixels.clone();
    }

    /** Replaces hot pixels by the mean of those of their neighbours in the row and column that are not hot. */
    public void repair(float[] frame) {
        for (int pixel : pixels) {
            int row = pixel / cols;
            int col = pixel % cols;
            double sum = 0;
            int n = 0;
            if (col > 0 && isGood(pixel - 1)) {
                sum += frame[pixel - 1];
                n++;
            }
            if (col + 1 < cols && isGood(pixel + 1)) {
                sum += frame[pixel + 1];
                n++;
            }
            if (row > 0 && isGood(pixel - cols)) {
                sum += frame[pixel - cols];
                n++;
            }
            if (row + 1 < rows && isGood(pixel + cols)) {
                sum += frame[pixel + cols];
                n++;
            }
            if (n > 0) {
                frame[pixel] = (float) (sum / n);
            }
        }
    }

    private boolean isGood(int pixel) {
        return Arrays.binarySearch(pixels, pixel) < 0;
    }
}
