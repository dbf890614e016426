package org.flatgaze.accel.emulator;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.OnnxImport;

/** Id {@code "emulator"}: the emulated array, bit-exact; its cycles and energy are estimated by the cost model. */
public final class EmulatorProvider implements AcceleratorProvider {

    @Override
    public String id() {
        return "emulator";
    }

    @Override
    public boolean isInt8() {
        return true;
    }

    @Override
    public boolean canYield() {
        return true;
    }

    @Override
    public Probe probe() {
        return new Probe(true, "bit-exact interpreter, 32-bit sums");
    }

    @Override
    public Accelerator open() {
        return new Interpreting();
    }

    /** Compiles to the interpreter. */
    private static final class Interpreting implements Accelerator {
        @Override
        public String id() {
            return "emulator";
        }

        @Override
        public Program compile(ModelSource model, CompileOptions options) {
            return new InterpretedProgram(OnnxImport.read(model));
        }

        /** Nothing to do: programs own what they allocate. */
        @Override
        public void close() {}
    }
}
