package org.flatgaze.accel.shiftadd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of absolute differences. Codes are moved to unsigned by flipping the top bit, which changes no difference, and
 * {@code |x - w| = max(x, w) - min(x, w)} stays within a byte.
 *
 * <p>Each 16-bit lane holds two outputs. It is summed whole (modulo 2^16) and its upper byte alone, so that the lower
 * byte's sum is the difference: four instructions for the two sums of 64 bytes instead of five. After at most 256 steps
 * the sums move on to 32 bits.
 */
final class VectorDifference implements MatrixKernel {

    private static final int MAX_STEPS = 256;
    private static final int ROWS = 4;

    private final Int8Matrix weights;
    private final byte[] panels;
    private final short[] sums = new short[2 * ROWS * Lanes.SHORT_COUNT];
    private final int[] edge = new int[ROWS * Lanes.BYTE_COUNT];

    VectorDifference(Int8Matrix weights) {
        this.weights = weights;
        int width = Lanes.BYTE_COUNT;
        int inputs = weights.inputs();
        int panelCount = (weights.outputs() + width - 1) / width;
        panels = new byte[Math.multiplyExact(Math.multiplyExact(panelCount, inputs), width)];
        int lanes = Lanes.INT_COUNT;
        for (int o = 0; o < weights.outputs(); o++) {
            int column = o % width;
            // Byte 0 and 2 of a 32-bit lane come out together, then 1 and 3: quarters 0, 1, 2, 3 of the panel.
            int quarter = column / lanes;
            int position = 4 * (column % lanes) + (quarter < 2 ? 2 * quarter : 2 * quarter - 3);
            for (int i = 0; i < inputs; i++) {
                panels[(o / width * inputs + i) * width + position] = unsigned(weights.values()[o * inputs + i]);
            }
        }
    }

    @Override
    public void run(int rows, byte[] x, int xOffset, int[] y, int yOffset) {
        Checks.run(weights, rows, x, xOffset, y, yOffset);
        int inputs = weights.inputs();
        int blocks = (inputs + MAX_STEPS - 1) / MAX_STEPS;
        int blockDepth = (inputs + blocks - 1) / blocks;
        for (int p = 0; p < inputs; p += blockDepth) {
            int depth = Math.min(blockDepth, inputs - p);
            int r = 0;
            for (; r <= rows - ROWS; r += ROWS) {
                rowBlock(x, xOffset + r * inputs + p, p, depth, y, yOffset + r * weights.outputs());
            }
            for (; r < rows; r++) {
                singleRow(x, xOffset + r * inputs + p, p, depth, y, yOffset + r * weights.outputs());
            }
        }
    }

    private void rowBlock(byte[] x, int xOffset, int p, int depth, int[] y, int yOffset) {
        int width = Lanes.BYTE_COUNT;
        int outputs = weights.outputs();
        for (int j = 0; j < outputs; j += width) {
            int w = (j / width * weights.inputs() + p) * width;
            boolean whole = j + width <= outputs;
            if (whole) {
                fourRows(x, xOffset, w, depth, p > 0, y, yOffset + j, outputs);
            } else {
                fourRows(x, xOffset, w, depth, false, edge, 0, width);
                for (int r = 0; r < ROWS; r++) {
                    storeEdge(r * width, outputs - j, p > 0, y, yOffset + r * outputs + j);
                }
            }
        }
    }

    private void singleRow(byte[] x, int xOffset, int p, int depth, int[] y, int yOffset) {
        int width = Lanes.BYTE_COUNT;
        int inputs = weights.inputs();
        int outputs = weights.outputs();
        int j = 0;
        for (; j + 4 * width <= outputs; j += 4 * width) {
            fourPanels(x, xOffset, (j / width * inputs + p) * width, inputs * width, depth, p > 0, y, yOffset + j);
        }
        for (; j < outputs; j += width) {
            int w = (j / width * inputs + p) * width;
            boolean whole = j + width <= outputs;
            onePanel(x, xOffset, w, depth, whole && p > 0, whole ? y : edge, whole ? yOffset + j : 0);
            if (!whole) {
                storeEdge(0, outputs - j, p > 0, y, yOffset + j);
            }
        }
    }

