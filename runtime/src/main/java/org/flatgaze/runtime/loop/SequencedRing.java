package org.flatgaze.runtime.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.pipeline.GazeSample;

/**
 * Puts samples that several threads finish in any order back into the order of their frames.
 *
 * <p>Every sample has an index, counted from 0 without gaps in the order in which the frames were taken from the source;
 * its slot is known in advance, so producers never meet.
 *
 * <p>Assumptions:
 * <ol>
 *   <li>every index is put exactly once, by any thread; a thread holds at most one index at a time and puts it before it
 *       takes the next, so the smallest missing index is always on its way;</li>
 *   <li>one thread calls {@link #poll};</li>
 *   <li>at most 64 threads wait in {@link #put}, one of them is woken per sample taken.</li>
 * </ol>
 *
 * <p>Guarantees:
 * <ol>
 *   <li>samples come out in index order, every one of them, each once;</li>
 *   <li>a producer that is a whole ring ahead waits, parked, until the consumer has caught up or it is interrupted;</li>
 *   <li>nothing is allocated after construction.</li>
 * </ol>
 */
public final class SequencedRing {

    private static final long WAIT_NANOS = 200_000;
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(SequencedRing.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final GazeSample[] slots;
    private final int mask;

    /** Per slot the index whose sample it holds, plus one; 0 when it never held any. */
    private final AtomicLongArray present;

    /** Next index to hand out; moved by the consumer alone. */
    private long head;

    private volatile long endIndex = Long.MAX_VALUE;
    private volatile Thread consumer;

    /**
     * Makes an empty ring that expects index 0.
     *
     * @param capacity how far a producer may run ahead, a power of two, 2..65536
     */
    public SequencedRing(int capacity) {
        this.slots = SampleRing.preallocate(capacity);
        this.mask = capacity - 1;
        this.present = new AtomicLongArray(capacity);
    }

    /**
     * Copies {@code sample} in as number {@code index}; waits while the ring is a whole turn behind.
     *
     * @return {@code false} if the thread was interrupted while it waited; the sample is then lost and the interrupt
     *     flag still set
     */
    public boolean put(long index, GazeSample sample) {
        // Parking for a short time instead of a wake-up protocol: this wait means that the broker is the bottleneck.
        while (index - (long) HEAD.getAcquire(this) >= slots.length) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, WAIT_NANOS);
        }
        int slot = (int) index & mask;
        slots[slot].set(sample);
        present.set(slot, index + 1);
        Thread waiting = consumer;
        if (waiting != null && index == (long) HEAD.getAcquire(this)) {
            LockSupport.unpark(waiting);
        }
        return true;
    }

    /** Moves the sample that is next in order into {@code into}; {@code false} when it is not there yet. Consumer only. */
    public boolean poll(GazeSample into) {
        if (!isNextPresent()) {
            return false;
        }
        long h = head;
        into.set(slots[(int) h & mask]);
        HEAD.setRelease(this, h + 1);
        return true;
    }

    /**
     * Waits up to {@code timeoutNanos} until the sample that is next in order is there. Returns early when the ring has
     * ended or the thread is interrupted (the flag stays set). Consumer only.
     */
    public void await(long timeoutNanos) {
        if (isNextPresent() || isDrained()) {
            return;
        }
        consumer = Thread.currentThread();
        // Asked again after announcing ourselves, or a sample put in between would wake nobody.
        if (!isNextPresent() && !isDrained()) {
            LockSupport.parkNanos(this, timeoutNanos);
        }
        consumer = null;
    }

    private boolean isNextPresent() {
        return present.get((int) head & mask) == head + 1;
    }

    /** Says that {@code count} indices were given out and no more will follow. Any thread. */
    public void end(long count) {
        endIndex = count;
        Thread waiting = consumer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** Whether the ring has ended and every sample was taken. Any thread. */
    public boolean isDrained() {
        return (long) HEAD.getAcquire(this) >= endIndex;
    }

    /** Samples handed out so far. Any thread. */
    public long taken() {
        return (long) HEAD.getAcquire(this);
    }
}
