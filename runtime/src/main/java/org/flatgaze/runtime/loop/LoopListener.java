package org.flatgaze.runtime.loop;

/** Hears what happens in a live loop. Called on the loop's threads: take note and return at once. */
public interface LoopListener {

    /** Hears nothing. */
    LoopListener NONE = new LoopListener() {
        @Override
        public void onState(LoopState state, String reason) {}

        @Override
        public void onFailure(String stage, Throwable cause) {}
    };

    /**
     * A thread of the loop begins; called on that thread before anything else, so this is the place to pin it.
     *
     * @param role {@code "capture"}, {@code "region"} or {@code "frame"}
     * @param number of the thread among those of its role, from 0
     */
    default void onThread(String role, int number) {}

    /**
     * The loop changed its state.
     *
     * @param reason one line for people
     */
    void onState(LoopState state, String reason);

    /** A stage failed; called for the first of several failures in a row only, so that a log does not fill up. */
    void onFailure(String stage, Throwable cause);

    /** A sample is ready to be polled; called once per sample on a frame thread, so it must not allocate. */
    default void onSample() {}

    /**
     * A frame thread has handed on everything about a frame and is free until the next one: the place for work that
     * returns before it is due. Called on that thread, once per frame, so it must not allocate.
     *
     * @param captureNanos when the frame was captured
     */
    default void onFrameDone(long captureNanos) {}
}
