package org.flatgaze.runtime.service;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.runtime.loop.FrameLoop;
import org.flatgaze.runtime.loop.LatencyRecorder;
import org.flatgaze.runtime.publish.PublisherCounters;

/**
 * What a run did.
 *
 * @param frames samples made
 * @param published messages handed to the broker's connection
 * @param reconnects times the connection came back
 * @param frameThreads threads that processed frames
 * @param regionUpdates regions of interest computed
 * @param regions how they were computed
 * @param dropped what was lost, by cause
 * @param latency mid-exposure to the end of a frame thread's work
 */
public record RunSummary(
        long frames,
        long published,
        long reconnects,
        int frameThreads,
        long regionUpdates,
        Map<String, Object> regions,
        Map<String, Long> dropped,
        LatencyRecorder.Summary latency) {

    static RunSummary of(
            FrameLoop loop,
            int frameThreads,
            Map<String, Object> regions,
            PublisherCounters mqtt,
            LatencyRecorder.Summary latency) {
        Map<String, Long> dropped = new LinkedHashMap<>();
        dropped.put("source", loop.framesMissed());
        dropped.put("replaced", loop.framesReplaced());
        dropped.put("late", loop.framesLate());
        dropped.put("failed", loop.framesFailed());
        dropped.put("regions_failed", loop.regionFailures());
        dropped.put("overtaken", loop.samplesOvertaken());
        dropped.put("ring", loop.samplesDropped());
        dropped.put("mqtt_full", mqtt.droppedFull());
        dropped.put("mqtt_offline", mqtt.droppedOffline());
        dropped.put("mqtt_stale", mqtt.droppedStale());
        dropped.put("mqtt_failed", mqtt.failed());
        return new RunSummary(
                loop.framesProcessed(),
                mqtt.published(),
                mqtt.reconnects(),
                frameThreads,
                loop.regionUpdates(),
                regions,
                dropped,
                latency);
    }

    /** The JSON result. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("frames", frames);
        json.put("published", published);
        json.put("reconnects", reconnects);
        json.put("frame_threads", frameThreads);
        json.put("roi_updates", regionUpdates);
        json.put("roi", regions);
        json.put("dropped", dropped);
        Map<String, Object> times = new LinkedHashMap<>();
        if (latency.count() > 0) {
            times.put("p50", latency.p50Ms());
            times.put("p99", latency.p99Ms());
            times.put("p999", latency.p999Ms());
            times.put("max", latency.maxMs());
        }
        json.put("latency_ms", times);
        return json;
    }

    /** One line for people. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%d frames, %d published, latency p50 %.2f ms p99 %.2f ms, %d regions %s, lost %s",
                frames,
                published,
                latency.p50Ms(),
                latency.p99Ms(),
                regionUpdates,
                regions,
                dropped);
    }
}
