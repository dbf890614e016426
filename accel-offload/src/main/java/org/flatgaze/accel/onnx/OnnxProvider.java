package org.flatgaze.accel.onnx;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;

/** ONNX Runtime on the CPU, id {@code "onnx"}. Probing loads the native library, the slow part of a start. */
public final class OnnxProvider implements AcceleratorProvider {

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public boolean computesIntegers() {
        return false;
    }

    @Override
    public Probe probe() {
        String refusal = OnnxLibrary.refusal();
        return refusal == null
                ? new Probe(true, "ONNX Runtime " + OnnxLibrary.environment().getVersion() + ", CPU")
                : new Probe(false, refusal);
    }

    @Override
    public Accelerator open() {
        String refusal = OnnxLibrary.refusal();
        if (refusal != null) {
            throw new AcceleratorException("backend onnx is not usable: " + refusal);
        }
        return new OnnxAccelerator(OnnxLibrary.environment());
    }
}
