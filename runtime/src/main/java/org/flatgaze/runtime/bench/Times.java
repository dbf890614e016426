package org.flatgaze.runtime.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Durations of one kind in a histogram of fixed size: one thread records and allocates nothing, another reads at the end.
 * Three decimal digits, up to 60 s.
 */
final class Times {

    static final long MAX_NANOS = 60_000_000_000L;
    private static final long RESOLUTION_NANOS = 1_000;
    private static final int DIGITS = 3;
    private static final double NANOS_PER_MS = 1e6;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(RESOLUTION_NANOS, MAX_NANOS, DIGITS);

    /** Records one duration. */
    void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
    }

    /**
     * Records one duration and, if it is longer than the time between two frames, those of the frames that nobody could
     * look at meanwhile: so a stall counts for as many frames as it cost (correction for coordinated omission).
     */
    void record(long nanos, long periodNanos) {
        recorder.recordValueWithExpectedInterval(Math.clamp(nanos, 0, MAX_NANOS), periodNanos);
    }

    /** Everything since the last call. */
    Histogram take() {
        return recorder.getIntervalHistogram();
    }

    /** Adds up histograms of the same kind. */
    static Histogram sum(Iterable<Times> parts) {
        Histogram sum = new Histogram(RESOLUTION_NANOS, MAX_NANOS, DIGITS);
        parts.forEach(part -> sum.add(part.take()));
        return sum;
    }

    /**
     * Percentiles in ms.
     *
     * @param count durations; when 0 every other figure is NaN
     */
    record Percentiles(long count, double p50, double p90, double p99, double p999, double max, double mean) {

        static Percentiles of(Histogram times) {
            if (times.getTotalCount() == 0) {
                return new Percentiles(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
            }
            return new Percentiles(
                    times.getTotalCount(),
                    at(times, 50),
                    at(times, 90),
                    at(times, 99),
                    at(times, 99.9),
                    times.getMaxValue() / NANOS_PER_MS,
                    times.getMean() / NANOS_PER_MS);
        }

        private static double at(Histogram times, double percentile) {
            return times.getValueAtPercentile(percentile) / NANOS_PER_MS;
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("p50", Figures.rounded(p50));
            json.put("p90", Figures.rounded(p90));
            json.put("p99", Figures.rounded(p99));
            json.put("p999", Figures.rounded(p999));
            json.put("max", Figures.rounded(max));
            json.put("mean", Figures.rounded(mean));
            json.put("count", count);
            return json;
        }
    }
}
