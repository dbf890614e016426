package org.flatgaze.runtime.bench;

import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.EventCount;

/** Hears every sample of one run when it has been handed over; the publish thread adds and allocates nothing. */
final class RunRecorder {

    private static final int STATUSES = FrameStatus.values().length;

    private final long periodNanos;
    private final long deadlineNanos;
    private final FrameTrace trace;
    private final Times corrected = new Times();
    private final Times uncorrected = new Times();
    private final Times wait = new Times();
    private final Times reconstruct = new Times();
    private final Times gaze = new Times();
    private final Times publish = new Times();
    private final long[] statuses = new long[STATUSES];
    private final EventCount frames = new EventCount();
    private final EventCount late = new EventCount();
    private volatile long lastAcceptedNanos;
    private long firstBytes = -1;
    private long oldestRegion = -1;
    private volatile long publisherBytes;

    /**
     * @param periodNanos time between frames, 0 when they are not paced
     * @param capacity frames to keep one by one
     */
    RunRecorder(long periodNanos, int capacity) {
        this.periodNanos = periodNanos;
        this.deadlineNanos = periodNanos == 0 ? Long.MAX_VALUE : periodNanos * BenchOptions.DEADLINE_PERIODS;
        this.trace = new FrameTrace(capacity);
    }

    /** Takes note of a sample handed over at {@code now}. Publish thread only. */
    void accept(GazeSample sample, long now) {
        long latency = now - sample.captureNanos;
        uncorrected.record(latency);
        corrected.record(latency, periodNanos);
        wait.record(sample.waitNanos);
        if (sample.reconstructNanos > 0) {
            reconstruct.record(sample.reconstructNanos);
        }
        if (sample.gazeNanos > 0) {
            gaze.record(sample.gazeNanos);
        }
        publish.record(now - sample.publishNanos);
        statuses[sample.status.ordinal()]++;
        oldestRegion = Math.max(oldestRegion, sample.roiAge);
        trace.add(sample, now);
        if (sample.status == FrameStatus.LATE || latency > deadlineNanos) {
            late.increment();
        }
        long bytes = MeteredAccelerator.allocatedBytes();
        if (firstBytes < 0) {
            firstBytes = bytes;
        }
        publisherBytes = bytes - firstBytes;
        lastAcceptedNanos = now;
        frames.increment();
    }

    /** Samples so far. Any thread. */
    long frames() {
        return frames.get();
    }

    /** Samples that said LATE or were handed over after their deadline. Any thread. */
    long late() {
        return late.get();
    }

    /** When the last sample was handed over; 0 before the first. Any thread. */
    long lastAcceptedNanos() {
        return lastAcceptedNanos;
    }

    /** Bytes the publish thread allocated between the first and the last sample. Any thread. */
    long publisherBytes() {
        return publisherBytes;
    }

    /** What follows is for a thread that has seen the last sample. */
    FrameTrace trace() {
        return trace;
    }

    Times corrected() {
        return corrected;
    }

    Times uncorrected() {
        return uncorrected;
    }

    Times waitTimes() {
        return wait;
    }

    Times reconstruct() {
        return reconstruct;
    }

    Times gaze() {
        return gaze;
    }

    Times publish() {
        return publish;
    }

    /** Age of the oldest region that a frame used, frames; -1 where none was ever found. */
    long oldestRegion() {
        return oldestRegion;
    }

    long count(FrameStatus status) {
        return statuses[status.ordinal()];
    }
}
