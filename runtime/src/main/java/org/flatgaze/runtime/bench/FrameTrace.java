package org.flatgaze.runtime.bench;

import java.util.List;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/**
 * The frames of a run one by one, in memory that is there from the start; frames beyond its size are not kept. One thread
 * adds; another reads once that has stopped adding.
 */
final class FrameTrace {

    /** Names of {@link #parts}. */
    static final List<String> PARTS = List.of("wait", "reconstruct", "segment", "gaze", "rest", "publish");

    private final long[] sequence;
    private final long[] capture;
    private final long[] wait;
    private final long[] reconstruct;
    private final long[] segment;
    private final long[] gaze;
    private final long[] finished;
    private final long[] accepted;
    private final FrameStatus[] status;
    private volatile int count;

    FrameTrace(int capacity) {
        sequence = new long[capacity];
        capture = new long[capacity];
        wait = new long[capacity];
        reconstruct = new long[capacity];
        segment = new long[capacity];
        gaze = new long[capacity];
        finished = new long[capacity];
        accepted = new long[capacity];
        status = new FrameStatus[capacity];
    }

    void add(GazeSample sample, long acceptedNanos) {
        int i = count;
        if (i == sequence.length) {
            return;
        }
        sequence[i] = sample.sequence;
        capture[i] = sample.captureNanos;
        wait[i] = sample.waitNanos;
        reconstruct[i] = sample.reconstructNanos;
        segment[i] = sample.segmentNanos;
        gaze[i] = sample.gazeNanos;
        finished[i] = sample.publishNanos;
        accepted[i] = acceptedNanos;
        status[i] = sample.status;
        count = i + 1;
    }

    int count() {
        return count;
    }

    long sequence(int i) {
        return sequence[i];
    }

    /** When the frame was due or taken, ns. */
    long capture(int i) {
        return capture[i];
    }

    /** When its sample was handed over, ns. */
    long accepted(int i) {
        return accepted[i];
    }

    FrameStatus status(int i) {
        return status[i];
    }

    long latency(int i) {
        return accepted[i] - capture[i];
    }

    /** What a frame's latency consists of, ns, see {@link #PARTS}. */
    long[] parts(int i) {
        long inside = wait[i] + reconstruct[i] + segment[i] + gaze[i];
        long publish = Math.max(0, accepted[i] - finished[i]);
        long rest = Math.max(0, latency(i) - inside - publish);
        return new long[] {wait[i], reconstruct[i], segment[i], gaze[i], rest, publish};
    }

    /** Number of the frame with the largest latency, -1 when there is none. */
    int worst() {
        int worst = -1;
        for (int i = 0; i < count; i++) {
            if (worst < 0 || latency(i) > latency(worst)) {
                worst = i;
            }
        }
        return worst;
    }
}
