package org.flatgaze.runtime.loop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Three frames between the capture thread and the frame thread; the newest frame wins.
 *
 * <p>The writer owns one frame, the reader owns one, the third lies in the middle. Each side gets what it needs by
 * exchanging its own frame for the middle one, in one atomic step.
 *
 * <p>Assumptions:
 * <ol>
 *   <li>one thread writes ({@link #back}, {@link #publish}), one thread reads ({@link #takeNewest}, {@link #front});</li>
 *   <li>a frame is not touched after it was given away by {@code publish} or {@code takeNewest}.</li>
 * </ol>
 *
 * <p>Guarantees:
 * <ol>
 *   <li>both sides are wait-free; a frame being read is never written;</li>
 *   <li>the reader gets the newest published frame, each frame at most once;</li>
 *   <li>a frame that is replaced before it was read is counted;</li>
 *   <li>nothing is allocated after construction.</li>
 * </ol>
 */
public final class LatestFrameSlots {

    private static final int INDEX = 3;
    private static final int FRESH = 4;

    private final SensorFrame[] frames = new SensorFrame[3];

    /** Index of the middle frame, plus {@link #FRESH} when the reader has not had it. */
    private final AtomicInteger middle = new AtomicInteger(1);

    private int back;
    private int front = 2;
    private volatile Thread reader;
    private final EventCount overwritten = new EventCount();

    /** Allocates three frames of {@code format}. */
    public LatestFrameSlots(SensorFormat format) {
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new SensorFrame(format);
        }
    }

    /** The frame the writer fills. Writer only. */
    public SensorFrame back() {
        return frames[back];
    }

    /** Gives {@link #back} away as the newest frame and gets another one to fill. Writer only. */
    public void publish() {
        int old = middle.getAndSet(back | FRESH);
        back = old & INDEX;
        if ((old & FRESH) != 0) {
            overwritten.increment();
        }
        Thread waiting = reader;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** Makes the newest frame {@link #front}, if there is one the reader has not had. Reader only. */
    public boolean takeNewest() {
        if ((middle.get() & FRESH) == 0) {
            return false;
        }
        front = middle.getAndSet(front) & INDEX;
        return true;
    }

    /**
     * Like {@link #takeNewest}, but waits up to {@code timeoutNanos} for a frame. Returns early when the thread is
     * interrupted (the flag stays set). Reader only.
     */
    public boolean awaitNewest(long timeoutNanos) {
        if (takeNewest()) {
            return true;
        }
        reader = Thread.currentThread();
        // Asked again after announcing ourselves, or a frame published in between would wake nobody.
        if (!takeNewest()) {
            LockSupport.parkNanos(this, timeoutNanos);
            reader = null;
            return takeNewest();
        }
        reader = null;
        return true;
    }

    /** The frame the reader got last. Reader only. */
    public SensorFrame front() {
        return frames[front];
    }

    /** Whether a frame lies in the middle that the reader has not had. Any thread. */
    public boolean hasFresh() {
        return (middle.get() & FRESH) != 0;
    }

    /** Frames replaced before anybody read them. Any thread. */
    public long overwritten() {
        return overwritten.get();
    }
}
