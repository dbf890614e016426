package org.flatgaze.accel.device;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;

/**
 * Programs on a device behind registers. Any thread; the device runs one program at a time, so that a long one delays the
 * others.
 */
public final class DeviceAccelerator implements Accelerator {

    /** Id of the provider. */
    public static final String ID = "device";

    private final DeviceDriver driver;

    /** Takes over a driver. */
    public DeviceAccelerator(DeviceDriver driver) {
        this.driver = driver;
    }

    @Override
    public String id() {
        return ID;
    }

    /** The driver, for its counters. */
    public DeviceDriver driver() {
        return driver;
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        return compile(OnnxImport.read(model));
    }

    /**
     * Loads a graph that is in memory already.
     *
     * @throws AcceleratorException if the device cannot run it or fails
     */
    public Program compile(LayerGraph graph) {
        if (!graph.isQuantized() && !driver.facts().canFloat32()) {
            throw new AcceleratorException("model " + graph.name() + ": is float32, but " + driver.description()
                    + " computes in 8 bits; quantise it with 'accel compile'");
        }
        return new DeviceProgram(driver, graph);
    }

    @Override
    public void close() {
        driver.close();
    }
}
