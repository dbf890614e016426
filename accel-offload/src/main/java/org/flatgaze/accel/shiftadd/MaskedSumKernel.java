package org.flatgaze.accel.shiftadd;

/**
 * Product of a matrix of bits with a matrix of signed bytes, by additions alone: MatAdd of ShiftAddViT. Row {@code r} of
 * the result is the sum of those rows of {@code values} whose bit is set in row {@code r} of the mask.
 *
 * <p>One thread per instance. Allocates nothing once compiled.
 */
public interface MaskedSumKernel {

    /**
     * Computes {@code out = mask values}.
     *
     * @param mask {@code outputs x tokens}
     * @param values {@code tokens x features} bytes, all 256 codes allowed
     * @param features columns of {@code values} and {@code out}
     * @param out {@code outputs x features}, overwritten
     * @throws IllegalArgumentException if an array is too short
     */
    void run(BitMatrix mask, byte[] values, int features, int[] out);
}
