package org.flatgaze.runtime.bench;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.pipeline.FrameStatus;

/** Finds the frames of a paced run that missed their deadline, whether their sample was late or never came. */
final class DeadlineCount {

    private static final int KEPT = 1_000;

    private final FrameTrace trace;
    private final IdleTimer idle;
    private final List<Measurement.Miss> misses = new ArrayList<>();
    private final long periodNanos;
    private final long budgetNanos;
    private long missed;
    private long stalled;

    private DeadlineCount(FrameTrace trace, IdleTimer idle, long periodNanos, int periods) {
        this.trace = trace;
        this.idle = idle;
        this.periodNanos = periodNanos;
        this.budgetNanos = periodNanos * periods;
    }

    /**
     * Counts.
     *
     * @param delivered frames the source delivered, numbered from 0 without gaps
     */
    static Measurement.Deadlines of(FrameTrace trace, long delivered, IdleTimer idle, long periodNanos, int periods) {
        DeadlineCount count = new DeadlineCount(trace, idle, periodNanos, periods);
        long expected = 0;
        long lastCapture = 0;
        for (int i = 0; i < trace.count(); i++) {
            long sequence = trace.sequence(i);
            for (; expected < sequence; expected++) {
                count.miss(expected, trace.capture(i) - (sequence - expected) * periodNanos, null);
            }
            if (trace.status(i) == FrameStatus.LATE || trace.latency(i) > count.budgetNanos) {
                count.miss(sequence, trace.capture(i), trace.parts(i));
            }
            lastCapture = trace.capture(i);
            expected = sequence + 1;
        }
        for (long after = 1; expected < delivered; expected++, after++) {
            count.miss(expected, lastCapture + after * periodNanos, null);
        }
        return new Measurement.Deadlines(periods, count.missed, count.stalled, List.copyOf(count.misses));
    }

    private void miss(long sequence, long captureNanos, long[] parts) {
        missed++;
        // A stall of the period before can have kept the threads from beginning with this frame.
        long from = captureNanos - periodNanos;
        long to = captureNanos + budgetNanos;
        boolean inStall = idle.isStalled(from, to);
        if (inStall) {
            stalled++;
        }
        if (misses.size() < KEPT) {
            long begin = trace.count() > 0 ? trace.capture(0) : captureNanos;
            misses.add(new Measurement.Miss(sequence, captureNanos - begin, parts, inStall, idle.late(from, to)));
        }
    }
}
