package org.flatgaze.runtime.loop;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * The frames between the capture thread and one or several frame threads; the newest frame wins.
 *
 * <p>The writer owns one frame, every reader owns one, one more lies in the middle. Each side gets what it needs by
 * exchanging its own frame for the middle one, in one atomic step.
 *
 * <p>Assumptions:
 * <ol>
 *   <li>one thread writes ({@link #back}, {@link #publish}), one thread uses each {@link Reader};</li>
 *   <li>a frame is not touched after it was given away by {@code publish} or {@code takeNewest}.</li>
 * </ol>
 *
 * <p>Guarantees:
 * <ol>
 *   <li>the writer is wait-free; a reader is lock-free: it starts over only when a frame was published, or taken by
 *       another reader, at that moment; a frame being read is never written;</li>
 *   <li>a reader gets the newest published frame, and each frame goes to one reader at most;</li>
 *   <li>a frame that is replaced before it was read is counted;</li>
 *   <li>nothing is allocated after construction.</li>
 * </ol>
 */
public final class LatestFrameSlots {

    /** Readers at most. */
    public static final int READERS = 8;

    private static final int INDEX = 15;
    private static final int FRESH = 16;

    private final SensorFrame[] frames;

    /** Per frame how many had been published with it; belongs to whoever owns the frame. */
    private final long[] numbers;

    /** Index of the middle frame, plus {@link #FRESH} when no reader has had it. */
    private final AtomicInteger middle = new AtomicInteger(1);

    private final Reader[] readers;
    private final AtomicReferenceArray<Thread> waiting;
    private int back;
    private long published;
    private final EventCount overwritten = new EventCount();

    /**
     * Allocates frames of {@code format} for the writer, the middle and so many readers.
     *
     * @param readers 1..{@link #READERS}
     */
    public LatestFrameSlots(SensorFormat format, int readers) {
        if (readers < 1 || readers > READERS) {
            throw new IllegalArgumentException("readers=" + readers + ": expected 1.." + READERS);
        }
        this.frames = new SensorFrame[2 + readers];
        this.numbers = new long[frames.length];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new SensorFrame(format);
        }
        this.waiting = new AtomicReferenceArray<>(readers);
        this.readers = new Reader[readers];
        for (int i = 0; i < readers; i++) {
            this.readers[i] = new Reader(i);
        }
    }

    /** The frame the writer fills. Writer only. */
    public SensorFrame back() {
        return frames[back];
    }

    /** Gives {@link #back} away as the newest frame and gets another one to fill. Writer only. */
    public void publish() {
        published++;
        numbers[back] = published;
        int old = middle.getAndSet(back | FRESH);
        back = old & INDEX;
        if ((old & FRESH) != 0) {
            overwritten.increment();
        }
        // All that wait, not the first: it may have found an earlier frame by now, and this one would wake nobody.
        for (int i = 0; i < readers.length; i++) {
            Thread thread = waiting.get(i);
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /** One of the readers, counted from 0. */
    public Reader reader(int index) {
        return readers[index];
    }

    /** Whether a frame lies in the middle that no reader has had. Any thread. */
    public boolean hasFresh() {
        return (middle.get() & FRESH) != 0;
    }

    /** Frames replaced before anybody read them. Any thread. */
    public long overwritten() {
        return overwritten.get();
    }

    /** Takes frames; one thread. */
    public final class Reader {

        private final int index;
        private int front;

        private Reader(int index) {
            this.index = index;
            this.front = 2 + index;
        }

        /** Makes the newest frame {@link #front}, if there is one that no reader has had. */
        public boolean takeNewest() {
            while (true) {
                int seen = middle.get();
                if ((seen & FRESH) == 0) {
                    return false;
                }
                if (middle.compareAndSet(seen, front)) {
                    front = seen & INDEX;
                    return true;
                }
            }
        }

        /**
         * Like {@link #takeNewest}, but waits up to {@code timeoutNanos} for a frame. Returns early when the thread is
         * interrupted (the flag stays set).
         */
        public boolean awaitNewest(long timeoutNanos) {
            if (takeNewest()) {
                return true;
            }
            waiting.set(index, Thread.currentThread());
            // Asked again after announcing ourselves, or a frame published in between would wake nobody.
            boolean taken = takeNewest();
            if (!taken) {
                LockSupport.parkNanos(LatestFrameSlots.this, timeoutNanos);
            }
            waiting.set(index, null);
            return taken || takeNewest();
        }

        /** The frame taken last. */
        public SensorFrame front() {
            return frames[front];
        }

        /** How many frames had been published when {@link #front} was, itself among them; 0 before the first. */
        public long number() {
            return numbers[front];
        }
    }
}
