package org.flatgaze.runtime.loop;

import java.util.concurrent.atomic.AtomicLong;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/**
 * The rules of the live policy for one frame, free of threads: deadline, failure, state.
 *
 * <p>A frame whose deadline has passed when its turn comes is not processed; one that is finished after its deadline
 * keeps its timings but not its direction. Either way the sample says {@link FrameStatus#LATE}. A processor that throws
 * gives {@link FrameStatus#FAILED}. So many failures in a row degrade the state, so many frames without failure bring it
 * back; with several frame threads, in a row means as they finish. Any frame thread; any thread reads the counters.
 */
final class FrameGate {

    private final FrameLoopConfig config;
    private final NanoClock clock;
    private final LoopListener listener;
    private final long budgetNanos;

    /** Guarded by {@code this}. */
    private int failuresInRow;

    /** Guarded by {@code this}. */
    private int goodInRow;

    private volatile LoopState state = LoopState.INIT;
    private final AtomicLong late = new AtomicLong();
    private final EventCount failed = new EventCount();

    FrameGate(FrameLoopConfig config, NanoClock clock, LoopListener listener) {
        this.config = config;
        this.clock = clock;
        this.listener = listener;
        this.budgetNanos = config.periodNanos() * config.deadlinePeriods();
    }

    /** Fills {@code sample} for {@code frame}, whatever happens; all but what was lost before it. */
    void process(FrameProcessor processor, SensorFrame frame, GazeSample sample) {
        long begun = clock.nanoTime();
        boolean processed = false;
        Throwable cause = null;
        if (isPast(frame.captureNanos(), begun)) {
            sample.clear();
            sample.status = FrameStatus.LATE;
        } else {
            try {
                processor.process(frame, sample);
                processed = sample.status != FrameStatus.FAILED;
                cause = processed ? null : processor.lastFailure();
            } catch (RuntimeException e) {
                sample.clear();
                sample.status = FrameStatus.FAILED;
                cause = e;
            }
            if (processed && isPast(frame.captureNanos())) {
                giveUp(sample);
            }
        }
        sample.sequence = frame.sequence();
        sample.captureNanos = frame.captureNanos();
        sample.waitNanos += Math.max(0, begun - frame.captureNanos());
        count(sample, processed, cause);
        sample.publishNanos = clock.nanoTime();
    }

    private static void giveUp(GazeSample sample) {
        sample.status = FrameStatus.LATE;
        sample.dirX = sample.dirY = sample.dirZ = Float.NaN;
        sample.yawDeg = sample.pitchDeg = Float.NaN;
        sample.confidence = 0;
    }

    /** Stamps a sample that was held back anew, and takes its direction out if that was too long. Any thread. */
    void release(GazeSample sample) {
        sample.publishNanos = clock.nanoTime();
        boolean judged = sample.status == FrameStatus.LATE || sample.status == FrameStatus.FAILED;
        if (!judged && isPast(sample.captureNanos)) {
            giveUp(sample);
            late.incrementAndGet();
        }
    }

    /** Whether the deadline of a frame captured then has passed. Any thread. */
    boolean isPast(long captureNanos) {
        return isPast(captureNanos, clock.nanoTime());
    }

    private boolean isPast(long captureNanos, long now) {
        return now - captureNanos > budgetNanos;
    }

    private synchronized void count(GazeSample sample, boolean processed, Throwable cause) {
        switch (sample.status) {
            case LATE -> late.incrementAndGet();
            case FAILED -> failed.increment();
            case OK, EYE_CLOSED, SATURATED, DARK -> {}
        }
        if (sample.status == FrameStatus.FAILED) {
            if (failuresInRow == 0) {
                listener.onFailure("frame " + sample.sequence, cause);
            }
            goodInRow = 0;
            failuresInRow++;
            if (failuresInRow == config.degradeAfter()) {
                change(LoopState.DEGRADED, failuresInRow + " frames failed in a row");
            }
        } else if (processed) {
            // A frame that was too late to be looked at says nothing about the stages.
            failuresInRow = 0;
            goodInRow++;
            if (state == LoopState.INIT) {
                change(LoopState.READY, "the first frame is processed");
            } else if (state == LoopState.DEGRADED && goodInRow >= config.recoverAfter()) {
                change(LoopState.READY, goodInRow + " frames in a row without failure");
            }
        }
    }

    /** Tells the listener, if it is news. */
    synchronized void change(LoopState next, String reason) {
        if (state != next) {
            state = next;
            listener.onState(next, reason);
        }
    }

    LoopState state() {
        return state;
    }

    long late() {
        return late.get();
    }

    long failed() {
        return failed.get();
    }
}
