package org.flatgaze.accel.kernels;

final class ScalarKernelsTest extends KernelSetContract {

    private final KernelSet kernels = KernelSet.scalar();

    @Override
    KernelSet kernels() {
        return kernels;
    }
}
