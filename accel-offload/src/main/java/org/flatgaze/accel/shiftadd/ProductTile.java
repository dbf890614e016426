package org.flatgaze.accel.shiftadd;

import jdk.incubator.vector.FloatVector;

/**
 * Six rows by two vectors of integers held as floats, all sums in registers; six rows because C2 keeps twelve sums in
 * registers at every width and covers the latency of two multiply-add units with them.
 */
final class ProductTile {

    static final int LANES = Lanes.INT_COUNT;
    static final int ROWS = 6;
    static final int COLUMNS = 2 * LANES;

    private ProductTile() {}

    /**
     * {@code sums = a panel} for one tile; exact while {@code depth * 2^14 <= 2^24}.
     *
     * @param a element (r, p) at {@code aOffset + min(r, rows - 1) * depth + p}
     * @param panel {@code depth x COLUMNS}
     * @param sums {@code ROWS x COLUMNS}, overwritten
     */
    static void multiply(int depth, float[] a, int aOffset, int rows, float[] panel, float[] sums) {
        int last = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, last) * depth;
        int a2 = aOffset + Math.min(2, last) * depth;
        int a3 = aOffset + Math.min(3, last) * depth;
        int a4 = aOffset + Math.min(4, last) * depth;
        int a5 = aOffset + Math.min(5, last) * depth;
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        FloatVector l0 = zero;
        FloatVector r0 = zero;
        FloatVector l1 = zero;
        FloatVector r1 = zero;
        FloatVector l2 = zero;
        FloatVector r2 = zero;
        FloatVector l3 = zero;
        FloatVector r3 = zero;
        FloatVector l4 = zero;
        FloatVector r4 = zero;
        FloatVector l5 = zero;
        FloatVector r5 = zero;
        for (int p = 0; p < depth; p++) {
            FloatVector left = FloatVector.fromArray(Lanes.FLOATS, panel, p * COLUMNS);
            FloatVector right = FloatVector.fromArray(Lanes.FLOATS, panel, p * COLUMNS + LANES);
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
            FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p]);
            l4 = x4.fma(left, l4);
            r4 = x4.fma(right, r4);
            FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p]);
            l5 = x5.fma(left, l5);
            r5 = x5.fma(right, r5);
        }
        l0.intoArray(sums, 0);
        r0.intoArray(sums, LANES);
        l1.intoArray(sums, 2 * LANES);
        r1.intoArray(sums, 3 * LANES);
        l2.intoArray(sums, 4 * LANES);
        r2.intoArray(sums, 5 * LANES);
        l3.intoArray(sums, 6 * LANES);
        r3.intoArray(sums, 7 * LANES);
        l4.intoArray(sums, 8 * LANES);
        r4.intoArray(sums, 9 * LANES);
        l5.intoArray(sums, 10 * LANES);
        r5.intoArray(sums, 11 * LANES);
    }

    /**
     * Moves the sums of a tile on as integers: {@code y = sums}, or {@code y += sums}.
     *
     * @param columns columns of the tile that exist
     */
    static void store(float[] sums, int rows, int columns, int[] y, int yOffset, int stride, boolean add) {
        for (int r = 0; r < rows; r++) {
            int from = r * COLUMNS;
            int to = yOffset + r * stride;
            if (add) {
                for (int c = 0; c < columns; c++) {
                    y[to + c] += (int) sums[from + c];
                }
            } else {
                for (int c = 0; c < columns; c++) {
                    y[to + c] = (int) sums[from + c];
                }
            }
        }
    }
}
