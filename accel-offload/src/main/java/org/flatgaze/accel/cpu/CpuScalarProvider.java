package org.flatgaze.accel.cpu;

import org.flatgaze.accel.AcceleratorProvider;

/** Id {@code "cpu-scalar"}: plain loops, usable everywhere. */
public final class CpuScalarProvider implements AcceleratorProvider {

    @Override
    public String id() {
        return "cpu-scalar";
    }

    @Override
    public boolean canYield() {
        return true;
    }

    @Override
    public Probe probe() {
        return new Probe(true, "plain loops");
    }

    @Override
    public CpuAccelerator open() {
        return new CpuAccelerator(id(), false);
    }
}
