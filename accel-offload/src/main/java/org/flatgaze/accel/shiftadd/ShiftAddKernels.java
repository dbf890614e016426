package org.flatgaze.accel.shiftadd;

import org.flatgaze.accel.kernels.VectorSupport;

/**
 * Makes the kernels of one implementation: plain loops, or the Vector API. Both give the same bits.
 *
 * <p>Kernels keep what they pack from the weights and are not shared between threads; this factory may be.
 */
public interface ShiftAddKernels {

    /** Plain loops: the reference. */
    static ShiftAddKernels scalar() {
        return new ScalarShiftAddKernels();
    }

    /** The vector kernels where this JVM runs them well, else the plain loops. */
    static ShiftAddKernels best() {
        return VectorSupport.isUsable() ? new VectorShiftAddKernels() : scalar();
    }

    /** {@code "scalar"} or {@code "vector"}. */
    String id();

    /** {@code y = x w^T}: linear layers, convolutions after {@link PatchRows}, and expanded shift weights. */
    MatrixKernel product(Int8Matrix weights);

    /** {@code y = -sum |x - w|}: adder layers. */
    MatrixKernel difference(Int8Matrix weights);

    /** Sums of the values chosen by bits: both products of linear binary attention. */
    MaskedSumKernel maskedSum();

    /** Counted bits: scores of quadratic binary attention. */
    BitDotKernel bitDot(BitMatrix keys);

    /**
     * A depth-wise convolution.
     *
     * @param weights {@code kernel x kernel x channels} bytes
     */
    DepthwiseKernel depthwise(DepthwiseShape shape, byte[] weights);
}
