package org.flatgaze.runtime.loop;

/** The monotonic clock every loop reads, injected so that tests decide what time it is. */
@FunctionalInterface
public interface NanoClock {

    /** CLOCK_MONOTONIC through {@link System#nanoTime()}. */
    NanoClock SYSTEM = System::nanoTime;

    /** Now, in ns; only differences mean anything. Any thread, allocates nothing. */
    long nanoTime();
}
