package org.flatgaze.accel.cpu;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;

/**
 * Our own kernels: float32 and 8-bit graphs, one thread, no allocation per run, able to yield between (parts of) layers.
 *
 * <p>{@code cpu-scalar} is plain loops: the reference. {@code cpu-vector} keeps pictures with channels innermost, plans all
 * memory ahead and multiplies in register tiles. 8-bit layers run on the same tiles: whole numbers below 2^24 are exact in
 * float32, so the results equal those of {@code cpu-scalar} bit by bit; float32 results differ by rounding.
 */
public final class CpuAccelerator implements Accelerator {

    private final String id;
    private final boolean vector;

    CpuAccelerator(String id, boolean vector) {
        this.id = id;
        this.vector = vector;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        return compile(OnnxImport.read(model));
    }

    /** Compiles a graph that is in memory already. */
    public Program compile(LayerGraph graph) {
        return vector ? new VectorProgram(graph) : new InterpretedProgram(graph);
    }

    /** Nothing to do: programs own what they allocate. */
    @Override
    public void close() {}
}
