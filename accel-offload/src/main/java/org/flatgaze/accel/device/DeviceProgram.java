package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;

/** A graph in the memory of a device; its bytes are kept, to load them again after a reset. */
final class DeviceProgram implements Program {

    private final DeviceDriver driver;
    private final String name;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final DeviceDriver.LoadedProgram loaded;
    private volatile boolean closed;

    DeviceProgram(DeviceDriver driver, LayerGraph graph) {
        this.driver = driver;
        this.name = graph.name();
        this.inputs = InterpretedProgram.specs(graph, graph.inputs());
        this.outputs = InterpretedProgram.specs(graph, graph.outputs());
        byte[] bytes = GraphFile.write(graph);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
        direct.put(bytes).clear();
        this.loaded = driver.load(name, direct);
    }

    @Override
    public String name() {
        return name;
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
        return new DeviceExecution(this);
    }

    void run(ByteBuffer[] in, ByteBuffer[] out) {
        requireOpen();
        driver.run(loaded, in, out);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            driver.free(loaded);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new AcceleratorException("model " + name + ": the program is closed");
        }
    }
}
