package org.flatgaze.accel.cpu;

import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.kernels.VectorSupport;

/** Id {@code "cpu"}: the vector kernels where this JVM runs them well, else plain loops. */
public final class CpuProvider implements AcceleratorProvider {

    @Override
    public String id() {
        return "cpu";
    }

    @Override
    public boolean canYield() {
        return true;
    }

    @Override
    public Probe probe() {
        return new Probe(
                true, VectorSupport.isUsable() ? VectorSupport.reason() : "plain loops: " + VectorSupport.reason());
    }

    @Override
    public CpuAccelerator open() {
        return new CpuAccelerator(id(), VectorSupport.isUsable());
    }
}
