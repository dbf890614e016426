package org.flatgaze.runtime.demo;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Turns arrays into grey pictures for a contact sheet. */
final class GreyPictures {

    private GreyPictures() {}

    /** Sensor samples, stretched: the picture is in the few per cent by which a coded frame differs from plain grey. */
    static BufferedImage ofSamples(short[] samples, int rows, int columns) {
        float[] values = new float[samples.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples[i] & 0xffff;
        }
        return stretched(values, rows, columns);
    }

    /** Values of any unit, from the 1st to the 99.5th percentile; a single glint must not darken the rest. */
    static BufferedImage stretched(float[] values, int rows, int columns) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        float low = sorted[sorted.length / 100];
        float high = sorted[sorted.length - 1 - sorted.length / 200];
        return between(values, rows, columns, low, high);
    }

    /** Values from {@code low}, black, to {@code high}, white. */
    static BufferedImage between(float[] values, int rows, int columns, float low, float high) {
        double scale = high > low ? 1.0 / ((double) high - low) : 0;
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                image.setRGB(x, y, grey((values[y * columns + x] - low) * scale));
            }
        }
        return image;
    }

    private static int grey(double value) {
        int level = (int) Math.round(255 * Math.clamp(value, 0, 1));
        return (level << 16) | (level << 8) | level;
    }
}
