package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.TensorSpec;

/** One thread's inputs and outputs of a program on a device; runs to the end, the device does not stop half-way. */
final class DeviceExecution implements Execution {

    private final DeviceProgram program;
    private final ByteBuffer[] inputs;
    private final ByteBuffer[] outputs;

    /** The same memory, for the driver: the caller's positions and limits are the caller's. */
    private final ByteBuffer[] sent;

    private final ByteBuffer[] received;
    private boolean closed;

    DeviceExecution(DeviceProgram program) {
        this.program = program;
        this.inputs = allocate(program.inputs());
        this.outputs = allocate(program.outputs());
        this.sent = views(inputs);
        this.received = views(outputs);
    }

    private static ByteBuffer[] allocate(List<TensorSpec> specs) {
        return specs.stream()
                .map(spec -> ByteBuffer.allocateDirect(
                                Math.multiplyExact(spec.elements(), spec.type().bytes()))
                        .order(ByteOrder.nativeOrder()))
                .toArray(ByteBuffer[]::new);
    }

    private static ByteBuffer[] views(ByteBuffer[] buffers) {
        ByteBuffer[] views = new ByteBuffer[buffers.length];
        for (int i = 0; i < views.length; i++) {
            views[i] = buffers[i].duplicate();
        }
        return views;
    }

    @Override
    public ByteBuffer input(int index) {
        return inputs[index].clear();
    }

    @Override
    public ByteBuffer output(int index) {
        return outputs[index].clear();
    }

    @Override
    public void run() {
        if (closed) {
            throw new AcceleratorException("model " + program.name() + ": the execution is closed");
        }
        program.run(sent, received);
    }

    @Override
    public StepResult step(long budgetNanos) {
        run();
        return StepResult.DONE;
    }

    @Override
    public boolean isPreemptible() {
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }
}
