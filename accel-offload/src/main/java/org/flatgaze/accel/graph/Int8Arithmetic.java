package org.flatgaze.accel.graph;

/**
 * What integer layers compute, in one place: every backend takes its factors from here, so that results are equal bit by
 * bit.
 *
 * <p>Sums are exact in 32 bits. A sum becomes output steps by one product of float32 with a float32 factor, then the
 * activation, then <b>rounding half to even</b> (as in ONNX), then the zero point, then clamping. No operation is fused,
 * so plain loops and vectors agree. Means of windows have their own rule, {@link #finishMean}.
 */
public final class Int8Arithmetic {

    /** Adding and subtracting 1.5 * 2^23 rounds a float of magnitude below 2^22 half to even. */
    private static final float ROUNDER = 12_582_912f;

    private Int8Arithmetic() {}

    /** Output steps per step of a sum or of an input: {@code from / to}, scales in real units per step. */
    public static float multiplier(float from, float to) {
        return from / to;
    }

    /** Output steps per step of a sum of {@code count} inputs that is meant as their mean. */
    public static float meanMultiplier(float from, float to, int count) {
        return (float) ((double) from / ((double) to * count));
    }

    /** Largest number of steps above zero: the range's end, or the activation's ceiling if that is lower. */
    public static float highest(QuantParams out, int channel, Activation activation) {
        return Math.min(out.max() - out.zeroPoint(channel), activation.ceiling() / out.scale(channel));
    }

    /** Smallest number of steps above zero. */
    public static float lowest(QuantParams out, int channel) {
        return out.min() - out.zeroPoint(channel);
    }

    /**
     * Steps above zero (q - zeroPoint) of an output: activation, clamp, round half to even.
     *
     * @param steps real number of output steps
     * @param negativeSlope of the activation, {@link Activation#negativeSlope()}
     */
    public static float finish(float steps, float negativeSlope, float lowest, float highest) {
        float y = Math.max(steps, steps * negativeSlope);
        y = Math.max(Math.min(y, highest), lowest);
        return (y + ROUNDER) - ROUNDER;
    }

    /** Output steps per input step of an affine layer. */
    public static float affineScale(Layer.ChannelAffine affine, QuantParams in, QuantParams out, int channel) {
        return (float) ((double) affine.scale()[channel] * in.scale(channel) / out.scale(channel));
    }

    /** The summand of an affine layer in output steps. */
    public static float affineShift(Layer.ChannelAffine affine, QuantParams out, int channel) {
        return (float) ((double) affine.shift()[channel] / out.scale(channel));
    }

    /**
     * Steps above zero of the mean of a window. Means of a few numbers are often exactly half-way, so every rounding on the
     * way shows; this is the way of ONNX Runtime's pools.
     *
     * @param sum of {@code (q - zeroPoint) * scale}, products and sums rounded to float32, row by row
     */
    public static float finishMean(float sum, int count, QuantParams out, int channel) {
        int zero = out.zeroPoint(channel);
        return finish(sum / count / out.scale(channel) + zero, 1, out.min(), out.max()) - zero;
    }

    /** The constant that rounds, for vector code. */
    public static float rounder() {
        return ROUNDER;
    }

    /** An element-wise function of one 8-bit number, by way of double precision; steps above zero of the output. */
    public static int activated(Activation activation, int stepsIn, float scaleIn, QuantParams out, int channel) {
        double steps = Math.rint(activation.apply((double) stepsIn * scaleIn) / out.scale(channel));
        return (int) Math.max(lowest(out, channel), Math.min(out.max() - out.zeroPoint(channel), steps));
    }
}
