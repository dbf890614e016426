package org.flatgaze.runtime.loop;

import java.util.concurrent.atomic.AtomicLong;

/** Counts events: one thread adds, any thread reads. Wait-free, allocates nothing. */
public final class EventCount {

    private final AtomicLong value = new AtomicLong();

    /** Adds one. Counting thread only. */
    public void increment() {
        add(1);
    }

    /** Adds {@code events}. Counting thread only. */
    public void add(long events) {
        // One writer: an ordered store is enough, and cheaper than an atomic addition.
        value.lazySet(value.get() + events);
    }

    /** Events so far. Any thread. */
    public long get() {
        return value.get();
    }
}
