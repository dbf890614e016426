package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Raw frame of a mono sensor to the plane that a filter is for, and whether there is light to work with. One per thread;
 * allocates nothing after construction.
 */
public final class FrameUnpacker {

    /** Light is measured on two neighbouring rows of every so many. */
    private static final int LIGHT_STEP = 16;

    private static final int LIGHT_ROWS = 2;

    private final SensorFormat format;
    private final int binning;
    private final KernelSet kernels;

    /** Samples of the rows that light is measured on, one pair after another. */
    private final float[] light;

    /** Samples of the two rows being binned. */
    private final float[] pair;

    private final float scale;
    private final float fullScale;
    private float mean;
    private float saturatedFraction;
    private float deviation;

    /**
     * For the plane of a filter; {@code kernels} are used on the calling thread alone.
     *
     * @throws IllegalArgumentException if the filter is not for whole frames of a mono sensor; one line naming its device
     */
    public FrameUnpacker(SeparableFilter filter, KernelSet kernels) {
        this(filter.model().requireWholeFrames(), filter.design().binning(), kernels);
    }

    /**
     * For a plane of means of so many x so many samples.
     *
     * @param binning 1, or 2 for sensors of even sides
     */
    FrameUnpacker(SensorFormat format, int binning, KernelSet kernels) {
        this.format = Objects.requireNonNull(format, "format");
        this.binning = binning;
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        int width = format.width();
        int height = format.height();
        this.light = new float[(height / LIGHT_STEP * LIGHT_ROWS + Math.min(LIGHT_ROWS, height % LIGHT_STEP)) * width];
        this.pair = new float[binning == 1 ? 0 : LIGHT_ROWS * width];
        this.scale = 1f / format.maxValue();
        // Half a count below full scale: rounding of the scale must not hide a saturated sample.
        this.fullScale = 1f - 0.5f * scale;
    }

    /** A plane for {@link #unpack}: rows x cols of the filter. */
    public float[] newPlane() {
        return new float[format.samples() / (binning * binning)];
    }

    /**
     * Unpacks a frame and measures its light: {@link #mean()}, {@link #deviation()}, {@link #saturatedFraction()}. An eighth
     * of the rows is looked at: a mask spreads every point of the scene over the whole sensor, so they stand for all.
     *
     * @param frame of this unpacker's format
     * @param plane rows x cols of the filter, receives the share of full scale, 0..1
     * @throws IllegalArgumentException if the frame is of another format or the plane too short
     */
    public void unpack(SensorFrame frame, float[] plane) {
        if (!frame.format().equals(format)) {
            throw new IllegalArgumentException("frame.format=" + frame.format() + ": expected " + format);
        }
        if (binning == 1) {
            unpack(frame.data(), 0, format.samples(), plane, 0);
            for (int row = 0; row < format.height(); row += LIGHT_STEP) {
                System.arraycopy(plane, row * format.width(), light, lightAt(row), lightLength(row));
            }
        } else {
            unpackBinned(frame.data(), plane);
        }
        measure();
    }

    /** Two rows at a time, so that samples meet their neighbours while they are in the first-level cache. */
    private void unpackBinned(byte[] data, float[] plane) {
        int width = format.width();
        for (int row = 0; row < format.height(); row += 2) {
            boolean isLight = row % LIGHT_STEP == 0;
            float[] samples = isLight ? light : pair;
            int at = isLight ? lightAt(row) : 0;
            unpack(data, row * width, 2 * width, samples, at);
            kernels.bin2x2(samples, at, 2, width, plane, row / 2 * (width / 2));
        }
    }

    /** @param first a multiple of 4 */
    private void unpack(byte[] data, int first, int samples, float[] to, int at) {
        switch (format.packing()) {
            case U8 -> kernels.unpackU8(data, first, samples, scale, to, at);
            case U16_LOW -> kernels.unpackU16(data, 2 * first, samples, 0, scale, to, at);
            case U16_HIGH -> kernels.unpackU16(data, 2 * first, samples, 16 - format.bitDepth(), scale, to, at);
            case RAW10 -> kernels.unpackRaw10(data, first / 4 * 5, samples, scale, to, at);
        }
    }

    private int lightAt(int row) {
        return row / LIGHT_STEP * LIGHT_ROWS * format.width();
    }

    private int lightLength(int row) {
        return Math.min(LIGHT_ROWS, format.height() - row) * format.width();
    }

    /** Mean of the rows looked at in the last frame, share of full scale. */
    public float mean() {
        return mean;
    }

    /**
     * Mean absolute deviation from the mean, of the rows looked at in the last frame, share of full scale. A lit frame
     * shows at least its shot noise here, an unlit one only the read noise, whatever the black level.
     */
    public float deviation() {
        return deviation;
    }

    /** Share of the samples at full scale among the rows looked at in the last frame, 0..1. */
    public float saturatedFraction() {
        return saturatedFraction;
    }

    /**
     * Sums whole numbers, because the compiler turns integer sums into vector code and floating-point sums or comparisons
     * not: four times faster. The conversion to int answers "at full scale?" with 1 or 0. Two rows of 16-bit counts
     * add up in an int up to 16,384 columns.
     */
    private void measure() {
        int step = LIGHT_ROWS * format.width();
        float toCounts = format.maxValue();
        float toSaturated = 1f / fullScale;
        long sum = 0;
        int saturated = 0;
        for (int from = 0; from < light.length; from += step) {
            int end = Math.min(from + step, light.length);
            int rowsSum = 0;
            for (int i = from; i < end; i++) {
                rowsSum += (int) (light[i] * toCounts + 0.5f);
            }
            for (int i = from; i < end; i++) {
                saturated += (int) (light[i] * toSaturated);
            }
            sum += rowsSum;
        }
        mean = (float) ((double) sum / light.length / format.maxValue());
        saturatedFraction = (float) saturated / light.length;
        int level = (int) (mean * toCounts + 0.5f);
        long deviations = 0;
        for (int from = 0; from < light.length; from += step) {
            int end = Math.min(from + step, light.length);
            int rowsDeviations = 0;
            for (int i = from; i < end; i++) {
                rowsDeviations += Math.abs((int) (light[i] * toCounts + 0.5f) - level);
            }
            deviations += rowsDeviations;
        }
        deviation = (float) ((double) deviations / light.length / format.maxValue());
    }
}
