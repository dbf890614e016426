package org.flatgaze.accel.shiftadd;

import org.flatgaze.accel.kernels.KernelSet;

/**
 * Int8 product of two matrices that are both new at every call, as attention has them: both are widened to float and
 * multiplied in blocks of at most 1,024 terms, which is exact. The fastest int8 way of ours where nothing can be packed
 * ahead; what MatAdd is held against.
 */
final class TransientProduct {

    private static final int EXACT_TERMS = 1024;

    private final int rows;
    private final int depth;
    private final int columns;
    private final float[] left;
    private final float[] right;
    private final float[] block;
    private final KernelSet kernels = KernelSet.best();

    TransientProduct(int rows, int depth, int columns) {
        this.rows = rows;
        this.depth = depth;
        this.columns = columns;
        left = new float[rows * depth];
        right = new float[depth * columns];
        block = new float[rows * columns];
    }

    /** {@code out = a b}, {@code rows x depth} times {@code depth x columns}. */
    void run(byte[] a, byte[] b, int[] out) {
        for (int i = 0; i < left.length; i++) {
            left[i] = a[i];
        }
        for (int i = 0; i < right.length; i++) {
            right[i] = b[i];
        }
        for (int p = 0; p < depth; p += EXACT_TERMS) {
            int terms = Math.min(EXACT_TERMS, depth - p);
            kernels.sgemm(rows, columns, terms, left, p, depth, right, p * columns, columns, block, 0, columns);
            for (int i = 0; i < block.length; i++) {
                out[i] = (p == 0 ? 0 : out[i]) + (int) block[i];
            }
        }
    }
}
