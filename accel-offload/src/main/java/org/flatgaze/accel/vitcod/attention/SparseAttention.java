package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.kernels.VectorSupport;

/**
 * Attention of one head over a fixed pattern, softmax over the kept entries only (ViTCoD, HPCA 2023).
 *
 * <p>An instance owns scratch memory, so it belongs to one thread. It allocates when it meets a larger shape than before
 * and nothing after that.
 */
public interface SparseAttention {

    /** {@code "scalar"} or {@code "vector"}. */
    String id();

    /**
     * Computes {@code out = softmax(scale * q k^T + bias) v} over the pairs kept by {@code pattern}.
     *
     * <p>All matrices are row-major: {@code q} is queries x depth, {@code k} keys x depth, {@code v} keys x valueDepth,
     * {@code out} queries x valueDepth; {@code out} must not alias an input. A NaN in q or k reaches the rows of the
     * output that use it; values at keys that no row keeps are not read.
     *
     * @param shape depth and value depth, first elements and row strides
     * @param scale factor of the scores, mostly {@code 1 / sqrt(depth)}
     * @throws IllegalArgumentException if an array is too short for the pattern, with {@code name=value}
     */
    void run(AttentionPattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float scale, float[] out);

    /** The plain-loop twin: the reference. */
    static SparseAttention scalar() {
        return new ScalarAttention();
    }

    /** The fastest one this JVM can run; falls back to {@link #scalar()} where the vector module is missing. */
    static SparseAttention best() {
        return VectorSupport.isUsable() ? new VectorAttention() : new ScalarAttention();
    }
}
