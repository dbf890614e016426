package org.flatgaze.accel.shiftadd;

/**
 * A layer over all its inputs at once: rows of signed bytes in, rows of 32-bit sums out.
 *
 * <p>Owns its packed weights and scratch, so one thread per instance. Allocates nothing once compiled.
 */
public interface MatrixKernel {

    /**
     * Computes every output of every row.
     *
     * @param rows pictures' pixels or tokens
     * @param x {@code rows x inputs} bytes from {@code xOffset}; all 256 codes are allowed
     * @param y {@code rows x outputs} sums from {@code yOffset}, overwritten
     * @throws IllegalArgumentException if an array is too short
     */
    void run(int rows, byte[] x, int xOffset, int[] y, int yOffset);
}
