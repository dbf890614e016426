package org.flatgaze.runtime.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.flatgaze.pipeline.GazeSample;

/**
 * Bounded ring of gaze samples between a producer (the frame threads, in turns) and one consumer (the publish thread).
 *
 * <p>Assumptions:
 * <ol>
 *   <li>one thread at a time calls {@link #offer} and {@link #offerDroppingOldest}, the next after it under the same lock; one
 *       thread calls {@link #poll};</li>
 *   <li>the counters may be read from anywhere.</li>
 * </ol>
 *
 * <p>Guarantees:
 * <ol>
 *   <li>samples come out in the order in which they went in, each at most once;</li>
 *   <li>{@code offer} never loses a sample it accepted; {@code offerDroppingOldest} always accepts and counts what it
 *       threw away;</li>
 *   <li>the producer is wait-free; the consumer is lock-free: it starts over only when the producer dropped the sample
 *       it was copying, so a sample is never a mixture of two;</li>
 *   <li>nothing is allocated after construction.</li>
 * </ol>
 */
public final class SampleRing {

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle DROPPED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(SampleRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(SampleRing.class, "tail", long.class);
            DROPPED = lookup.findVarHandle(SampleRing.class, "dropped", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final GazeSample[] slots;
    private final int mask;

    /** Next sample to take; moved by the consumer, and by the producer when it drops. */
    @SuppressWarnings("UnusedVariable") // read and written through its VarHandle
    private long head;

    /** Next sample to write; moved by the producer alone. */
    private long tail;

    /** Written by the producer alone. */
    private long dropped;

    /**
     * Makes an empty ring.
     *
     * @param capacity samples it holds, a power of two, 2..65536
     */
    public SampleRing(int capacity) {
        this.slots = preallocate(capacity);
        this.mask = capacity - 1;
    }

    static GazeSample[] preallocate(int capacity) {
        if (capacity < 2 || capacity > 65_536 || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity=" + capacity + ": expected a power of two, 2..65536");
        }
        GazeSample[] slots = new GazeSample[capacity];
        for (int i = 0; i < capacity; i++) {
            slots[i] = new GazeSample();
        }
        return slots;
    }

    /** Copies {@code sample} in, or answers {@code false} when the ring is full. Producer only. */
    public boolean offer(GazeSample sample) {
        long t = tail;
        if (t - (long) HEAD.getAcquire(this) == slots.length) {
            return false;
        }
        slots[(int) t & mask].set(sample);
        TAIL.setRelease(this, t + 1);
        return true;
    }

    /**
     * Copies {@code sample} in; when the ring is full the oldest sample makes room. Producer only.
     *
     * @return whether a sample was thrown away
     */
    public boolean offerDroppingOldest(GazeSample sample) {
        long t = tail;
        long h = (long) HEAD.getAcquire(this);
        // A failed exchange means that the consumer took the oldest sample itself just now: there is room.
        boolean drop = t - h == slots.length && HEAD.compareAndSet(this, h, h + 1);
        if (drop) {
            DROPPED.setRelease(this, dropped + 1);
        }
        slots[(int) t & mask].set(sample);
        TAIL.setRelease(this, t + 1);
        return drop;
    }

    /** Moves the oldest sample into {@code into}, or answers {@code false} when the ring is empty. Consumer only. */
    public boolean poll(GazeSample into) {
        while (true) {
            long h = (long) HEAD.getAcquire(this);
            if (h >= (long) TAIL.getAcquire(this)) {
                return false;
            }
            into.set(slots[(int) h & mask]);
            // The copy must be complete before the exchange below says that nobody wrote into the slot meanwhile.
            VarHandle.loadLoadFence();
            if (HEAD.compareAndSet(this, h, h + 1)) {
                return true;
            }
        }
    }

    /** Samples inside; exact only when both sides rest. Any thread. */
    public int size() {
        long h = (long) HEAD.getAcquire(this);
        return (int) Math.max(0, Math.min(slots.length, (long) TAIL.getAcquire(this) - h));
    }

    /** Samples thrown away so far by {@link #offerDroppingOldest}. Any thread. */
    public long dropped() {
        return (long) DROPPED.getAcquire(this);
    }
}
