package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.kernels.VectorSupport;

/**
 * Attention of one head over a fixed pattern with q, k and v in 8 bits. Our own closed form; every kernel gives its bits:
 *
 * <pre>
 * s = sum over columns of q k                            whole numbers, exact
 * t = fma(s, factor, shift)                              float32, factor = qScale kScale scores log2 e, shift = bias log2 e
 * w = rint(255 2^(t - largest t of the row's kept keys)) 0..255, 2^x as {@link FastExp}
 * out = (sum of w v) * (vScale / sum of w)               sums exact, then float32
 * </pre>
 *
 * <p>So the softmax has steps of 1/255 of its largest weight, and weights below half a step are 0. An instance owns
 * scratch memory: one thread, and nothing is allocated once it has met its largest shape.
 */
public interface Int8Attention {

    /** Sums stay below 2^24, where float32 holds every whole number: 1024 x 128 x 128. */
    int MOST_COLUMNS = 1024;

    /** 514 x 255 x 128 is below 2^24. */
    int MOST_KEYS = 514;

    /** {@code "scalar"} or {@code "vector"}. */
    String id();

    /**
     * Computes one head; layouts as {@link SparseAttention#run}.
     *
     * @param pattern for the vector kernel compiled as {@link Variant#TILES} or {@link Variant#HYBRID}
     * @throws IllegalArgumentException if an array is too short, depth or keys exceed what sums hold exactly, or the
     *     pattern is of a variant that the kernel does not run, with {@code name=value}
     */
    void run(AttentionPattern pattern, HeadLayout shape, byte[] q, byte[] k, byte[] v, Int8Scales scales, float[] out);

    /** The plain-loop twin: the reference. */
    static Int8Attention scalar() {
        return new ScalarInt8Attention();
    }

    /** The fastest one this JVM can run. */
    static Int8Attention best() {
        return VectorSupport.isUsable() ? new VectorInt8Attention() : new ScalarInt8Attention();
    }

    /** What all kernels refuse. */
    static void check(AttentionPattern pattern, HeadLayout shape, byte[] q, byte[] k, byte[] v, float[] out) {
        if (shape.depth() > MOST_COLUMNS) {
            throw new IllegalArgumentException(
                    "depth=" + shape.depth() + ": expected at most " + MOST_COLUMNS + ", whose sums are exact");
        }
        if (pattern.keys() > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "keys=" + pattern.keys() + ": expected at most " + MOST_KEYS + ", whose sums are exact");
        }
        shape.check(pattern, q.length, k.length, v.length, out.length);
    }
}
