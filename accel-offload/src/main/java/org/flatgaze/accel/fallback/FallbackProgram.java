package org.flatgaze.accel.fallback;

import java.util.List;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;

/** One model compiled twice. */
final class FallbackProgram implements Program {

    private final FallbackAccelerator owner;
    private final Program first;
    private final Program spare;
    private Execution trial;
    private boolean closed;

    FallbackProgram(FallbackAccelerator owner, Program first, Program spare) {
        this.owner = owner;
        this.first = first;
        this.spare = spare;
        this.trial = first.newExecution();
    }

    @Override
    public String name() {
        return first.name();
    }

    @Override
    public List<TensorSpec> inputs() {
        return spare.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
        return spare.outputs();
    }

    @Override
    public Execution newExecution() {
        Execution spareExecution = spare.newExecution();
        try {
            return new FallbackExecution(
                    owner,
                    first.newExecution(),
                    spareExecution,
                    inputs().size(),
                    outputs().size());
        } catch (RuntimeException e) {
            spareExecution.close();
            throw e;
        }
    }

    /**
     * Runs once on the accelerator that may be lost.
     *
     * @throws org.flatgaze.accel.AcceleratorException if it still is
     */
    synchronized void tryFirst() {
        if (!closed) {
            trial.run();
        }
    }

    @Override
    public void close() {
        owner.forget(this);
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            trial.close();
        }
        try (spare) {
            first.close();
        }
    }
}
