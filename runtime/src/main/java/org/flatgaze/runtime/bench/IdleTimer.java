package org.flatgaze.runtime.bench;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Threads that do nothing but sleep for a millisecond and look how late they wake: what they suffer, the machine did.
 *
 * <p>One of them goes where there is room; several, one on each core, see what stops a core that is busy, but must go before
 * our own threads, or they would measure those. A single one may also wait for our own threads where they fill all cores,
 * though a sleeper that wakes goes first as a rule; in doubt, the same machine without load tells. An oversleep of more than
 * {@link #KEPT_NANOS} is kept with its time, so that a missed deadline can be put beside it; from {@link #STALL_NANOS} on it
 * counts as a stall.
 */
final class IdleTimer {

    /** From here on an oversleep counts as a stall. */
    static final long STALL_NANOS = 1_000_000;

    /** From here on an oversleep is kept. */
    static final long KEPT_NANOS = 100_000;

    private static final long SLEEP_NANOS = 1_000_000;
    private static final int KEPT = 200_000;

    private final Times oversleep = new Times();
    private final long[] begin = new long[KEPT];
    private final long[] end = new long[KEPT];
    private volatile int kept;
    private volatile int stalls;
    private volatile boolean stopping;
    private final List<Thread> threads;

    /** @param setups one per thread, which runs it first and ends if it answers false */
    IdleTimer(List<BooleanSupplier> setups) {
        threads = setups.stream()
                .map(setup ->
                        Thread.ofPlatform().name("idle-timer").daemon(true).unstarted(() -> sleep(setup)))
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private void sleep(BooleanSupplier setup) {
        if (!setup.getAsBoolean()) {
            return;
        }
        long slept = System.nanoTime();
        while (!stopping) {
            LockSupport.parkNanos(this, SLEEP_NANOS);
            long now = System.nanoTime();
            note(slept + SLEEP_NANOS, now);
            slept = System.nanoTime();
        }
    }

    /** Takes note of having been due at one time and awake at another. Any thread. */
    synchronized void note(long due, long now) {
        if (now - due < 0) {
            return;
        }
        oversleep.record(now - due);
        int count = kept;
        // Half of the room is for stalls alone.
        if (now - due > (count < KEPT / 2 ? KEPT_NANOS : STALL_NANOS) && count < KEPT) {
            begin[count] = due;
            end[count] = now;
            kept = count + 1;
        }
        if (now - due > STALL_NANOS) {
            stalls++;
        }
    }

    /** Stalls so far. Any thread. */
    int stalls() {
        return stalls;
    }

    /** Hears of one stall. */
    interface StallVisitor {
        void stall(long beginNanos, long endNanos);
    }

    /** Tells of the stalls that touch the time from {@code from} to {@code to}. Any thread. */
    void stalls(long from, long to, StallVisitor visitor) {
        overslept(STALL_NANOS, from, to, visitor);
    }

    /** Whether a stall touches the time from {@code from} to {@code to}. Any thread. */
    boolean isStalled(long from, long to) {
        boolean[] found = new boolean[1];
        stalls(from, to, (begin, end) -> found[0] = true);
        return found[0];
    }

    /** Kept oversleeps within that time, cut to it and added up over all threads, ns; shorter than stalls too. Any thread. */
    long late(long from, long to) {
        long[] sum = new long[1];
        overslept(KEPT_NANOS, from, to, (begin, end) -> sum[0] += Math.min(end, to) - Math.max(begin, from));
        return sum[0];
    }

    private void overslept(long atLeast, long from, long to, StallVisitor visitor) {
        int count = kept;
        for (int i = 0; i < count; i++) {
            if (end[i] - begin[i] > atLeast && begin[i] - to < 0 && end[i] - from > 0) {
                visitor.stall(begin[i], end[i]);
            }
        }
    }

    /** How late they woke, all times; after {@link #end()}. */
    Histogram oversleep() {
        return oversleep.take();
    }

    /** Asks the threads to end. Any thread. */
    void requestStop() {
        stopping = true;
        threads.forEach(LockSupport::unpark);
    }

    /** Ends the threads and waits for them, so that their figures can be read. */
    void end() throws InterruptedException {
        requestStop();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
