package org.flatgaze.accel.shiftadd;

/** How a shift layer sums its terms. */
public enum Accumulation {
    /** Every term in full, one rounding of the sum: what the int8 product computes. */
    EXACT,

    /**
     * Each term shifted right, which rounds it down, then summed: what the kernels of DeepShift compute. Loses up to one
     * step a term; harmless with 16 fraction bits, ruinous with 8-bit activations.
     */
    FLOOR_EACH
}
