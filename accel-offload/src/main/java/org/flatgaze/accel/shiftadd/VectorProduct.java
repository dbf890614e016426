package org.flatgaze.accel.shiftadd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Product with int8 weights. The JDK has no byte dot product, so many rows run through float multiply-adds, which are
 * exact here: a product is at most 2^14 and up to 1,024 of them stay below 2^24. Few rows would spend their time on
 * widening the weights to float and use 16-bit products instead.
 *
 * <p>Weights are packed in panels of two float vectors' columns, column {@code c} of the first half beside column
 * {@code c} of the second, so that the halves of each 32-bit lane are the two vectors.
 */
final class VectorProduct implements MatrixKernel {

    /** Depth of a block: a float panel of 256 x 32 is 32 KiB. */
    private static final int MAX_DEPTH = 256;

    /** Rows widened at once. */
    private static final int MAX_ROWS = 96;

    /** At most so many rows are cheaper one by one. */
    private static final int FEW_ROWS = 3;

    private final Int8Matrix weights;
    private final byte[] panels;
    private final boolean pairsFit;
    private final float[] panel = new float[MAX_DEPTH * ProductTile.COLUMNS];
    private final float[] wide = new float[MAX_ROWS * MAX_DEPTH];
    private final float[] sums = new float[ProductTile.ROWS * ProductTile.COLUMNS];
    private final int[] rowSums = new int[8 * Lanes.INT_COUNT];
    private final int[] edge = new int[ProductTile.COLUMNS];

    VectorProduct(Int8Matrix weights) {
        this.weights = weights;
        int width = ProductTile.COLUMNS;
        int inputs = weights.inputs();
        int panelCount = (weights.outputs() + width - 1) / width;
        panels = new byte[Math.multiplyExact(Math.multiplyExact(panelCount, inputs), width)];
        boolean fit = true;
        for (int o = 0; o < weights.outputs(); o++) {
            int column = o % width;
            int half = width / 2;
            int position = column < half ? 2 * column : 2 * (column - half) + 1;
            for (int i = 0; i < inputs; i++) {
                byte w = weights.values()[o * inputs + i];
                fit &= w != Byte.MIN_VALUE;
                panels[(o / width * inputs + i) * width + position] = w;
            }
        }
        pairsFit = fit; // two products of at most 128 * 127 fit 16 bits, with -128 twice they do not
    }

    @Override
    public void run(int rows, byte[] x, int xOffset, int[] y, int yOffset) {
        Checks.run(weights, rows, x, xOffset, y, yOffset);
        int inputs = weights.inputs();
        int outputs = weights.outputs();
        if (rows <= FEW_ROWS && pairsFit) {
            for (int r = 0; r < rows; r++) {
                row(x, xOffset + r * inputs, y, yOffset + r * outputs);
            }
            return;
        }
        int blocks = (inputs + MAX_DEPTH - 1) / MAX_DEPTH;
        int blockDepth = (inputs + blocks - 1) / blocks;
        for (int i = 0; i < rows; i += MAX_ROWS) {
            int blockRows = Math.min(MAX_ROWS, rows - i);
            for (int p = 0; p < inputs; p += blockDepth) {
                int depth = Math.min(blockDepth, inputs - p);
                widen(blockRows, depth, x, xOffset + i * inputs + p);
                for (int j = 0; j < outputs; j += ProductTile.COLUMNS) {
                    widenPanel(j, p, depth);
                    tiles(
                            blockRows,
                            depth,
                            Math.min(ProductTile.COLUMNS, outputs - j),
                            y,
                            yOffset + i * outputs + j,
                            p > 0);
                }
            }
        }
    }

    private void tiles(int rows, int depth, int columns, int[] y, int yOffset, boolean add) {
        int outputs = weights.outputs();
        for (int i = 0; i < rows; i += ProductTile.ROWS) {
            int tileRows = Math.min(ProductTile.ROWS, rows - i);
            ProductTile.multiply(depth, wide, i * depth, tileRows, panel, sums);
            ProductTile.store(sums, tileRows, columns, y, yOffset + i * outputs, outputs, add);
        }
    }

