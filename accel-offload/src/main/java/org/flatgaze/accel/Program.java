package org.flatgaze.accel;

import java.util.List;

/** A compiled model: immutable, shareable between threads; each thread makes its own {@link Execution}. */
public interface Program extends AutoCloseable {

    /** Name of the model this program was compiled from. */
    String name();

    /** Inputs in model order. */
    List<TensorSpec> inputs();

    /** Outputs in model order. */
    List<TensorSpec> outputs();

    /** Allocates everything one thread needs to run this program. Close it before the program. */
    Execution newExecution();

    @Override
    void close();
}
