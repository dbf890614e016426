package org.flatgaze.accel;

/** A kind of accelerator, found by its id; cheap to make, touches nothing until it is asked. */
public interface AcceleratorProvider {

    /** Lower-case id used in configuration files and on the command line, such as {@code "onnx"}. */
    String id();

    /** Whether {@link #open} would succeed on this machine, and if not, why. */
    Probe probe();

    /**
     * Opens the accelerator.
     *
     * @throws AcceleratorException if {@link #probe} says it is not usable
     */
    Accelerator open();

    /**
     * Whether this is an 8-bit machine, for which float32 models are quantised first. What calibrates them is known to the
     * caller, so that is the caller's to do.
     */
    default boolean isInt8() {
        return false;
    }

    /** Whether a model that is in 8 bits is computed in integers here. */
    default boolean computesIntegers() {
        return true;
    }

    /** Whether this can be lost while it runs, such as hardware behind a bus, so that a spare should stand by. */
    default boolean mayVanish() {
        return false;
    }

    /** Whether its executions can stop half-way, so that a model may run in the time that frames leave. */
    default boolean canYield() {
        return false;
    }

    /** Answer of a probe: {@code detail} is a version or description when usable, else the reason and the remedy. */
    record Probe(boolean usable, String detail) {}
}