    private void storeEdge(int from, int columns, boolean add, int[] y, int to) {
        for (int c = 0; c < columns; c++) {
            y[to + c] = add ? y[to + c] + edge[from + c] : edge[from + c];
        }
    }

    private void fourRows(byte[] x, int xOffset, int w, int depth, boolean add, int[] y, int yOffset, int stride) {
        int inputs = weights.inputs();
        ShortVector zero = ShortVector.zero(Lanes.SHORTS);
        ShortVector all0 = zero;
        ShortVector top0 = zero;
        ShortVector all1 = zero;
        ShortVector top1 = zero;
        ShortVector all2 = zero;
        ShortVector top2 = zero;
        ShortVector all3 = zero;
        ShortVector top3 = zero;
        for (int d = 0; d < depth; d++) {
            ByteVector weight = ByteVector.fromArray(Lanes.BYTES, panels, w + d * Lanes.BYTE_COUNT);
            ByteVector x0 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + d] ^ 0x80));
            ShortVector v0 = weight.lanewise(VectorOperators.UMAX, x0)
                    .sub(weight.lanewise(VectorOperators.UMIN, x0))
                    .reinterpretAsShorts();
            all0 = all0.add(v0);
            top0 = top0.add(v0.lanewise(VectorOperators.LSHR, 8));
            ByteVector x1 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + inputs + d] ^ 0x80));
            ShortVector v1 = weight.lanewise(VectorOperators.UMAX, x1)
                    .sub(weight.lanewise(VectorOperators.UMIN, x1))
                    .reinterpretAsShorts();
            all1 = all1.add(v1);
            top1 = top1.add(v1.lanewise(VectorOperators.LSHR, 8));
            ByteVector x2 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + 2 * inputs + d] ^ 0x80));
            ShortVector v2 = weight.lanewise(VectorOperators.UMAX, x2)
                    .sub(weight.lanewise(VectorOperators.UMIN, x2))
                    .reinterpretAsShorts();
            all2 = all2.add(v2);
            top2 = top2.add(v2.lanewise(VectorOperators.LSHR, 8));
            ByteVector x3 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + 3 * inputs + d] ^ 0x80));
            ShortVector v3 = weight.lanewise(VectorOperators.UMAX, x3)
                    .sub(weight.lanewise(VectorOperators.UMIN, x3))
                    .reinterpretAsShorts();
            all3 = all3.add(v3);
            top3 = top3.add(v3.lanewise(VectorOperators.LSHR, 8));
        }
        int lanes = Lanes.SHORT_COUNT;
        all0.intoArray(sums, 0);
        top0.intoArray(sums, lanes);
        all1.intoArray(sums, 2 * lanes);
        top1.intoArray(sums, 3 * lanes);
        all2.intoArray(sums, 4 * lanes);
        top2.intoArray(sums, 5 * lanes);
        all3.intoArray(sums, 6 * lanes);
        top3.intoArray(sums, 7 * lanes);
        storeFour(add, y, yOffset, stride);
    }

    private void fourPanels(
            byte[] x, int xOffset, int w, int panelBytes, int depth, boolean add, int[] y, int yOffset) {
        ShortVector zero = ShortVector.zero(Lanes.SHORTS);
        ShortVector all0 = zero;
        ShortVector top0 = zero;
        ShortVector all1 = zero;
        ShortVector top1 = zero;
        ShortVector all2 = zero;
        ShortVector top2 = zero;
        ShortVector all3 = zero;
        ShortVector top3 = zero;
        for (int d = 0; d < depth; d++) {
            ByteVector code = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + d] ^ 0x80));
            int at = w + d * Lanes.BYTE_COUNT;
            ByteVector w0 = ByteVector.fromArray(Lanes.BYTES, panels, at);
            ShortVector v0 = w0.lanewise(VectorOperators.UMAX, code)
                    .sub(w0.lanewise(VectorOperators.UMIN, code))
                    .reinterpretAsShorts();
            all0 = all0.add(v0);
            top0 = top0.add(v0.lanewise(VectorOperators.LSHR, 8));
            ByteVector w1 = ByteVector.fromArray(Lanes.BYTES, panels, at + panelBytes);
            ShortVector v1 = w1.lanewise(VectorOperators.UMAX, code)
                    .sub(w1.lanewise(VectorOperators.UMIN, code))
                    .reinterpretAsShorts();
            all1 = all1.add(v1);
            top1 = top1.add(v1.lanewise(VectorOperators.LSHR, 8));
            ByteVector w2 = ByteVector.fromArray(Lanes.BYTES, panels, at + 2 * panelBytes);
            ShortVector v2 = w2.lanewise(VectorOperators.UMAX, code)
                    .sub(w2.lanewise(VectorOperators.UMIN, code))
                    .reinterpretAsShorts();
            all2 = all2.add(v2);
            top2 = top2.add(v2.lanewise(VectorOperators.LSHR, 8));
            ByteVector w3 = ByteVector.fromArray(Lanes.BYTES, panels, at + 3 * panelBytes);
            ShortVector v3 = w3.lanewise(VectorOperators.UMAX, code)
                    .sub(w3.lanewise(VectorOperators.UMIN, code))
                    .reinterpretAsShorts();
            all3 = all3.add(v3);
            top3 = top3.add(v3.lanewise(VectorOperators.LSHR, 8));
        }
        int lanes = Lanes.SHORT_COUNT;
        all0.intoArray(sums, 0);
        top0.intoArray(sums, lanes);
        all1.intoArray(sums, 2 * lanes);
        top1.intoArray(sums, 3 * lanes);
        all2.intoArray(sums, 4 * lanes);
        top2.intoArray(sums, 5 * lanes);
        all3.intoArray(sums, 6 * lanes);
        top3.intoArray(sums, 7 * lanes);
        storeFour(add, y, yOffset, Lanes.BYTE_COUNT);
    }

    /** One row, one panel, two steps a turn so that two chains of sums run beside each other. */
    private void onePanel(byte[] x, int xOffset, int w, int depth, boolean add, int[] y, int yOffset) {
        int bytes = Lanes.BYTE_COUNT;
        ShortVector zero = ShortVector.zero(Lanes.SHORTS);
        ShortVector all0 = zero;
        ShortVector top0 = zero;
        ShortVector all1 = zero;
        ShortVector top1 = zero;
        int d = 0;
        for (; d + 2 <= depth; d += 2) {
            ByteVector x0 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + d] ^ 0x80));
            ByteVector w0 = ByteVector.fromArray(Lanes.BYTES, panels, w + d * bytes);
            ShortVector v0 = w0.lanewise(VectorOperators.UMAX, x0)
                    .sub(w0.lanewise(VectorOperators.UMIN, x0))
                    .reinterpretAsShorts();
            all0 = all0.add(v0);
            top0 = top0.add(v0.lanewise(VectorOperators.LSHR, 8));
            ByteVector x1 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + d + 1] ^ 0x80));
            ByteVector w1 = ByteVector.fromArray(Lanes.BYTES, panels, w + (d + 1) * bytes);
            ShortVector v1 = w1.lanewise(VectorOperators.UMAX, x1)
                    .sub(w1.lanewise(VectorOperators.UMIN, x1))
                    .reinterpretAsShorts();
            all1 = all1.add(v1);
            top1 = top1.add(v1.lanewise(VectorOperators.LSHR, 8));
        }
        for (; d < depth; d++) {
            ByteVector x0 = ByteVector.broadcast(Lanes.BYTES, (byte) (x[xOffset + d] ^ 0x80));
            ByteVector w0 = ByteVector.fromArray(Lanes.BYTES, panels, w + d * bytes);
            ShortVector v0 = w0.lanewise(VectorOperators.UMAX, x0)
                    .sub(w0.lanewise(VectorOperators.UMIN, x0))
                    .reinterpretAsShorts();
            all0 = all0.add(v0);
            top0 = top0.add(v0.lanewise(VectorOperators.LSHR, 8));
        }
        all0.add(all1).intoArray(sums, 0);
        top0.add(top1).intoArray(sums, Lanes.SHORT_COUNT);
        storeOne(add, y, yOffset);
    }

    /** Splits four pairs of sums into the four quarters of their panels, negates them, and stores or adds them. */
    private void storeFour(boolean add, int[] y, int yOffset, int stride) {
        // Masked, not branched around: where two vectors meet after a branch, C2 boxes them.
        int keep = add ? -1 : 0;
        int lanes = Lanes.INT_COUNT;
        for (int i = 0; i < 4; i += 2) {
            ShortVector all0 = ShortVector.fromArray(Lanes.SHORTS, sums, 2 * (i + 0) * Lanes.SHORT_COUNT);
            ShortVector top0 = ShortVector.fromArray(Lanes.SHORTS, sums, (2 * (i + 0) + 1) * Lanes.SHORT_COUNT);
            IntVector low0 = all0.sub(top0.lanewise(VectorOperators.LSHL, 8)).reinterpretAsInts();
            IntVector high0 = top0.reinterpretAsInts();
            int to0 = yOffset + (i + 0) * stride;
            IntVector.fromArray(Lanes.INTS, y, to0)
                    .and(keep)
                    .sub(low0.and(0xFFFF))
                    .intoArray(y, to0);
            IntVector.fromArray(Lanes.INTS, y, to0 + lanes)
                    .and(keep)
                    .sub(low0.lanewise(VectorOperators.LSHR, 16))
                    .intoArray(y, to0 + lanes);
            IntVector.fromArray(Lanes.INTS, y, to0 + 2 * lanes)
                    .and(keep)
                    .sub(high0.and(0xFFFF))
                    .intoArray(y, to0 + 2 * lanes);
            IntVector.fromArray(Lanes.INTS, y, to0 + 3 * lanes)
                    .and(keep)
                    .sub(high0.lanewise(VectorOperators.LSHR, 16))
                    .intoArray(y, to0 + 3 * lanes);
            ShortVector all1 = ShortVector.fromArray(Lanes.SHORTS, sums, 2 * (i + 1) * Lanes.SHORT_COUNT);
            ShortVector top1 = ShortVector.fromArray(Lanes.SHORTS, sums, (2 * (i + 1) + 1) * Lanes.SHORT_COUNT);
            IntVector low1 = all1.sub(top1.lanewise(VectorOperators.LSHL, 8)).reinterpretAsInts();
            IntVector high1 = top1.reinterpretAsInts();
            int to1 = yOffset + (i + 1) * stride;
            IntVector.fromArray(Lanes.INTS, y, to1)
                    .and(keep)
                    .sub(low1.and(0xFFFF))
                    .intoArray(y, to1);
            IntVector.fromArray(Lanes.INTS, y, to1 + lanes)
                    .and(keep)
                    .sub(low1.lanewise(VectorOperators.LSHR, 16))
                    .intoArray(y, to1 + lanes);
            IntVector.fromArray(Lanes.INTS, y, to1 + 2 * lanes)
                    .and(keep)
                    .sub(high1.and(0xFFFF))
                    .intoArray(y, to1 + 2 * lanes);
            IntVector.fromArray(Lanes.INTS, y, to1 + 3 * lanes)
                    .and(keep)
                    .sub(high1.lanewise(VectorOperators.LSHR, 16))
                    .intoArray(y, to1 + 3 * lanes);
        }
    }

    /** The same for one pair. */
    private void storeOne(boolean add, int[] y, int to) {
        int keep = add ? -1 : 0;
        int lanes = Lanes.INT_COUNT;
        int top = Lanes.SHORT_COUNT;
        for (int c = 0; c < lanes; c++) {
            int evenTop = sums[top + 2 * c];
            int oddTop = sums[top + 2 * c + 1];
            int even = (sums[2 * c] - (evenTop << 8)) & 0xFFFF;
            int odd = (sums[2 * c + 1] - (oddTop << 8)) & 0xFFFF;
            y[to + c] = (y[to + c] & keep) - even;
            y[to + lanes + c] = (y[to + lanes + c] & keep) - odd;
            y[to + 2 * lanes + c] = (y[to + 2 * lanes + c] & keep) - (evenTop & 0xFFFF);
            y[to + 3 * lanes + c] = (y[to + 3 * lanes + c] & keep) - (oddTop & 0xFFFF);
        }
    }

    private static byte unsigned(byte code) {
        return (byte) (code ^ 0x80);
    }
}
