package org.flatgaze.accel.emulator;

import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.TensorSpec.ElementType;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Tensor;

/** A graph that is run by the interpreter. */
public final class InterpretedProgram implements Program {

    private final LayerGraph graph;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private volatile boolean closed;

    public InterpretedProgram(LayerGraph graph) {
        this.graph = graph;
        this.inputs = specs(graph, graph.inputs());
        this.outputs = specs(graph, graph.outputs());
    }

    /** The graph this program runs. */
    public LayerGraph graph() {
        return graph;
    }

    @Override
    public String name() {
        return graph.name();
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Execution newExecution() {
        requireOpen();
        return new InterpretedExecution(this, new Int8Interpreter(graph));
    }

    @Override
    public void close() {
        closed = true;
    }

    void requireOpen() {
        if (closed) {
            throw new AcceleratorException("model " + name() + ": the program is closed");
        }
    }

    /** Names, types and shapes of some tensors of a graph. */
    public static List<TensorSpec> specs(LayerGraph graph, List<Integer> tensors) {
        return tensors.stream().map(t -> spec(graph.tensors().get(t))).toList();
    }

    private static TensorSpec spec(Tensor tensor) {
        ElementType type = !tensor.isQuantized()
                ? ElementType.FLOAT32
                : tensor.quant().signed() ? ElementType.INT8 : ElementType.UINT8;
        return new TensorSpec(tensor.name(), type, tensor.shape().toArray());
    }
}
