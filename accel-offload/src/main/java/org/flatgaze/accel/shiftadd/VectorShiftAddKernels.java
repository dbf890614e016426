package org.flatgaze.accel.shiftadd;

import org.flatgaze.accel.kernels.VectorSupport;

/**
 * Vector API kernels. Species come from the preferred shape and its halves: a wider one would be boxed.
 *
 * <p>Before C2 has compiled them they are slow and allocate, and a JVM start was seen in which one shape stayed slow;
 * {@link KernelChoice} warms up, checks and times a kernel before it is relied on.
 */
final class VectorShiftAddKernels implements ShiftAddKernels {

    VectorShiftAddKernels() {
        if (!VectorSupport.isUsable()) {
            throw new IllegalStateException("vector kernels are not usable: " + VectorSupport.reason());
        }
    }

    @Override
    public String id() {
        return "vector";
    }

    @Override
    public MatrixKernel product(Int8Matrix weights) {
        return new VectorProduct(weights);
    }

    @Override
    public MatrixKernel difference(Int8Matrix weights) {
        return new VectorDifference(weights);
    }

    @Override
    public MaskedSumKernel maskedSum() {
        return new VectorMaskedSum();
    }

    @Override
    public BitDotKernel bitDot(BitMatrix keys) {
        return new VectorBitDot(keys);
    }

    @Override
    public DepthwiseKernel depthwise(DepthwiseShape shape, byte[] weights) {
        return new VectorDepthwise(shape, weights);
    }
}
