package org.flatgaze.accel.kernels;

import java.nio.FloatBuffer;

/** Plain loops: the reference every other kernel set is held against, and the fallback where nothing else runs. */
final class ScalarKernels implements KernelSet {

    /** Elements converted at a time on the way into a buffer; small enough to stay in the first-level cache. */
    private static final int CHUNK = 1024;

    private final float[] chunk = new float[CHUNK];

    @Override
    public String id() {
        return "scalar";
    }

    @Override
    public void sgemm(
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
            int ldc) {
        Extents.checkMatrix("a", a, aOffset, lda, m, k);
        Extents.checkMatrix("b", b, bOffset, ldb, k, n);
        Extents.checkMatrix("c", c, cOffset, ldc, m, n);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a[aOffset + i * lda + p] * b[bOffset + p * ldb + j];
                }
                c[cOffset + i * ldc + j] = sum;
            }
        }
    }

    @Override
    public void unpackRaw10(byte[] packed, int offset, int samples, float scale, float[] out, int outOffset) {
        Extents.checkRun("out", out.length, outOffset, samples);
        Extents.checkRun("packed", packed.length, offset, Extents.raw10Bytes(samples));
        raw10(packed, offset, 0, samples, scale, out, outOffset);
    }

    @Override
    public void unpackU16(
            byte[] data, int offset, int samples, int rightShift, float scale, float[] out, int outOffset) {
        Extents.checkRun("out", out.length, outOffset, samples);
        Extents.checkRun("data", data.length, offset, 2L * samples);
        Extents.checkShift(rightShift);
        u16(data, offset, 0, samples, rightShift, scale, out, outOffset);
    }

    @Override
    public void unpackU8(byte[] data, int offset, int samples, float scale, float[] out, int outOffset) {
        Extents.checkRun("out", out.length, outOffset, samples);
        Extents.checkRun("data", data.length, offset, samples);
        u8(data, offset, 0, samples, scale, out, outOffset);
    }

    @Override
    public void bin2x2(float[] in, int inOffset, int rows, int cols, float[] out, int outOffset) {
        Extents.checkBlocks(in, inOffset, rows, cols, out, outOffset);
        for (int row = 0; row < rows; row += 2) {
            bin(in, inOffset + row * cols, cols, 0, out, outOffset + row / 2 * (cols / 2));
        }
    }

    @Override
    public void standardize(float[] x, int offset, int n, float[] out, int outOffset) {
        Extents.checkRun("x", x.length, offset, n);
        Extents.checkRun("out", out.length, outOffset, n);
        if (n == 0) {
            return;
        }
        double mean = mean(x, offset, n);
        scale(x, offset, 0, n, (float) mean, inverseDeviation(x, offset, n, mean), out, outOffset);
    }

    @Override
    public void standardize(float[] x, int offset, int n, FloatBuffer out) {
        Extents.checkRun("x", x.length, offset, n);
        Extents.checkRun("out", out.limit(), 0, n);
        if (n == 0) {
            return;
        }
        double mean = mean(x, offset, n);
        float inverse = inverseDeviation(x, offset, n, mean);
        for (int start = 0; start < n; start += CHUNK) {
            int count = Math.min(CHUNK, n - start);
            scale(x, offset + start, 0, count, (float) mean, inverse, chunk, 0);
            out.put(start, chunk, 0, count);
        }
    }

    private static double mean(float[] x, int offset, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[offset + i];
        }
        return sum / n;
    }

    private static float inverseDeviation(float[] x, int offset, int n, double mean) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double d = x[offset + i] - mean;
            sum += d * d;
        }
        return inverseDeviation(sum / n);
    }

    /** NaN stays NaN: {@link Math#max} keeps it. */
    static float inverseDeviation(double variance) {
        return (float) (1 / Math.max(Math.sqrt(variance), STANDARD_DEVIATION_FLOOR));
    }

    // The ranges below start at an index so that a vector kernel can leave its remainder to them.

    static void scale(float[] x, int offset, int from, int to, float mean, float inverse, float[] out, int outOffset) {
        for (int i = from; i < to; i++) {
            out[outOffset + i] = (x[offset + i] - mean) * inverse;
        }
    }

    /** {@code from} must be a multiple of 4, the start of a group. */
    static void raw10(byte[] packed, int offset, int from, int to, float scale, float[] out, int outOffset) {
        for (int i = from; i < to; i++) {
            int group = offset + 5 * (i >> 2);
            int lane = i & 3;
            int high = packed[group + lane] & 0xff;
            int low = ((packed[group + 4] & 0xff) >> (2 * lane)) & 3;
            out[outOffset + i] = ((high << 2) | low) * scale;
        }
    }

    static void u16(
            byte[] data, int offset, int from, int to, int rightShift, float scale, float[] out, int outOffset) {
        for (int i = from; i < to; i++) {
            int low = data[offset + 2 * i] & 0xff;
            int high = data[offset + 2 * i + 1] & 0xff;
            out[outOffset + i] = (((high << 8) | low) >> rightShift) * scale;
        }
    }

    /** One row of blocks, the first row of two at {@code at}; {@code from} is the first block. */
    static void bin(float[] in, int at, int cols, int from, float[] out, int outAt) {
        for (int i = from; i < cols / 2; i++) {
            float left = in[at + 2 * i] + in[at + cols + 2 * i];
            float right = in[at + 2 * i + 1] + in[at + cols + 2 * i + 1];
            out[outAt + i] = (left + right) * 0.25f;
        }
    }

    static void u8(byte[] data, int offset, int from, int to, float scale, float[] out, int outOffset) {
        for (int i = from; i < to; i++) {
            out[outOffset + i] = (data[offset + i] & 0xff) * scale;
        }
    }
}
