package org.flatgaze.pipeline.roi;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;

/**
 * Hands regions of interest from the thread that segments to the threads that use them, by the rule of a
 * {@link RoiSchedule}. Shared by all pipelines of one eye.
 *
 * <p>Assumptions:
 * <ol>
 *   <li>Several threads process frames; each hands in its own frames in rising order.
 *   <li>For reproducible results with several threads, whoever deals out the frames calls {@link #admit} for each, in
 *       order, before a pipeline sees it. With one thread {@link #regionFor} with {@code wait} does that by itself.
 *   <li>Every source frame ends in one {@link #publish}, also when nothing was found or the segmentation failed.
 * </ol>
 * Guarantees:
 * <ol>
 *   <li>A reader never sees half an estimate, and never one older than it has already seen for an earlier frame.
 *   <li>With {@code wait}, the answer depends on the frame numbers alone.
 *   <li>Readers never block writers, and who does not {@code wait} waits for nobody: a live frame is not held up by a thread that
 *       lost its core while it published. No call allocates, except to report a failure, or a writer that waits for another.
 * </ol>
 */
public final class RoiTracker {

    /** Source frames remembered: a frame may be up to this many renewals older than the newest frame admitted. */
    private static final int SLOTS = 16;

    private static final long NONE = -1;

    private static final long FORGOTTEN = -2;

    private static final long POLL_NANOS = 20_000;

    /** Frames of several threads come so far out of order at most; further back a source has begun to count anew. */
    public static final int DISORDER = 16;

    private final RoiSchedule schedule;
    private final long timeoutNanos;

    private final StampedLock lock = new StampedLock();
    private final long[] sources = new long[SLOTS];
    private final boolean[] published = new boolean[SLOTS];
    private final RoiEstimate[] estimates = new RoiEstimate[SLOTS];
    private final NewestRegion latest = new NewestRegion();

    /** Source frames named since the last reset; the i-th lives in slot i % SLOTS. */
    private long named;

    /** Ordinal of the newest published source, -1 while there is none. */
    private long newest = -1;

    /** Latest turn that has a source frame; read without the lock on every frame. */
    private volatile long namedTurn = Long.MIN_VALUE;

    /**
     * Makes a tracker that has seen nothing.
     *
     * @param schedule when regions are renewed
     * @param timeoutNanos longest wait of {@link #regionFor}, ns, at least 1
     */
    public RoiTracker(RoiSchedule schedule, long timeoutNanos) {
        if (timeoutNanos < 1) {
            throw new IllegalArgumentException("timeoutNanos=" + timeoutNanos + ": expected at least 1");
        }
        this.schedule = schedule;
        this.timeoutNanos = timeoutNanos;
        for (int i = 0; i < SLOTS; i++) {
            estimates[i] = new RoiEstimate();
        }
    }

    /** When regions are renewed. */
    public RoiSchedule schedule() {
        return schedule;
    }

