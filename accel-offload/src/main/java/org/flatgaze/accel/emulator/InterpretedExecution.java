package org.flatgaze.accel.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Tensor;

/** An interpreter behind pinned inputs and outputs; can stop between layers. */
final class InterpretedExecution implements Execution {

    private static final int ALIGNMENT_BYTES = 64;

    private final InterpretedProgram program;
    private final Int8Interpreter interpreter;
    private final ByteBuffer[] inputs;
    private final ByteBuffer[] outputs;
    private final FloatBuffer[] floatInputs;
    private final FloatBuffer[] floatOutputs;
    private final int layers;
    private int next = -1;
    private boolean closed;

    InterpretedExecution(InterpretedProgram program, Int8Interpreter interpreter) {
        LayerGraph graph = program.graph();
        this.program = program;
        this.interpreter = interpreter;
        this.inputs = allocate(graph, graph.inputs());
        this.outputs = allocate(graph, graph.outputs());
        this.floatInputs = floats(inputs);
        this.floatOutputs = floats(outputs);
        this.layers = graph.layers().size();
    }

    private static ByteBuffer[] allocate(LayerGraph graph, List<Integer> tensors) {
        ByteBuffer[] buffers = new ByteBuffer[tensors.size()];
        for (int i = 0; i < buffers.length; i++) {
            int bytes = Math.toIntExact(graph.tensors().get(tensors.get(i)).bytes());
            buffers[i] = ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * ALIGNMENT_BYTES))
                    .alignedSlice(ALIGNMENT_BYTES)
                    .slice(0, bytes)
                    .order(ByteOrder.nativeOrder());
        }
        return buffers;
    }

    private static FloatBuffer[] floats(ByteBuffer[] buffers) {
        FloatBuffer[] views = new FloatBuffer[buffers.length];
        for (int i = 0; i < views.length; i++) {
            views[i] = buffers[i].asFloatBuffer();
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

    /** Runs from the start, whatever {@link #step} left unfinished. */
    @Override
    public void run() {
        next = -1;
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

    /** Reads the inputs or runs one layer; answers whether the outputs are complete. */
    private boolean advance() {
        if (next < 0) {
            if (closed) {
                throw new AcceleratorException("model " + program.name() + ": the execution is closed");
            }
            program.requireOpen();
            readInputs();
        } else if (next < layers) {
            interpreter.runLayer(next);
        }
        next++;
        if (next < layers) {
            return false;
        }
        writeOutputs();
        next = -1;
        return true;
    }

    private void readInputs() {
        LayerGraph graph = program.graph();
        for (int i = 0; i < inputs.length; i++) {
            int tensor = graph.inputs().get(i);
            Tensor spec = graph.tensors().get(tensor);
            if (!spec.isQuantized()) {
                floatInputs[i].get(0, interpreter.floats(tensor));
                continue;
            }
            int[] q = interpreter.quantized(tensor);
            for (int e = 0; e < q.length; e++) {
                q[e] = spec.quant().signed() ? inputs[i].get(e) : Byte.toUnsignedInt(inputs[i].get(e));
            }
        }
    }

    private void writeOutputs() {
        LayerGraph graph = program.graph();
        for (int i = 0; i < outputs.length; i++) {
            int tensor = graph.outputs().get(i);
            if (!graph.tensors().get(tensor).isQuantized()) {
                floatOutputs[i].put(0, interpreter.floats(tensor));
                continue;
            }
            int[] q = interpreter.quantized(tensor);
            for (int e = 0; e < q.length; e++) {
                outputs[i].put(e, (byte) q[e]);
            }
        }
    }
}
