package org.flatgaze.runtime.bench;

import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A thread that does nothing but sleep for a millisecond and look how late it wakes: what it suffers, the machine did.
 *
 * <p>It may also wait for our own threads where they fill all cores, though a sleeper that wakes goes first as a rule; in
 * doubt, the same machine without load tells. An oversleep of more than {@link #STALL_NANOS} is kept with its time, so that a missed deadline can be put beside it.
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
    private final Runnable setup;
    private final Thread thread;

    /** @param setup runs first on the thread */
    IdleTimer(Runnable setup) {
        this.setup = setup;
        thread = Thread.ofPlatform().name("idle-timer").daemon(true).unstarted(this::sleep);
    }

    void start() {
        thread.start();
    }

    private void sleep() {
        setup.run();
        long slept = System.nanoTime();
        while (!stopping) {
            LockSupport.parkNanos(this, SLEEP_NANOS);
            long now = System.nanoTime();
            note(slept + SLEEP_NANOS, now);
            slept = System.nanoTime();
        }
    }

    /** Takes note of having been due at one time and awake at another. */
    void note(long due, long now) {
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

    /** How late it woke, all times; after {@link #end()}. */
    Histogram oversleep() {
        return oversleep.take();
    }

    /** Asks the thread to end. Any thread. */
    void requestStop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    /** Ends the thread and waits for it, so that its figures can be read. */
    void end() throws InterruptedException {
        requestStop();
        thread.join();
    }
}