    /** Forgets everything; for a source that starts counting anew. No pipeline may be running. */
    public void reset() {
        long stamp = lock.writeLock();
        try {
            named = 0;
            newest = -1;
            namedTurn = Long.MIN_VALUE;
            latest.clear();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Takes note that a frame exists and names it a source if its turn has none yet. Repeating it changes nothing. */
    public void admit(long sequence) {
        if (schedule.turn(sequence) <= namedTurn) {
            return;
        }
        long stamp = lock.writeLock();
        try {
            if (schedule.turn(sequence) > namedTurn) {
                name(sequence);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Whether an admitted frame is a source whose region has not been published yet. */
    public boolean isPending(long sequence) {
        while (true) {
            long stamp = lock.tryOptimisticRead();
            long ordinal = ordinalOf(sequence);
            boolean answer = ordinal >= 0 && !published[slot(ordinal)];
            if (lock.validate(stamp)) {
                return answer;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Whether the newest region belongs to an earlier turn than {@code sequence}, or to a source that has since started
     * to count anew; for a live loop, which may renew on any later frame when it had no time on the source frame.
     */
    public boolean isOverdue(long sequence) {
        long source = latest.source();
        return source == RoiEstimate.NO_SOURCE || sequence < source || schedule.turn(sequence) > schedule.turn(source);
    }

    /** Whether any region has been published. */
    public boolean hasRegion() {
        return latest.isThere();
    }

    /**
     * Makes an estimate available. One whose frame was never named a source is taken as an extra renewal, unless it is a little
     * older than the newest: that comes from a thread that was slower than its neighbour.
     *
     * @param estimate copied
     */
    public void publish(RoiEstimate estimate) {
        long stamp = lock.writeLock();
        try {
            long ordinal = ordinalOf(estimate.sourceSequence);
            // One that was published long ago is of a source that has begun to count anew since.
            if (ordinal < 0 || (published[slot(ordinal)] && ordinal < newest)) {
                long lead = newest < 0 ? 0 : sources[slot(newest)] - estimate.sourceSequence;
                if (lead > 0 && lead <= DISORDER) {
                    return;
                }
                ordinal = name(estimate.sourceSequence);
            }
            estimates[slot(ordinal)].set(estimate);
            published[slot(ordinal)] = true;
            if (ordinal >= newest) {
                newest = ordinal;
                latest.set(estimate);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Copies the newest estimate into {@code out}; the initial guess while there is none. */
    public void newest(RoiEstimate out) {
        latest.get(out);
    }

    /**
     * Finds the region for a frame.
     *
     * @param sequence the frame, which is admitted if it waits
     * @param wait true: the region that the schedule demands, waiting for it if need be; false: the newest there is
     * @param out receives a copy
     * @throws RegionTimeoutException if the demanded region did not come in time, the thread was interrupted, or the
     *     frame is so far behind the others that its region is forgotten
     */
    public void regionFor(long sequence, boolean wait, RoiEstimate out) {
        if (!wait) {
            newest(out);
            return;
        }
        admit(sequence);
        if (tryDemanded(sequence, out)) {
            return;
        }
        long start = System.nanoTime();
        while (!tryDemanded(sequence, out)) {
            // Parking with a short limit needs no list of waiters, so neither side allocates or signals.
            LockSupport.parkNanos(this, POLL_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new RegionTimeoutException("frame " + sequence + ": interrupted while waiting for its region");
            }
            if (System.nanoTime() - start > timeoutNanos) {
                throw timeout(sequence);
            }
        }
    }

    private RegionTimeoutException timeout(long sequence) {
        long ordinal = demanded(sequence);
        if (ordinal == FORGOTTEN) {
            return new RegionTimeoutException("frame " + sequence + ": more than " + SLOTS
                    + " renewals behind the newest frame; its region is forgotten");
        }
        return new RegionTimeoutException(
                "frame " + sequence + ": no region from source frame " + sources[slot(ordinal)] + " after "
                        + timeoutNanos / 1_000_000 + " ms; was the source frame refreshed?");
    }

    private boolean tryDemanded(long sequence, RoiEstimate out) {
        while (true) {
            long stamp = lock.tryOptimisticRead();
            long ordinal = demanded(sequence);
            boolean ready = ordinal >= 0 && published[slot(ordinal)];
            if (ready) {
                out.set(estimates[slot(ordinal)]);
            }
            if (lock.validate(stamp)) {
                return ready;
            }
            Thread.onSpinWait();
        }
    }

    /** Ordinal of the latest source in force at {@code sequence}; the very first is in force at once. */
    private long demanded(long sequence) {
        long oldest = Math.max(0, named - SLOTS);
        for (long ordinal = named - 1; ordinal >= oldest; ordinal--) {
            if (ordinal == 0 || sources[slot(ordinal)] + schedule.lag() <= sequence) {
                return ordinal;
            }
        }
        return named == 0 ? NONE : FORGOTTEN;
    }

    private long ordinalOf(long sequence) {
        long oldest = Math.max(0, named - SLOTS);
        for (long ordinal = named - 1; ordinal >= oldest; ordinal--) {
            if (sources[slot(ordinal)] == sequence) {
                return ordinal;
            }
        }
        return NONE;
    }

    /** Caller holds the write lock. */
    private long name(long sequence) {
        long ordinal = named;
        sources[slot(ordinal)] = sequence;
        published[slot(ordinal)] = false;
        named = ordinal + 1;
        // A late extra renewal must not make an earlier turn look open again.
        namedTurn = Math.max(namedTurn, schedule.turn(sequence));
        return ordinal;
    }

    private static int slot(long ordinal) {
        return (int) (ordinal % SLOTS);
    }
}
