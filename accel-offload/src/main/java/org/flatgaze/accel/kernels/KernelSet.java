package org.flatgaze.accel.kernels;

import java.nio.FloatBuffer;

/**
 * The arithmetic every backend and the reconstruction are built on: each kernel once as plain loops and once with the
 * Vector API, behind one interface.
 *
 * <p>An instance owns scratch memory for packing, so it belongs to one thread; make one per thread with {@link #best()}.
 * After the first call for a shape no kernel allocates. Outputs are owned by the caller and must not alias an input.
 */
public interface KernelSet {

    /** Smallest standard deviation {@link #standardize} divides by; a flat picture becomes zeros, not infinities. */
    float STANDARD_DEVIATION_FLOOR = 1e-6f;

    /** {@code "scalar"} or {@code "vector"}. */
    String id();

    /**
     * Single-precision product {@code c = a b} of row-major matrices.
     *
     * <p>Any extent may be 0; with {@code k = 0} the result is zeros. Elements of {@code c} between the end of one row
     * and the start of the next ({@code ldc > n}) are left as they are. NaN and infinities propagate as IEEE 754 says.
     * The order of summation differs between kernel sets.
     *
     * @param m rows of a and c
     * @param n columns of b and c
     * @param k columns of a, rows of b
     * @param a first factor, element (i, j) at {@code aOffset + i * lda + j}
     * @param b second factor, element (i, j) at {@code bOffset + i * ldb + j}
     * @param c result, element (i, j) at {@code cOffset + i * ldc + j}; overwritten
     * @throws IllegalArgumentException if an array is too short for its shape, with {@code name=value} for each
     */
    void sgemm(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int lda,
            float[] b,
            int bOffset,
            int ldb,
            float[] c,
            int cOffset,
            int ldc);

    /**
     * Unpacks MIPI RAW10 pixels: groups of 5 bytes hold 4 samples, bytes 0..3 their upper 8 bits, byte 4 the lower 2
     * bits with the first sample in the lowest pair. {@code out[i] = sample * scale}, sample in 0..1023.
     *
     * @param offset index of the first byte; the first sample is the first of a group
     * @param samples number of samples; a last group may be partly used but its fifth byte must be there
     * @throws IllegalArgumentException if an array is too short
     */
    void unpackRaw10(byte[] packed, int offset, int samples, float scale, float[] out, int outOffset);

    /**
     * Unpacks little-endian unsigned 16-bit pixels: {@code out[i] = (sample >>> rightShift) * scale}.
     *
     * @param offset index of the first byte
     * @param samples number of samples, two bytes each
     * @param rightShift bits to drop, 0..15; for sensors that put 10 bits into the upper part of a word
     * @throws IllegalArgumentException if an array is too short or the shift out of range
     */
    void unpackU16(byte[] data, int offset, int samples, int rightShift, float scale, float[] out, int outOffset);

    /**
     * Converts unsigned 8-bit pixels: {@code out[i] = sample * scale}.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    void unpackU8(byte[] data, int offset, int samples, float scale, float[] out, int outOffset);

    /**
     * Bins a plane: {@code out} becomes the means of its blocks of 2 x 2, each {@code ((a + c) + (b + d)) / 4} with a, b above c, d.
     *
     * @param in rows x cols, row-major, from {@code inOffset}
     * @param rows even
     * @param cols even
     * @param out rows / 2 x cols / 2, row-major, from {@code outOffset}
     * @throws IllegalArgumentException if an array is too short or an extent negative or odd
     */
    void bin2x2(float[] in, int inOffset, int rows, int cols, float[] out, int outOffset);

    /**
     * Shifts and scales to mean 0 and (population) standard deviation 1: what the nets are fed with. Sums are kept in
     * double precision; the deviation is at least {@link #STANDARD_DEVIATION_FLOOR}. {@code n = 0} writes nothing.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    void standardize(float[] x, int offset, int n, float[] out, int outOffset);

    /**
     * The same into a buffer, such as a backend's pinned input: writes indices {@code 0..n-1}, leaves the position.
     *
     * @throws IllegalArgumentException if the array is too short or the buffer's limit below n
     */
    void standardize(float[] x, int offset, int n, FloatBuffer out);

    /** The plain-loop twin: the reference for every other kernel. */
    static KernelSet scalar() {
        return new ScalarKernels();
    }

    /** The fastest set this JVM can run; falls back to {@link #scalar()} where the vector module is missing. */
    static KernelSet best() {
        return VectorSupport.isUsable() ? new VectorKernels() : new ScalarKernels();
    }
}
