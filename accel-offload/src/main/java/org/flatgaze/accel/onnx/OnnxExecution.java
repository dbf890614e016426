package org.flatgaze.accel.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.TensorSpec;

/**
 * One set of pinned tensors over our own memory: the library reads the inputs where we wrote them and writes the outputs
 * where we read them. Each run leaves garbage in the library's Java layer (name arrays, the result and its maps):
 * 464 bytes measured with one input and one output.
 */
final class OnnxExecution implements Execution {

    /** A cache line, and the widest vector register. */
    private static final int ALIGNMENT_BYTES = 64;

    private final OnnxProgram program;
    private final OrtSession session;
    private final ByteBuffer[] inputs;
    private final ByteBuffer[] outputs;
    private final Map<String, OnnxTensor> inputTensors;
    private final Map<String, OnnxTensor> outputTensors;
    private boolean closed;

    OnnxExecution(OnnxProgram program, OrtEnvironment environment, OrtSession session) throws OrtException {
        this.program = program;
        this.session = session;
        this.inputs = allocate(program.inputs());
        this.outputs = allocate(program.outputs());
        this.inputTensors = pin(environment, program.inputs(), inputs);
        this.outputTensors = pin(environment, program.outputs(), outputs);
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
        program.requireOpen();
        // The result does not own pinned outputs: closing it leaves our tensors alone.
        try (OrtSession.Result _ = session.run(inputTensors, outputTensors)) {
            return;
        } catch (OrtException e) {
            throw OnnxFailure.of(program.name(), "running", e);
        }
    }

    /** Runs to the end whatever the budget: the library cannot stop half-way. */
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
        if (!closed) {
            closed = true;
            inputTensors.values().forEach(OnnxTensor::close);
            outputTensors.values().forEach(OnnxTensor::close);
        }
    }

    private static ByteBuffer[] allocate(List<TensorSpec> specs) {
        ByteBuffer[] buffers = new ByteBuffer[specs.size()];
        for (int i = 0; i < buffers.length; i++) {
            int bytes = Math.multiplyExact(
                    specs.get(i).elements(), specs.get(i).type().bytes());
            // Room to move both ends to a multiple: an aligned slice rounds its start up and its end down.
            buffers[i] = ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * ALIGNMENT_BYTES))
                    .alignedSlice(ALIGNMENT_BYTES)
                    .slice(0, bytes)
                    .order(ByteOrder.nativeOrder());
        }
        return buffers;
    }

    private Map<String, OnnxTensor> pin(OrtEnvironment environment, List<TensorSpec> specs, ByteBuffer[] buffers)
            throws OrtException {
        // Not Map.of: it makes new entries whenever the library walks through it.
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < buffers.length; i++) {
            TensorSpec spec = specs.get(i);
            long[] shape = Arrays.stream(spec.shape()).asLongStream().toArray();
            OnnxTensor tensor =
                    OnnxTensor.createTensor(environment, buffers[i], shape, OnnxProgram.javaType(spec.type()));
            tensors.put(spec.name(), tensor);
            requirePinned(spec, shape, tensor);
        }
        return tensors;
    }

    /** The library does not reject a pinned output of the wrong type on every path, so it is checked here. */
    private void requirePinned(TensorSpec spec, long[] shape, OnnxTensor tensor) {
        if (tensor.ownsBuffer()
                || tensor.getInfo().type != OnnxProgram.javaType(spec.type())
                || !Arrays.equals(tensor.getInfo().getShape(), shape)) {
            throw new AcceleratorException(
                    "model " + program.name() + ": tensor " + spec.name() + " cannot be pinned to our memory");
        }
    }
}
