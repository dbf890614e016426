package org.flatgaze.accel.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost block of the matrix product: a few rows of {@code a} times one packed panel of {@code b}, all sums in
 * registers.
 *
 * <p>Six rows by two vectors where there are 32 registers: 12 independent sums cover the latency of two multiply-add units.
 * 8 rows would fit too, but C2 no longer keeps that body in registers: it ran at an eighth of the speed of this one. Four
 * rows where there are 16 registers: 12 sums, 2 panel vectors and 1 broadcast would just fit, but C2 spills some of them in
 * every step, which halves the speed.
 */
final class SgemmTile {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /** Rows of {@code c} a tile computes. */
    static final int ROWS = VectorSupport.vectorRegisters() >= 32 ? 6 : 4;

    /** Columns of {@code c} a tile computes, and the stride of a packed panel. */
    static final int COLUMNS = 2 * LANES;

    private SgemmTile() {}

    /**
     * {@code c = a panel} for one tile, or {@code c += a panel}.
     *
     * <p>Rows past the matrix are given the last row's offset: their work is wasted and the caller does not use it, but
     * no body per remainder is needed.
     *
     * @param depth rows of the panel
     * @param a element (r, p) at {@code aOffset + min(r, rows - 1) * lda + p}
     * @param rows rows of {@code a} that exist, 1..{@link #ROWS}
     * @param panel {@code depth x COLUMNS}, from index 0
     * @param c element (r, j) at {@code cOffset + r * ldc + j}, all {@code ROWS x COLUMNS} of them are written
     */
    static void multiply(
            int depth,
            float[] a,
            int aOffset,
            int lda,
            int rows,
            float[] panel,
            float[] c,
            int cOffset,
            int ldc,
            boolean add) {
        if (ROWS == 4) {
            four(depth, a, aOffset, lda, rows, panel, c, cOffset, ldc, add);
        } else {
            six(depth, a, aOffset, lda, rows, panel, c, cOffset, ldc, add);
        }
    }

    /** 4 rows; parameters as {@link #multiply}. */
    static void four(
            int depth,
            float[] a,
            int aOffset,
            int lda,
            int rows,
            float[] panel,
            float[] c,
            int cOffset,
            int ldc,
            boolean add) {
        int lastRow = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, lastRow) * lda;
        int a2 = aOffset + Math.min(2, lastRow) * lda;
        int a3 = aOffset + Math.min(3, lastRow) * lda;
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector l0 = zero;
        FloatVector r0 = zero;
        FloatVector l1 = zero;
        FloatVector r1 = zero;
        FloatVector l2 = zero;
        FloatVector r2 = zero;
        FloatVector l3 = zero;
        FloatVector r3 = zero;
        for (int p = 0; p < depth; p++) {
            FloatVector left = FloatVector.fromArray(SPECIES, panel, p * COLUMNS);
            FloatVector right = FloatVector.fromArray(SPECIES, panel, p * COLUMNS + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
        }
        store(l0, r0, c, cOffset, add);
        store(l1, r1, c, cOffset + ldc, add);
        store(l2, r2, c, cOffset + 2 * ldc, add);
        store(l3, r3, c, cOffset + 3 * ldc, add);
    }

    /** 6 rows; parameters as {@link #multiply}. */
    static void six(
            int depth,
            float[] a,
            int aOffset,
            int lda,
            int rows,
            float[] panel,
            float[] c,
            int cOffset,
            int ldc,
            boolean add) {
        int lastRow = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, lastRow) * lda;
        int a2 = aOffset + Math.min(2, lastRow) * lda;
        int a3 = aOffset + Math.min(3, lastRow) * lda;
        int a4 = aOffset + Math.min(4, lastRow) * lda;
        int a5 = aOffset + Math.min(5, lastRow) * lda;
        FloatVector zero = FloatVector.zero(SPECIES);
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
            FloatVector left = FloatVector.fromArray(SPECIES, panel, p * COLUMNS);
            FloatVector right = FloatVector.fromArray(SPECIES, panel, p * COLUMNS + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
            FloatVector x4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
            l4 = x4.fma(left, l4);
            r4 = x4.fma(right, r4);
            FloatVector x5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
            l5 = x5.fma(left, l5);
            r5 = x5.fma(right, r5);
        }
        store(l0, r0, c, cOffset, add);
        store(l1, r1, c, cOffset + ldc, add);
        store(l2, r2, c, cOffset + 2 * ldc, add);
        store(l3, r3, c, cOffset + 3 * ldc, add);
        store(l4, r4, c, cOffset + 4 * ldc, add);
        store(l5, r5, c, cOffset + 5 * ldc, add);
    }

    private static void store(FloatVector left, FloatVector right, float[] c, int offset, boolean add) {
        if (add) {
            left = left.add(FloatVector.fromArray(SPECIES, c, offset));
            right = right.add(FloatVector.fromArray(SPECIES, c, offset + LANES));
        }
        left.intoArray(c, offset);
        right.intoArray(c, offset + LANES);
    }
}
