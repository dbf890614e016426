package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.kernels.VectorSupport;

/**
 * Query tiles on whole numbers held in float32, exact below 2^24: this JDK has no product of bytes, so bytes are widened
 * once per head and the float tiles multiply them. Saves memory traffic, not multiplications.
 */
final class VectorInt8Attention implements Int8Attention {

    private final TileAttention tiles = new TileAttention();
    private float[] q = new float[0];
    private float[] k = new float[0];
    private float[] v = new float[0];
    private HeadLayout given;
    private HeadLayout widened;

    VectorInt8Attention() {
        if (!VectorSupport.isUsable()) {
            throw new IllegalStateException("vector kernels are not usable: " + VectorSupport.reason());
        }
    }

    @Override
    public String id() {
        return "vector";
    }

    @Override
    public void run(
            AttentionPattern pattern,
            HeadLayout shape,
            byte[] qBytes,
            byte[] kBytes,
            byte[] vBytes,
            Int8Scales scales,
            float[] out) {
        Int8Attention.check(pattern, shape, qBytes, kBytes, vBytes, out);
        if (!(pattern instanceof TilePattern tilePattern)) {
            throw new IllegalArgumentException("pattern.variant=" + pattern.variant()
                    + ": expected TILES or HYBRID; compile the mask for 8-bit kernels as one of them");
        }
        VectorAttention.requireLanes(tilePattern.lanes());
        if (!shape.equals(given)) {
            given = shape;
            int depth = shape.depth();
            int columns = shape.valueDepth();
            widened = new HeadLayout(
                    depth, columns, 0, depth, 0, depth, 0, columns, shape.outOffset(), shape.outStride());
        }
        q = widen(qBytes, shape.qOffset(), shape.qStride(), pattern.queries(), shape.depth(), q);
        k = widen(kBytes, shape.kOffset(), shape.kStride(), pattern.keys(), shape.depth(), k);
        v = widen(vBytes, shape.vOffset(), shape.vStride(), pattern.keys(), shape.valueDepth(), v);
        tiles.runInSteps(tilePattern, widened, q, k, v, scales.factor(), scales.v(), out);
    }

    private static float[] widen(byte[] from, int offset, int stride, int rows, int columns, float[] to) {
        float[] wide = to.length < rows * columns ? new float[rows * columns] : to;
        for (int row = 0; row < rows; row++) {
            int at = offset + row * stride;
            int start = row * columns;
            for (int c = 0; c < columns; c++) {
                wide[start + c] = from[at + c];
            }
        }
        return wide;
    }
}
