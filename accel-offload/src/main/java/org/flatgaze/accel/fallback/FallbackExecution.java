package org.flatgaze.accel.fallback;

import java.nio.ByteBuffer;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;

/**
 * One thread's run on the accelerator, or on the spare. What the caller fills and reads is the spare's memory, which is always
 * there; for the accelerator it is copied, some ten microseconds for a region.
 */
final class FallbackExecution implements Execution {

    private final FallbackAccelerator owner;
    private final Execution first;
    private final Execution spare;
    private final ByteBuffer[] firstInputs;
    private final ByteBuffer[] firstOutputs;
    private final ByteBuffer[] inputs;
    private final ByteBuffer[] outputs;

    FallbackExecution(FallbackAccelerator owner, Execution first, Execution spare, int inputCount, int outputCount) {
        this.owner = owner;
        this.first = first;
        this.spare = spare;
        this.firstInputs = new ByteBuffer[inputCount];
        this.inputs = new ByteBuffer[inputCount];
        for (int i = 0; i < inputCount; i++) {
            // Views of our own: the caller moves positions of the others.
            firstInputs[i] = first.input(i).duplicate();
            inputs[i] = spare.input(i).duplicate();
        }
        this.firstOutputs = new ByteBuffer[outputCount];
        this.outputs = new ByteBuffer[outputCount];
        for (int i = 0; i < outputCount; i++) {
            firstOutputs[i] = first.output(i).duplicate();
            outputs[i] = spare.output(i).duplicate();
        }
    }

    @Override
    public ByteBuffer input(int index) {
        return spare.input(index);
    }

    @Override
    public ByteBuffer output(int index) {
        return spare.output(index);
    }

    @Override
    public void run() {
        if (!ranOnFirst()) {
            owner.countSpareRun();
            spare.run();
        }
    }

    @Override
    public StepResult step(long budgetNanos) {
        run();
        return StepResult.DONE;
    }

    private boolean ranOnFirst() {
        if (owner.isLost()) {
            return false;
        }
        copy(inputs, firstInputs);
        try {
            first.run();
        } catch (AcceleratorException e) {
            owner.lost(e);
            return false;
        }
        copy(firstOutputs, outputs);
        return true;
    }

    private static void copy(ByteBuffer[] from, ByteBuffer[] to) {
        for (int i = 0; i < from.length; i++) {
            to[i].put(0, from[i], 0, from[i].capacity());
        }
    }

    @Override
    public boolean isPreemptible() {
        return false;
    }

    @Override
    public void close() {
        try (spare) {
            first.close();
        }
    }
}
