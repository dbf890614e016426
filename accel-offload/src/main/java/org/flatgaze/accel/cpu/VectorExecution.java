package org.flatgaze.accel.cpu;

import java.nio.ByteBuffer;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;

/** Runs the kernels of a program over one thread's memory; can stop between the parts of any layer. */
final class VectorExecution implements Execution {

    private final GraphProgram program;
    private final Kernel[] kernels;
    private final Transfer[] inputs;
    private final Transfer[] outputs;
    private int kernel = -1;
    private int part;
    private boolean closed;

    VectorExecution(GraphProgram program, Kernel[] kernels, List<Transfer> inputs, List<Transfer> outputs) {
        this.program = program;
        this.kernels = kernels;
        this.inputs = inputs.toArray(Transfer[]::new);
        this.outputs = outputs.toArray(Transfer[]::new);
    }

    @Override
    public ByteBuffer input(int index) {
        return inputs[index].memory();
    }

    @Override
    public ByteBuffer output(int index) {
        return outputs[index].memory();
    }

    /** Runs from the start, whatever {@link #step} left unfinished. */
    @Override
    public void run() {
        kernel = -1;
        while (!advance()) {}
    }

    @Override
    public StepResult step(long budgetNanos) {
        long start = System.nanoTime();
        while (!advance()) {
            if (System.nanoTime() - start >= budgetNanos) {
                return StepResult.YIELDED;
            }
        }
        return StepResult.DONE;
    }

    @Override
    public boolean isPreemptible() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Does one part of one layer; answers whether that was the last. The inputs are read at the first. */
    private boolean advance() {
        if (kernel < 0) {
            if (closed) {
                throw new AcceleratorException("model " + program.name() + ": the execution is closed");
            }
            program.requireOpen();
            for (Transfer input : inputs) {
                input.in();
            }
            kernel = 0;
            part = 0;
            return finishIfDone();
        }
        kernels[kernel].run(part);
        part++;
        if (part == kernels[kernel].parts()) {
            kernel++;
            part = 0;
        }
        return finishIfDone();
    }

    private boolean finishIfDone() {
        if (kernel < kernels.length) {
            return false;
        }
        for (Transfer output : outputs) {
            output.out();
        }
        kernel = -1;
        return true;
    }
}
