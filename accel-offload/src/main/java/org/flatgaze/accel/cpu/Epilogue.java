package org.flatgaze.accel.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.QuantParams;

/**
 * What happens to the sums of a layer before they are its output: a residual, an activation, and for integer layers the
 * way back to 8 bits. Arrays are padded to whole wide panels.
 */
final class Epilogue {

    private final boolean quantized;
    private final boolean rounded;
    private final float slope;
    private final float ceiling;
    private final float[] multiplier;
    private final float[] lowest;
    private final float[] highest;

    private Epilogue(
            boolean quantized,
            boolean rounded,
            float slope,
            float ceiling,
            float[] multiplier,
            float[] lowest,
            float[] highest) {
        this.quantized = quantized;
        this.rounded = rounded;
        this.slope = slope;
        this.ceiling = ceiling;
        this.multiplier = multiplier;
        this.lowest = lowest;
        this.highest = highest;
    }

    static Epilogue ofFloats(Activation activation) {
        return new Epilogue(false, false, activation.negativeSlope(), activation.ceiling(), null, null, null);
    }

    /** @param scale real units per step of a sum, one per channel */
    static Epilogue ofSteps(Activation activation, float[] scale, QuantParams out) {
        int channels = scale.length;
        int padded = padded(channels);
        float[] multiplier = new float[padded];
        float[] lowest = new float[padded];
        float[] highest = new float[padded];
        for (int c = 0; c < channels; c++) {
            multiplier[c] = Int8Arithmetic.multiplier(scale[c], out.scale(c));
            lowest[c] = Int8Arithmetic.lowest(out, c);
            highest[c] = Int8Arithmetic.highest(out, c, activation);
        }
        return new Epilogue(
                true, true, activation.negativeSlope(), Float.POSITIVE_INFINITY, multiplier, lowest, highest);
    }

    /** Exact sums times a scale: how a layer of 8-bit numbers writes float32. */
    static Epilogue ofScaledSums(Activation activation, float[] scale) {
        int padded = padded(scale.length);
        float[] lowest = new float[padded];
        float[] highest = new float[padded];
        Arrays.fill(lowest, Float.NEGATIVE_INFINITY);
        Arrays.fill(highest, activation.ceiling());
        return new Epilogue(
                true, false, activation.negativeSlope(), Float.POSITIVE_INFINITY, pad(scale, padded), lowest, highest);
    }

    /** The same for some of the channels. */
    Epilogue part(int firstChannel, int channels) {
        if (!quantized) {
            return this;
        }
        int end = firstChannel + channels;
        int padded = padded(channels);
        return new Epilogue(
                true,
                rounded,
                slope,
                ceiling,
                pad(Arrays.copyOfRange(multiplier, firstChannel, end), padded),
                pad(Arrays.copyOfRange(lowest, firstChannel, end), padded),
                pad(Arrays.copyOfRange(highest, firstChannel, end), padded));
    }

    /** Channels rounded up to whole wide panels. */
    static int padded(int channels) {
        return (channels + ConvTile.WIDE - 1) / ConvTile.WIDE * ConvTile.WIDE;
    }

    /** An array of this length or longer, zeros behind. */
    private static float[] pad(float[] values, int length) {
        return Arrays.copyOf(values, length);
    }

    /** Whether a factor for negative numbers is all there is to do, so that the tile can do it when it stores. */
    boolean isSlopeOnly() {
        return !quantized && ceiling == Float.POSITIVE_INFINITY;
    }

    float slope() {
        return slope;
    }

    /** In whole vectors: {@code vectors} of them from this channel on, for several pixels. */
    void finish(float[] c, int offset, int step, int pixels, int vectors, int channel) {
        for (int v = 0; v < vectors; v++) {
            int ch = channel + v * ConvTile.LANES;
            int at = offset + v * ConvTile.LANES;
            if (quantized) {
                finishSteps(c, at, step, pixels, ch);
            } else {
                finishFloats(c, at, step, pixels);
            }
        }
    }

    private void finishFloats(float[] c, int offset, int step, int pixels) {
        for (int i = 0; i < pixels; i++) {
            FloatVector y = FloatVector.fromArray(ConvTile.SPECIES, c, offset + i * step);
            y.max(y.mul(slope)).min(ceiling).intoArray(c, offset + i * step);
        }
    }

    private void finishSteps(float[] c, int offset, int step, int pixels, int channel) {
        FloatVector m = FloatVector.fromArray(ConvTile.SPECIES, multiplier, channel);
        FloatVector low = FloatVector.fromArray(ConvTile.SPECIES, lowest, channel);
        FloatVector high = FloatVector.fromArray(ConvTile.SPECIES, highest, channel);
        float rounder = Int8Arithmetic.rounder();
        for (int i = 0; i < pixels; i++) {
            FloatVector y = FloatVector.fromArray(ConvTile.SPECIES, c, offset + i * step)
                    .mul(m);
            y = y.max(y.mul(slope)).min(high).max(low);
            y = rounded ? y.add(rounder).sub(rounder) : y;
            y.intoArray(c, offset + i * step);
        }
    }

    /** With a residual, in whole vectors; float32 only. */
    void finishWithResidual(
            float[] c, int offset, int step, int pixels, int vectors, float[] r, int residualOffset, int residualStep) {
        for (int i = 0; i < pixels; i++) {
            for (int v = 0; v < vectors * ConvTile.LANES; v += ConvTile.LANES) {
                FloatVector y = FloatVector.fromArray(ConvTile.SPECIES, c, offset + i * step + v)
                        .add(FloatVector.fromArray(ConvTile.SPECIES, r, residualOffset + i * residualStep + v));
                y.max(y.mul(slope)).min(ceiling).intoArray(c, offset + i * step + v);
            }
        }
    }

    /** One number, the same as in vectors. */
    float finishOne(float sum, float residual, int channel) {
        if (quantized) {
            float y = sum * multiplier[channel];
            return rounded
                    ? Int8Arithmetic.finish(y, slope, lowest[channel], highest[channel])
                    : Math.min(Math.max(y, y * slope), highest[channel]);
        }
        float y = sum + residual;
        return Math.min(Math.max(y, y * slope), ceiling);
    }
}
