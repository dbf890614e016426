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
 * {@link #STALL_NANOS} is kept with its time, so that a missed deadline can be put beside it.
 */
final class IdleTimer {

    /** From here on an oversleep counts as a stall. */
    static final long STALL_NANOS = 1_000_000;

    private static final long SLEEP_NANOS = 1_000_000;
    private static final int KEPT = 100_000;

    private final Times oversleep = new Times();
    private final long[] begin = new long[KEPT];
    private final long[] end = new long[KEPT];
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
        int count = stalls;
        if (now - due > STALL_NANOS && count < KEPT) {
            begin[count] = due;
            end[count] = now;
            stalls = count + 1;
        }
    }

    /** Stalls so far. Any thread. */
    int stalls() {
        return stalls;
    }

    long stallBegin(int i) {
        return begin[i];
    }

    long stallEnd(int i) {
        return end[i];
    }

    /** Whether a stall touches the time from {@code from} to {@code to}. Any thread. */
    boolean isStalled(long from, long to) {
        int count = stalls;
        for (int i = 0; i < count; i++) {
            if (begin[i] - to < 0 && end[i] - from > 0) {
                return true;
            }
        }
        return false;
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
