package org.flatgaze.accel.cpu;

import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.graph.LayerGraph;

/** What all programs made from a graph share. */
abstract class GraphProgram implements Program {

    private final LayerGraph graph;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private volatile boolean closed;

    GraphProgram(LayerGraph graph) {
        this.graph = graph;
        this.inputs = InterpretedProgram.specs(graph, graph.inputs());
        this.outputs = InterpretedProgram.specs(graph, graph.outputs());
    }

    final LayerGraph graph() {
        return graph;
    }

    @Override
    public final String name() {
        return graph.name();
    }

    @Override
    public final List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public final List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public final void close() {
        closed = true;
    }

    final void requireOpen() {
        if (closed) {
            throw new AcceleratorException("model " + name() + ": the program is closed");
        }
    }
}
