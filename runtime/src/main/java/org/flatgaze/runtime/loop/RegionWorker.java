package org.flatgaze.runtime.loop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Computes regions of interest beside the frame threads, one at a time, from a copy of the frame.
 *
 * <p>Frame threads call {@link #afterFrame}; it copies the frame (0.4 MB, some 20 µs) when the worker is idle and leaves it
 * when it is busy. One thread runs {@link #work}; the counters may be read from anywhere.
 */
final class RegionWorker implements RegionRenewal {

    private static final int IDLE = 0;
    private static final int FILLING = 1;
    private static final int FILLED = 2;
    private static final long WAIT_NANOS = 50_000_000;

    private final FrameProcessor processor;
    private final SensorFrame copy;
    private final LoopListener listener;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private int failuresInRow;

    /** Whether the copy holds a frame; belongs to whoever fills it. */
    private boolean filled;

    private volatile Thread worker;
    private final EventCount updates = new EventCount();
    private final EventCount failures = new EventCount();

    RegionWorker(FrameProcessor processor, SensorFormat format, LoopListener listener) {
        this.processor = processor;
        this.copy = new SensorFrame(format);
        this.listener = listener;
    }

    /** Copies a frame that is due and wakes the worker; does nothing while the previous region is still being computed. */
    @Override
    public void afterFrame(SensorFrame frame, boolean due) {
        if (!due || !state.compareAndSet(IDLE, FILLING)) {
            return;
        }
        if (filled && frame.captureNanos() - copy.captureNanos() < 0) {
            // From a thread that was slower than its neighbour: the region in use is of a later frame.
            state.set(IDLE);
            return;
        }
        filled = true;
        System.arraycopy(frame.data(), 0, copy.data(), 0, copy.data().length);
        copy.stamp(frame.sequence(), frame.captureNanos(), frame.exposureMicros());
        state.set(FILLED);
        LockSupport.unpark(worker);
    }

    /** Works until {@code threads} stops. */
    void work(LoopThreads threads) {
        worker = Thread.currentThread();
        while (!threads.isStopping()) {
            if (state.get() == FILLED) {
                refresh();
                state.set(IDLE);
            } else {
                LockSupport.parkNanos(this, WAIT_NANOS);
            }
        }
    }

    private void refresh() {
        Throwable cause;
        try {
            if (processor.refreshRegion(copy)) {
                updates.increment();
                failuresInRow = 0;
                return;
            }
            cause = processor.lastFailure();
        } catch (RuntimeException e) {
            cause = e;
        }
        failures.increment();
        if (failuresInRow == 0) {
            listener.onFailure("region of frame " + copy.sequence(), cause);
        }
        failuresInRow++;
    }

    /** Whether the next frame that is due would be taken. Any thread. */
    boolean isIdle() {
        return state.get() == IDLE;
    }

    @Override
    public long updates() {
        return updates.get();
    }

    @Override
    public long failures() {
        return failures.get();
    }
}
