package org.flatgaze.accel.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class VectorKernelsTest extends KernelSetContract {

    private KernelSet kernels;

    @BeforeEach
    void makeKernels() {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        kernels = new VectorKernels();
    }

    @Override
    KernelSet kernels() {
        return kernels;
    }

    @Test
    void shouldBeBestWhenUsable() {
        assertEquals("vector", KernelSet.best().id());
        assertTrue(VectorSupport.bits() >= 128);
    }
}
