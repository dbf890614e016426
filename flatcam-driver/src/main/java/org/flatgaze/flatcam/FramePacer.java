package org.flatgaze.flatcam;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Gives a source that has no clock of its own the rhythm of a camera: frame n is due at start + n / rate.
 *
 * <p>Waiting is not accumulated: a reader that came late gets the frames it missed at once, each with the time it was due.
 * One thread. Allocates nothing.
 */
public final class FramePacer {

    /** The last stretch is spent spinning, because a parked thread wakes up to about this late. */
    private static final long SPIN_NANOS = 60_000;

    private final double periodNanos;
    private final LongSupplier nanoTime;
    private final LongConsumer park;
    private long startNanos;
    private long frames;

    /**
     * @param framesPerSecond rate, or 0 for as fast as asked
     */
    public FramePacer(double framesPerSecond) {
        this(framesPerSecond, System::nanoTime, LockSupport::parkNanos);
    }

    FramePacer(double framesPerSecond, LongSupplier nanoTime, LongConsumer park) {
        if (!(framesPerSecond >= 0 && framesPerSecond <= 100_000)) {
            throw new IllegalArgumentException(
                    "framesPerSecond=" + framesPerSecond + ": expected 0 (as fast as asked) to 100000");
        }
        this.periodNanos = framesPerSecond == 0 ? 0 : 1e9 / framesPerSecond;
        this.nanoTime = nanoTime;
        this.park = park;
    }

    /** Starts the rhythm: the first frame is due now. */
    public void start() {
        startNanos = nanoTime.getAsLong();
        frames = 0;
    }

    /**
     * Waits for the next frame to be due.
     *
     * @return when it was due, as a {@link System#nanoTime()} value; now, where there is no rate
     */
    public long awaitNext() {
        long now = nanoTime.getAsLong();
        if (periodNanos == 0) {
            return now;
        }
        long due = startNanos + Math.round(frames * periodNanos);
        frames++;
        while (now - due < 0 && !Thread.currentThread().isInterrupted()) {
            long left = due - now;
            if (left > SPIN_NANOS) {
                park.accept(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            now = nanoTime.getAsLong();
        }
        return due;
    }
}
