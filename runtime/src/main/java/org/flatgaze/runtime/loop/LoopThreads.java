package org.flatgaze.runtime.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The threads of one loop: named, daemons, started together, stopped together.
 *
 * <p>The first thread that dies of a throwable ends the run: the others are interrupted and the throwable is kept as
 * {@link #failure()}. Any thread may call any method.
 */
final class LoopThreads {

    /** The work of one thread; it returns when it is done or {@link LoopThreads#isStopping()} says so. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;

    /** Adds a thread; it starts with {@link #start()}. */
    void add(String name, Work work) {
        Thread thread = Thread.ofPlatform().name(name).daemon(true).unstarted(() -> runToItsEnd(work));
        // Only reached by what even the catch below cannot hold, such as an error inside it.
        thread.setUncaughtExceptionHandler((dead, cause) -> fail(cause));
        threads.add(thread);
    }

    private void runToItsEnd(Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            if (!stopping) {
                fail(new IllegalStateException(Thread.currentThread().getName() + " was interrupted", e));
            }
        } catch (Throwable e) { // the edge of a thread: whatever ended it becomes the cause of the end of the run
            fail(e);
        }
    }

    private void fail(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            requestStop();
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    boolean isStopping() {
        return stopping;
    }

    /** Asks every thread to end and interrupts those that wait. */
    @SuppressWarnings("ReferenceEquality") // a thread equals only itself
    void requestStop() {
        stopping = true;
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
    }

    /** What ended the run early, or {@code null}. */
    Throwable failure() {
        return failure.get();
    }

    /** Waits until every thread has ended; {@code false} when {@code timeoutNanos} ran out first. */
    boolean join(long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        for (Thread thread : threads) {
            long left = deadline - System.nanoTime();
            if (thread.isAlive() && thread.getState() != Thread.State.NEW) {
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
                if (thread.isAlive()) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Asks every thread to end and waits for them. An interrupt of the caller ends the wait; its flag stays set.
     *
     * @throws IllegalStateException naming the threads that are still running after {@code timeoutNanos}
     */
    void stopAndJoin(long timeoutNanos) {
        requestStop();
        try {
            if (!join(timeoutNanos)) {
                throw new IllegalStateException("threads did not stop in time: "
                        + threads.stream()
                                .filter(Thread::isAlive)
                                .map(Thread::getName)
                                .toList());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
