package org.flatgaze.accel.cpu;

import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.kernels.VectorSupport;

/** Id {@code "cpu-vector"}: the Vector API kernels, refused where they would be slow. */
public final class CpuVectorProvider implements AcceleratorProvider {

    @Override
    public String id() {
        return "cpu-vector";
    }

    @Override
    public boolean canYield() {
        return true;
    }

    @Override
    public Probe probe() {
        return new Probe(VectorSupport.isUsable(), VectorSupport.reason());
    }

    @Override
    public CpuAccelerator open() {
        if (!VectorSupport.isUsable()) {
            throw new AcceleratorException("backend cpu-vector is not usable: " + VectorSupport.reason());
        }
        return new CpuAccelerator(id(), true);
    }
}
