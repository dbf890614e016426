package org.flatgaze.runtime.bench;

import org.flatgaze.pipeline.FrameStatus;

/** Finds the frames of a paced run that missed their deadline, whether their sample was late or never came. */
final class DeadlineCount {

    private final IdleTimer idle;
    private final long periodNanos;
    private final long budgetNanos;
    private long missed;
    private long stalled;

    private DeadlineCount(IdleTimer idle, long periodNanos, int periods) {
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
        DeadlineCount count = new DeadlineCount(idle, periodNanos, periods);
        long expected = 0;
        long lastCapture = 0;
        for (int i = 0; i < trace.count(); i++) {
            long sequence = trace.sequence(i);
            for (; expected < sequence; expected++) {
                count.miss(trace.capture(i) - (sequence - expected) * periodNanos);
            }
            if (trace.status(i) == FrameStatus.LATE || trace.latency(i) > count.budgetNanos) {
                count.miss(trace.capture(i));
            }
            lastCapture = trace.capture(i);
            expected = sequence + 1;
        }
        for (long after = 1; expected < delivered; expected++, after++) {
            count.miss(lastCapture + after * periodNanos);
        }
        return new Measurement.Deadlines(periods, count.missed, count.stalled);
    }

    private void miss(long captureNanos) {
        missed++;
        // A stall of the period before can have kept the threads from beginning with this frame.
        if (idle.isStalled(captureNanos - periodNanos, captureNanos + budgetNanos)) {
            stalled++;
        }
    }
}
