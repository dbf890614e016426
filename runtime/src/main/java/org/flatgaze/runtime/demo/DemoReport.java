package org.flatgaze.runtime.demo;

import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.runtime.broker.SubscriberSummary;
import org.flatgaze.runtime.loop.LatencyRecorder;

/**
 * What a demo run measured.
 *
 * @param complete whether it came to its end; else the figures are those so far
 * @param frames samples handed to MQTT
 * @param fps frames over the time from taking the first frame to handing over the last sample
 * @param latency frame taken from the source to sample accepted for sending
 * @param stages reconstruction, gaze and segmentation, in this order
 * @param gaze against the truth
 * @param roiUpdates regions of interest computed
 * @param roiAgeMax largest age of a region in use, frames
 * @param published samples handed to MQTT, as the publisher counts them
 * @param received what the subscriber saw; {@code null} if it could not be asked
 * @param dropped samples without a direction and samples not sent, by cause
 * @param setting where and with what it was measured
 */
public record DemoReport(
        boolean complete,
        long frames,
        double fps,
        LatencyRecorder.Summary latency,
        Stages stages,
        GazeAccount.Result gaze,
        long roiUpdates,
        int roiAgeMax,
        long published,
        SubscriberSummary received,
        Map<String, Long> dropped,
        Setting setting) {

    /** Times of the stages. */
    public record Stages(
            LatencyRecorder.Summary reconstruct, LatencyRecorder.Summary gaze, LatencyRecorder.Summary segment) {}

    /**
     * Where and with what a run was measured.
     *
     * @param models gaze and segmentation network
     * @param renderSeconds 0 when the frames were there already
     */
    public record Setting(
            DemoSpec spec, List<ModelEntry> models, String accelerator, long cacheBytes, double renderSeconds) {}

    /** The JSON result; keys are a contract. A figure that could not be measured is null. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("frames", frames);
        json.put("fps", finite(fps));
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("p50", finite(latency.p50Ms()));
        times.put("p99", finite(latency.p99Ms()));
        times.put("p999", finite(latency.p999Ms()));
        times.put("max", finite(latency.maxMs()));
        json.put("latency_ms", times);
        json.put("gaze_error_deg", gaze.toJson());
        json.put("roi_updates", roiUpdates);
        json.put("roi_age_max", roiAgeMax);
        json.put("mqtt", mqtt());
        json.put("dropped", dropped);
        json.put("environment", environment());
        return json;
    }

    private Map<String, Object> mqtt() {
        Map<String, Object> mqtt = new LinkedHashMap<>();
        mqtt.put("published", published);
        mqtt.put("received", received == null ? null : received.received());
        mqtt.put("gaps", received == null ? null : received.missing());
        mqtt.put("duplicates", received == null ? null : received.duplicates());
        // A message out of order breaks the contract as much as one that cannot be read.
        mqtt.put("invalid", received == null ? null : received.malformed() + received.outOfOrder());
        return mqtt;
    }

    private Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("complete", complete);
        environment.put("cores", Runtime.getRuntime().availableProcessors());
        environment.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        environment.put("accelerator", setting.accelerator());
        Map<String, Object> models = new LinkedHashMap<>();
        setting.models().forEach(model -> models.put(model.id(), model.sha256()));
        environment.put("models", models);
        environment.put("seed", setting.spec().seed());
        environment.put("people", setting.spec().people());
        environment.put("cache_bytes", setting.cacheBytes());
        environment.put("render_seconds", setting.renderSeconds());
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("reconstruct", percentiles(stages.reconstruct()));
        times.put("gaze", percentiles(stages.gaze()));
        times.put("segment", percentiles(stages.segment()));
        environment.put("stage_ms", times);
        return environment;
    }

    private static Map<String, Object> percentiles(LatencyRecorder.Summary summary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("p50", finite(summary.p50Ms()));
        json.put("p99", finite(summary.p99Ms()));
        return json;
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** The summary for people, several lines, each ended. */
    public String text() {
        Formatter out = new Formatter(Locale.ROOT);
        if (!complete) {
            out.format("stopped early; figures so far:%n");
        }
        out.format("frames        %d at %.1f frames/s, %d people%n", frames, fps, gaze.people());
        out.format(
                "latency       p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.2f ms (frame taken to MQTT)%n",
                latency.p50Ms(), latency.p99Ms(), latency.p999Ms(), latency.maxMs());
        out.format(
                "stages        reconstruct %.2f ms, gaze %.2f ms, segment %.2f ms (p50)%n",
                stages.reconstruct().p50Ms(),
                stages.gaze().p50Ms(),
                stages.segment().p50Ms());
        out.format(
                "gaze error    mean %.2f deg, median %.2f, p95 %.2f over %d frames with an open eye and an answer%n",
                gaze.meanDeg(), gaze.medianDeg(), gaze.p95Deg(), gaze.frames());
        out.format(
                "  left out    %d closed eyes, %d open eyes without an answer, %d closed eyes with one%n",
                gaze.eyeClosed(), gaze.missed(), gaze.answeredAlthoughClosed());
        out.format(
                "  every open  mean %.2f deg when a missing answer is the last one before it%n",
                gaze.everyOpenFrameMeanDeg());
        out.format("region        %d updates, oldest in use %d frames%n", roiUpdates, roiAgeMax);
        if (received == null) {
            out.format("mqtt          %d published; the subscriber could not be asked%n", published);
        } else {
            out.format(
                    "mqtt          %d published, %d received, %d gaps, %d duplicates, %d invalid%n",
                    published,
                    received.received(),
                    received.missing(),
                    received.duplicates(),
                    received.malformed() + received.outOfOrder());
        }
        out.format("dropped       %s%n", dropped);
        return out.toString();
    }
}
