package org.flatgaze.accel.vitcod.attention;

/**
 * Where the matrices of one head lie: heads of one layer mostly share arrays, with the rows of a token side by side.
 *
 * @param depth columns of q and k, 1 or more
 * @param valueDepth columns of v and of the output, 1 or more
 * @param qOffset index of the first element of q
 * @param qStride elements from one row of q to the next, at least depth
 * @param kOffset as qOffset
 * @param kStride as qStride
 * @param vOffset as qOffset
 * @param vStride at least valueDepth
 * @param outOffset as qOffset
 * @param outStride at least valueDepth
 */
public record HeadLayout(
        int depth,
        int valueDepth,
        int qOffset,
        int qStride,
        int kOffset,
        int kStride,
        int vOffset,
        int vStride,
        int outOffset,
        int outStride) {

    public HeadLayout {
        require("depth", depth, 1);
        require("valueDepth", valueDepth, 1);
        require("qOffset", qOffset, 0);
        require("qStride", qStride, depth);
        require("kOffset", kOffset, 0);
        require("kStride", kStride, depth);
        require("vOffset", vOffset, 0);
        require("vStride", vStride, valueDepth);
        require("outOffset", outOffset, 0);
        require("outStride", outStride, valueDepth);
    }

    /** One head alone: contiguous matrices from index 0. */
    public static HeadLayout contiguous(int depth, int valueDepth) {
        return new HeadLayout(depth, valueDepth, 0, depth, 0, depth, 0, valueDepth, 0, valueDepth);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + "=" + value + ": expected at least " + least);
        }
    }

    /** Checks the arrays against a pattern. */
    void check(AttentionPattern pattern, float[] q, float[] k, float[] v, float[] out) {
        check(pattern, q.length, k.length, v.length, out.length);
    }

    /** Checks the arrays' lengths against a pattern. */
    void check(AttentionPattern pattern, int q, int k, int v, int out) {
        requireMatrix("q", q, qOffset, qStride, pattern.queries(), depth);
        requireMatrix("k", k, kOffset, kStride, pattern.keys(), depth);
        requireMatrix("v", v, vOffset, vStride, pattern.keys(), valueDepth);
        requireMatrix("out", out, outOffset, outStride, pattern.queries(), valueDepth);
    }

    private static void requireMatrix(String name, int length, int offset, int stride, int rows, int columns) {
        long end = offset + (rows - 1L) * stride + columns;
        if (end > length) {
            throw new IllegalArgumentException(name + ".length=" + length + ": expected at least " + end + " for "
                    + rows + " x " + columns + " from " + name + "Offset=" + offset + " with " + name + "Stride="
                    + stride);
        }
    }
}
