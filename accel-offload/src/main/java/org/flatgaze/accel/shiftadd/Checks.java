package org.flatgaze.accel.shiftadd;

/** Argument checks shared by both implementations, so that both refuse the same calls with the same words. */
final class Checks {

    private Checks() {}

    static void run(Int8Matrix weights, int rows, byte[] x, int xOffset, int[] y, int yOffset) {
        if (rows < 0) {
            throw new IllegalArgumentException("rows=" + rows + ": expected >= 0");
        }
        room("x", x.length, xOffset, (long) rows * weights.inputs());
        room("y", y.length, yOffset, (long) rows * weights.outputs());
    }

    static void maskedSum(BitMatrix mask, byte[] values, int features, int[] out) {
        if (features < 1) {
            throw new IllegalArgumentException("features=" + features + ": expected >= 1");
        }
        room("values", values.length, 0, (long) mask.columns() * features);
        room("out", out.length, 0, (long) mask.rows() * features);
    }

    static void bitDot(BitMatrix keys, BitMatrix queries, int[] out) {
        if (queries.columns() != keys.columns()) {
            throw new IllegalArgumentException(
                    "queries.columns=" + queries.columns() + ": expected keys.columns = " + keys.columns());
        }
        room("out", out.length, 0, (long) queries.rows() * keys.rows());
    }

    static void depthwise(DepthwiseShape shape, byte[] x, int xOffset, int[] y, int yOffset) {
        room("x", x.length, xOffset, (long) shape.height() * shape.width() * shape.channels());
        room("y", y.length, yOffset, (long) shape.outputHeight() * shape.outputWidth() * shape.channels());
    }

    static void depthwiseWeights(DepthwiseShape shape, byte[] weights) {
        long expected = (long) shape.kernel() * shape.kernel() * shape.channels();
        if (weights.length != expected) {
            throw new IllegalArgumentException(
                    "weights.length=" + weights.length + ": expected kernel * kernel * channels = " + expected);
        }
    }

    static void room(String name, int length, int offset, long count) {
        if (offset < 0 || offset + count > length) {
            throw new IllegalArgumentException(name + ": offset=" + offset + " count=" + count + " length=" + length
                    + ": expected offset >= 0 and offset + count <= length");
        }
    }
}
