package org.flatgaze.accel.shiftadd;

/**
 * Scores of binary attention: every query against every key, bits counted. Owns its packed keys.
 *
 * <p>One thread per instance. Allocates nothing once compiled.
 */
public interface BitDotKernel {

    /**
     * Codes in {0, 1}: {@code out[q][k]} is the number of columns set in both.
     *
     * @param queries as many columns as the keys have
     * @param out {@code queries x keys}, overwritten
     */
    void and(BitMatrix queries, int[] out);

    /** Codes in {-1, +1}, +1 stored as 1: {@code out[q][k] = columns - 2 * differing columns}. */
    void signed(BitMatrix queries, int[] out);
}
