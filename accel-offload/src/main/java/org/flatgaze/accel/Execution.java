package org.flatgaze.accel;

import java.nio.ByteBuffer;

/**
 * One thread's running instance of a {@link Program}, with its input and output memory pinned for its whole life.
 *
 * <p>Single-threaded. {@link #run} and {@link #step} allocate nothing of our own; a backend states its own garbage.
 */
public interface Execution extends AutoCloseable {

    /** What {@link #step} did. */
    enum StepResult {
        /** The outputs are complete. */
        DONE,
        /** The budget is used up; call {@link #step} again to go on. */
        YIELDED
    }

    /** Direct, native-order memory of input {@code index}, position 0, limit its size in bytes; fill it, then run. */
    ByteBuffer input(int index);

    /** Direct, native-order memory of output {@code index}; valid after a run until the next one starts. */
    ByteBuffer output(int index);

    /**
     * Runs the whole program.
     *
     * @throws AcceleratorException if the backend fails; outputs are then undefined
     */
    void run();

    /**
     * Runs for about {@code budgetNanos} and returns. A backend that cannot stop half-way runs to the end and answers
     * {@link StepResult#DONE}; {@link #isPreemptible()} tells.
     *
     * @throws AcceleratorException if the backend fails; the next step starts anew
     */
    StepResult step(long budgetNanos);

    /** Whether {@link #step} can yield before the end. */
    boolean isPreemptible();

    @Override
    void close();
}
