package org.flatgaze.runtime.loop;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;

/** An accelerator that leaves one model to another one. As thread-safe as the two. */
final class DividedAccelerator implements Accelerator {

    private final Accelerator most;
    private final String model;
    private final Accelerator other;

    /**
     * Takes over both; they are closed with this.
     *
     * @param model id of the model that {@code other} runs
     */
    DividedAccelerator(Accelerator most, String model, Accelerator other) {
        this.most = most;
        this.model = model;
        this.other = other;
    }

    @Override
    public String id() {
        return most.id();
    }

    @Override
    public Program compile(ModelSource source, CompileOptions options) {
        return (source.name().equals(model) ? other : most).compile(source, options);
    }

    @Override
    public void close() {
        try (other) {
            most.close();
        }
    }
}