    /** Rows of bytes to rows of floats, {@code depth} apart; C2 makes vectors of this loop. */
    private void widen(int rows, int depth, byte[] x, int xOffset) {
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * weights.inputs();
            int to = r * depth;
            for (int p = 0; p < depth; p++) {
                wide[to + p] = x[from + p];
            }
        }
    }

    /** One panel of bytes to floats, four rows a turn; rows left over are done twice. */
    private void widenPanel(int j, int p, int depth) {
        int width = ProductTile.COLUMNS;
        int lanes = Lanes.INT_COUNT;
        int from = (j / width * weights.inputs() + p) * width;
        for (int d = 0; d < depth; d += 4) {
            int d0 = d * width;
            int d1 = Math.min(d + 1, depth - 1) * width;
            int d2 = Math.min(d + 2, depth - 1) * width;
            int d3 = Math.min(d + 3, depth - 1) * width;
            IntVector both0 = ByteVector.fromArray(Lanes.HALF_BYTES, panels, from + d0)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsInts();
            IntVector left0 = both0.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
            IntVector right0 = both0.lanewise(VectorOperators.ASHR, 16);
            ((FloatVector) left0.convert(VectorOperators.I2F, 0)).intoArray(panel, d0);
            ((FloatVector) right0.convert(VectorOperators.I2F, 0)).intoArray(panel, d0 + lanes);
            IntVector both1 = ByteVector.fromArray(Lanes.HALF_BYTES, panels, from + d1)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsInts();
            IntVector left1 = both1.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
            IntVector right1 = both1.lanewise(VectorOperators.ASHR, 16);
            ((FloatVector) left1.convert(VectorOperators.I2F, 0)).intoArray(panel, d1);
            ((FloatVector) right1.convert(VectorOperators.I2F, 0)).intoArray(panel, d1 + lanes);
            IntVector both2 = ByteVector.fromArray(Lanes.HALF_BYTES, panels, from + d2)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsInts();
            IntVector left2 = both2.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
            IntVector right2 = both2.lanewise(VectorOperators.ASHR, 16);
            ((FloatVector) left2.convert(VectorOperators.I2F, 0)).intoArray(panel, d2);
            ((FloatVector) right2.convert(VectorOperators.I2F, 0)).intoArray(panel, d2 + lanes);
            IntVector both3 = ByteVector.fromArray(Lanes.HALF_BYTES, panels, from + d3)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsInts();
            IntVector left3 = both3.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
            IntVector right3 = both3.lanewise(VectorOperators.ASHR, 16);
            ((FloatVector) left3.convert(VectorOperators.I2F, 0)).intoArray(panel, d3);
            ((FloatVector) right3.convert(VectorOperators.I2F, 0)).intoArray(panel, d3 + lanes);
        }
    }

    /** One row of inputs against all weights, products in 16 bits. */
    private void row(byte[] x, int xOffset, int[] y, int yOffset) {
        int width = ProductTile.COLUMNS;
        int inputs = weights.inputs();
        int outputs = weights.outputs();
        int panelBytes = inputs * width;
        int j = 0;
        for (; j + 4 * width <= outputs; j += 4 * width) {
            fourPanels(x, xOffset, j / width * panelBytes, panelBytes, y, yOffset + j);
        }
        for (; j < outputs; j += width) {
            int columns = Math.min(width, outputs - j);
            onePanel(x, xOffset, j / width * panelBytes, edge);
            System.arraycopy(edge, 0, y, yOffset + j, columns);
        }
    }

    /**
     * Two products are summed in 16 bits, made non-negative by an offset of 2^15, and their 32-bit lanes summed twice:
     * whole (modulo 2^32) and upper halves alone. The lower halves' sum is the difference.
     */
    private void fourPanels(byte[] x, int xOffset, int w, int panelBytes, int[] y, int yOffset) {
        int width = ProductTile.COLUMNS;
        int inputs = weights.inputs();
        IntVector zero = IntVector.zero(Lanes.INTS);
        IntVector all0 = zero;
        IntVector top0 = zero;
        IntVector all1 = zero;
        IntVector top1 = zero;
        IntVector all2 = zero;
        IntVector top2 = zero;
        IntVector all3 = zero;
        IntVector top3 = zero;
        int even = inputs & ~1;
        for (int p = 0; p < even; p += 2) {
            ShortVector x0 = ShortVector.broadcast(Lanes.SHORTS, x[xOffset + p]);
            ShortVector x1 = ShortVector.broadcast(Lanes.SHORTS, x[xOffset + p + 1]);
            int at = w + p * width;
            IntVector v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, at)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x0)
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x1))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all0 = all0.add(v);
            top0 = top0.add(v.lanewise(VectorOperators.LSHR, 16));
            v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + panelBytes)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x0)
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + panelBytes + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x1))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all1 = all1.add(v);
            top1 = top1.add(v.lanewise(VectorOperators.LSHR, 16));
            v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + 2 * panelBytes)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x0)
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + 2 * panelBytes + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x1))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all2 = all2.add(v);
            top2 = top2.add(v.lanewise(VectorOperators.LSHR, 16));
            v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + 3 * panelBytes)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x0)
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + 3 * panelBytes + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x1))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all3 = all3.add(v);
            top3 = top3.add(v.lanewise(VectorOperators.LSHR, 16));
        }
        int lanes = Lanes.INT_COUNT;
        all0.intoArray(rowSums, 0);
        top0.intoArray(rowSums, lanes);
        all1.intoArray(rowSums, 2 * lanes);
        top1.intoArray(rowSums, 3 * lanes);
        all2.intoArray(rowSums, 4 * lanes);
        top2.intoArray(rowSums, 5 * lanes);
        all3.intoArray(rowSums, 6 * lanes);
        top3.intoArray(rowSums, 7 * lanes);
        int last = even == inputs ? 0 : x[xOffset + even];
        for (int panelIndex = 0; panelIndex < 4; panelIndex++) {
            int lastWeights = w + panelIndex * panelBytes + (inputs - 1) * width;
            store(2 * panelIndex * lanes, even / 2, last, lastWeights, y, yOffset + panelIndex * width);
        }
    }

    /** The same for a single panel, two pairs a turn. */
    private void onePanel(byte[] x, int xOffset, int w, int[] y) {
        int width = ProductTile.COLUMNS;
        int inputs = weights.inputs();
        IntVector zero = IntVector.zero(Lanes.INTS);
        IntVector all0 = zero;
        IntVector top0 = zero;
        IntVector all1 = zero;
        IntVector top1 = zero;
        int even = inputs & ~1;
        int p = 0;
        for (; p + 4 <= even; p += 4) {
            int at = w + p * width;
            IntVector v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, at)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x[xOffset + p])
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x[xOffset + p + 1]))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all0 = all0.add(v);
            top0 = top0.add(v.lanewise(VectorOperators.LSHR, 16));
            v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + 2 * width)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x[xOffset + p + 2])
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, at + 2 * width + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x[xOffset + p + 3]))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all1 = all1.add(v);
            top1 = top1.add(v.lanewise(VectorOperators.LSHR, 16));
        }
        for (; p < even; p += 2) {
            IntVector v = ByteVector.fromArray(Lanes.HALF_BYTES, panels, w + p * width)
                    .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                    .reinterpretAsShorts()
                    .mul(x[xOffset + p])
                    .add(ByteVector.fromArray(Lanes.HALF_BYTES, panels, w + p * width + width)
                            .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0)
                            .reinterpretAsShorts()
                            .mul(x[xOffset + p + 1]))
                    .add(Short.MIN_VALUE)
                    .reinterpretAsInts();
            all0 = all0.add(v);
            top0 = top0.add(v.lanewise(VectorOperators.LSHR, 16));
        }
        all0.add(all1).intoArray(rowSums, 0);
        top0.add(top1).intoArray(rowSums, Lanes.INT_COUNT);
        store(0, even / 2, even == inputs ? 0 : x[xOffset + even], w + (inputs - 1) * width, y, 0);
    }

    /** Takes the offsets out again and adds the last product of an odd number of inputs. */
    private void store(int from, int pairs, int lastInput, int w, int[] y, int yOffset) {
        int lanes = Lanes.INT_COUNT;
        int offset = pairs << 15;
        for (int c = 0; c < lanes; c++) {
            int all = rowSums[from + c];
            int top = rowSums[from + lanes + c];
            y[yOffset + c] = all - (top << 16) - offset + lastInput * panels[w + 2 * c];
            y[yOffset + lanes + c] = top - offset + lastInput * panels[w + 2 * c + 1];
        }
    }
}
