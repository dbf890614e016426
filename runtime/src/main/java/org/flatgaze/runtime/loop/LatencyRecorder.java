package org.flatgaze.runtime.loop;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latencies of a run, in a histogram of fixed size.
 *
 * <p>One thread records (wait-free, nothing allocated); another one may ask for {@link #summary()} meanwhile. Precision is
 * three decimal digits: 4.167 ms and 4.170 ms are told apart. A value above {@link #MAX_NANOS} is recorded as that, so
 * the histogram never grows; {@code maxNanos} then reads as the limit.
 */
public final class LatencyRecorder {

    /** Largest latency that is told apart from larger ones: 60 s. */
    public static final long MAX_NANOS = 60_000_000_000L;

    private static final long RESOLUTION_NANOS = 1_000;
    private static final int DIGITS = 3;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(RESOLUTION_NANOS, MAX_NANOS, DIGITS);
    private final Histogram total = new Histogram(RESOLUTION_NANOS, MAX_NANOS, DIGITS);
    private Histogram interval;

    /**
     * What was measured, in ms.
     *
     * @param count values recorded; when 0 every other figure is NaN
     */
    public record Summary(long count, double p50Ms, double p99Ms, double p999Ms, double maxMs, double meanMs) {}

    /** Records one latency in ns; a negative value counts as 0. Recording thread only. */
    public void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
    }

    /** Everything since construction or the last {@link #reset()}. Any thread, one at a time. */
    public synchronized Summary summary() {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        if (total.getTotalCount() == 0) {
            return new Summary(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        return new Summary(
                total.getTotalCount(),
                total.getValueAtPercentile(50) / 1e6,
                total.getValueAtPercentile(99) / 1e6,
                total.getValueAtPercentile(99.9) / 1e6,
                total.getMaxValue() / 1e6,
                total.getMean() / 1e6);
    }

    /** Forgets everything recorded so far. Any thread, one at a time. */
    public synchronized void reset() {
        recorder.reset();
        total.reset();
    }
}
