package org.flatgaze.accel.cpu;

/** A layer with everything that executions share (packed weights, tables); makes the kernel of one execution. */
interface KernelMaker {

    /** Floats of scratch the kernel needs. */
    default int scratchFloats() {
        return 0;
    }

    Kernel make(Memory memory);

    /** A maker whose kernel needs scratch. */
    static KernelMaker withScratch(int floats, KernelMaker maker) {
        return new KernelMaker() {
            @Override
            public int scratchFloats() {
                return floats;
            }

            @Override
            public Kernel make(Memory memory) {
                return maker.make(memory);
            }
        };
    }
}
