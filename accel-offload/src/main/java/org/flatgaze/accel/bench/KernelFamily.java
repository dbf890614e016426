package org.flatgaze.accel.bench;

import java.util.List;
import java.util.function.Consumer;

/** A group of kernels that can be checked and measured together. */
public interface KernelFamily {

    /** Short name, as after {@code --family}. */
    String id();

    /**
     * Measures every kernel at its shapes.
     *
     * @param timer how long and how often
     * @param notes told about shapes that could not be measured, one line each
     */
    List<KernelRow> measure(PairedTimer timer, Consumer<String> notes);

    /** Compares every kernel with its reference on fixed inputs; one line per difference, empty when all is well. */
    List<String> check();
}
