package org.flatgaze.runtime.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.flatgaze.runtime.bench.Times.Percentiles;

/**
 * What one run measured.
 *
 * @param complete whether it came to its end
 * @param frames samples handed over
 * @param seconds from the first frame to the last sample
 * @param latency capture to hand-over, ns; paced: corrected for coordinated omission
 * @param uncorrected the same as they were
 * @param stages by name, in the order of the frame path
 * @param allocation bytes per frame, by where
 * @param frameThreads threads that processed frames
 * @param deadlines frames that missed theirs; paced only, else null
 * @param drops frames without a sample handed over, by cause
 * @param regions how regions of interest were computed, and the age of the oldest in use
 * @param statuses samples by status
 * @param use of the process
 * @param safepoints pauses of all threads of the JVM, collections among them
 * @param memory heap and resident memory over the run
 * @param machine how late an idle timer was meanwhile
 * @param trace the frames one by one
 * @param idle the idle timer itself, for its stalls
 */
record Measurement(
        boolean complete,
        long frames,
        double seconds,
        Histogram latency,
        Percentiles uncorrected,
        Map<String, Percentiles> stages,
        Map<String, Double> allocation,
        int frameThreads,
        Deadlines deadlines,
        Map<String, Long> drops,
        Map<String, Object> regions,
        Map<String, Long> statuses,
        ProcessMeter.Use use,
        SafepointLog.Pauses safepoints,
        MemoryTrend memory,
        Percentiles machine,
        FrameTrace trace,
        IdleTimer idle) {

    /**
     * Missed deadlines.
     *
     * @param frames frames whose sample was late, or that have none, at k periods after capture
     * @param duringStalls those among them that a stall of the machine touched
     * @param misses the first of them one by one
     */
    record Deadlines(int periods, long frames, long duringStalls, List<Miss> misses) {

        /** Those of {@link #misses} that no stall touched. */
        List<Miss> outsideStalls() {
            return misses.stream().filter(miss -> !miss.inStall()).toList();
        }
    }

    /**
     * A frame that missed its deadline.
     *
     * @param sequence its number
     * @param atNanos when it was due, after the first frame of the trace
     * @param parts its times as {@link FrameTrace#parts}, ns; null where its sample never came
     * @param inStall whether a stall of the machine touched it
     * @param idleLateNanos how late the idle timers were meanwhile, together
     */
    record Miss(long sequence, long atNanos, long[] parts, boolean inStall, long idleLateNanos) {

        /** The part that took longest, as in {@link FrameTrace#PARTS}, or that there is no sample. */
        String longestPart() {
            if (parts == null) {
                return "no sample";
            }
            int longest = 0;
            for (int i = 1; i < parts.length; i++) {
                longest = parts[i] > parts[longest] ? i : longest;
            }
            return FrameTrace.PARTS.get(longest);
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("sequence", sequence);
            json.put("at_s", Figures.rounded(atNanos * 1e-9));
            for (int i = 0; parts != null && i < parts.length; i++) {
                json.put(FrameTrace.PARTS.get(i) + "_ms", Figures.rounded(parts[i] / 1e6));
            }
            json.put("in_stall", inStall);
            json.put("idle_late_ms", Figures.rounded(idleLateNanos / 1e6));
            return json;
        }
    }

    double framesPerSecond() {
        return frames < 2 ? Double.NaN : frames / seconds;
    }

    Percentiles latencyMs() {
        return Percentiles.of(latency);
    }

    /** The figures of the JSON result; keys are a contract. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("frames", frames);
        json.put("seconds", Figures.rounded(seconds));
        json.put("fps", Figures.rounded(framesPerSecond()));
        json.put("latency_ms", latencyMs().toJson());
        json.put("latency_uncorrected_ms", uncorrected.toJson());
        Map<String, Object> times = new LinkedHashMap<>();
        stages.forEach((name, figures) -> times.put(name, figures.toJson()));
        json.put("stage_ms", times);
        Map<String, Object> bytes = new LinkedHashMap<>();
        allocation.forEach((where, figure) -> bytes.put(where, Figures.rounded(figure)));
        json.put("allocated_bytes_per_frame", bytes);
        json.put("gc_count", use.collections());
        json.put("gc_pause_ms", use.collectionMillis());
        json.put("safepoint_count", safepoints.count() < 0 ? null : safepoints.count());
        json.put("safepoint_ms", Figures.rounded(safepoints.totalMs()));
        json.put("safepoint_max_ms", Figures.rounded(safepoints.longestMs()));
        json.put("frame_threads", frameThreads);
        json.put("missed_deadlines", deadlines == null ? null : deadlines.frames());
        json.put("missed_deadlines_in_machine_stalls", deadlines == null ? null : deadlines.duringStalls());
        json.put(
                "misses",
                deadlines == null
                        ? null
                        : deadlines.misses().stream().map(Miss::toJson).toList());
        json.put("drops", drops);
        json.put("roi", regions);
        json.put("statuses", statuses);
        json.put("cpu_percent", Figures.rounded(use.cpuPercent()));
        json.put("rss_mb", Figures.rounded(use.rssMb()));
        json.put("rss_peak_mb", Figures.rounded(use.peakRssMb()));
        json.put("memory", memory.toJson());
        Map<String, Object> stalls = new LinkedHashMap<>();
        stalls.put("oversleep_ms", machine.toJson());
        stalls.put("stalls", idle.stalls());
        stalls.put("stall_from_ms", IdleTimer.STALL_NANOS / 1e6);
        json.put("machine", stalls);
        json.put("complete", complete);
        return json;
    }
}
