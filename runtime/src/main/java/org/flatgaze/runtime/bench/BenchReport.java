package org.flatgaze.runtime.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.runtime.os.Outcome;

/**
 * What a bench measured: the middle run's figures, and what is needed to judge them.
 *
 * @param models gaze and segmentation network
 * @param environment where
 * @param input which frames
 * @param outlet where the samples went
 * @param roofline the stages alone
 * @param ladder empty unless asked for
 * @param runs all of them, in order
 * @param tuning what the operating system answered
 */
public record BenchReport(
        BenchOptions options,
        List<ModelEntry> models,
        Map<String, Object> environment,
        Map<String, Object> input,
        String outlet,
        Roofline roofline,
        List<Ladder.Rung> ladder,
        List<Measurement> runs,
        Collection<Outcome> tuning) {

    /** Version of the JSON result. */
    static final int FORMAT = 1;

    /** The run whose headline figure is the median: rate, or paced, p99.9 of the latency. */
    Measurement middle() {
        Comparator<Measurement> order = options.mode() == BenchMode.PACED
                ? Comparator.comparingDouble(run -> run.latencyMs().p999())
                : Comparator.comparingDouble(Measurement::framesPerSecond);
        return runs.stream().sorted(order).toList().get((runs.size() - 1) / 2);
    }

    /** Whether every run came to its end. */
    public boolean complete() {
        return runs.size() == options.runs() && runs.stream().allMatch(Measurement::complete);
    }

    /** The JSON result; keys are a contract. A figure that could not be measured is null. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bench", FORMAT);
        json.put("model", options.networks().gaze());
        json.put("segmentation", options.networks().segmentation());
        json.put("mode", options.mode().id());
        json.put("fps_asked", options.mode() == BenchMode.PACED ? options.framesPerSecond() : null);
        json.put("outlet", options.outlet());
        json.putAll(middle().toJson());
        json.put("complete", complete());
        json.put("inference_alone_us", inferenceAlone());
        json.put("roofline", roofline.toJson());
        if (!ladder.isEmpty()) {
            json.put("ladder", Ladder.Rung.toJson(ladder));
        }
        List<Map<String, Object>> all = new ArrayList<>();
        for (Measurement run : runs) {
            Map<String, Object> figures = new LinkedHashMap<>(run.toJson());
            figures.remove("statuses");
            figures.remove("memory");
            all.add(figures);
        }
        json.put("runs", all);
        json.put("input", input);
        Map<String, Object> where = new LinkedHashMap<>(environment);
        where.put("accelerator", options.accelerator());
        Map<String, Object> digests = new LinkedHashMap<>();
        models.forEach(model -> digests.put(model.id(), model.sha256()));
        where.put("models", digests);
        where.put("tuning", tuning.stream().map(Outcome::text).toList());
        json.put("environment", where);
        return json;
    }

    private Map<String, Object> inferenceAlone() {
        Map<String, Object> alone = new LinkedHashMap<>();
        for (ModelEntry model : models) {
            alone.put(model.id(), Figures.rounded(roofline.micros(model.id())));
        }
        return alone;
    }

    /** The summary for people, several lines, each ended. */
    public String text() {
        Measurement run = middle();
        Formatter out = new Formatter(Locale.ROOT);
        if (!complete()) {
            out.format("stopped early; figures so far:%n");
        }
        Times.Percentiles latency = run.latencyMs();
        out.format(
                "bench         %s behind %s, %s%s, %s, %d frame thread%s; median of %d run%s%n",
                options.networks().gaze(),
                options.networks().segmentation(),
                options.mode().id(),
                options.mode() == BenchMode.PACED
                        ? String.format(Locale.ROOT, " at %.0f frames/s", options.framesPerSecond())
                        : "",
                options.accelerator(),
                run.frameThreads(),
                run.frameThreads() == 1 ? "" : "s",
                runs.size(),
                runs.size() == 1 ? "" : "s");
        out.format(
                "rate          %.1f frames/s over %d frames; %s alone %.2f ms, %s alone %.2f ms%n",
                run.framesPerSecond(),
                run.frames(),
                models.get(0).id(),
                roofline.micros(models.get(0).id()) / 1e3,
                models.get(1).id(),
                roofline.micros(models.get(1).id()) / 1e3);
        out.format(
                "latency       p50 %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f (capture to hand-over%s)%n",
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.p999(),
                latency.max(),
                options.mode() == BenchMode.PACED ? ", corrected for coordinated omission" : "");
        run.stages()
                .forEach((name, times) -> out.format(
                        "  %-17s p50 %7.3f ms, p99 %7.3f, max %7.3f (%d)%n",
                        name, times.p50(), times.p99(), times.max(), times.count()));
        deadlines(out, run);
        out.format("drops         %s%n", run.drops());
        out.format("regions       %s%n", run.regions());
        out.format("allocated     %s bytes a frame%n", rounded(run.allocation()));
        out.format(
                "process       %.0f %% CPU, %.0f MB resident, %d collections in %d ms, %d safepoints, longest %.2f ms%n",
                run.use().cpuPercent(),
                run.use().rssMb(),
                run.use().collections(),
                run.use().collectionMillis(),
                run.safepoints().count(),
                run.safepoints().longestMs());
        if (Double.isFinite(run.memory().heapMbPerMinute())) {
            out.format(
                    "memory        heap that outlives collections %+.3f MB a minute, resident without files %+.3f%n",
                    run.memory().heapMbPerMinute(), run.memory().rssMbPerMinute());
        }
        out.format(
                "machine       idle timer late by p50 %.3f ms, p99.9 %.3f, max %.3f; %d stalls of more than %.0f ms%n",
                run.machine().p50(),
                run.machine().p999(),
                run.machine().max(),
                run.idle().stalls(),
                IdleTimer.STALL_NANOS / 1e6);
        out.format("roofline      peak %.1f GFLOP/s on one core (%s)", roofline.peakGflops(), roofline.peakShape());
        for (Roofline.Stage stage : roofline.stages()) {
            out.format(
                    "; %s %.1f (%.0f %%)", stage.name(), stage.gflops(), 100 * stage.gflops() / roofline.peakGflops());
        }
        out.format("%n");
        for (Ladder.Rung rung : ladder) {
            out.format(
                    "ladder        %7.1f frames/s, p99 %6.2f ms apart, max %6.2f  %s%n",
                    rung.framesPerSecond(), rung.apart().p99(), rung.apart().max(), rung.idea());
        }
        tuning.forEach(outcome -> out.format("system        %s%n", outcome.text()));
        return out.toString();
    }

    private void deadlines(Formatter out, Measurement run) {
        if (run.deadlines() == null) {
            return;
        }
        out.format(
                "deadlines     %d of %d frames missed theirs (%d periods), %d of them during stalls of the machine%n",
                run.deadlines().frames(),
                due(run),
                run.deadlines().periods(),
                run.deadlines().duringStalls());
        Map<String, Long> longest = run.deadlines().outsideStalls().stream()
                .collect(Collectors.groupingBy(Measurement.Miss::longestPart, TreeMap::new, Collectors.counting()));
        if (!longest.isEmpty()) {
            out.format("              what took longest in the others: %s%n", longest);
        }
        if (run.deadlines().frames() > 0 && options.tuning().realTimePriority() == 0) {
            out.format("              --pin --fifo 40 lets the threads that a frame passes go before all others%n");
        }
        if (!holdsRate(run)) {
            out.format(
                    "              this machine does not hold %.0f frames/s with this model: the newest frame won, the"
                            + " others are counted above%n",
                    options.framesPerSecond());
        }
    }

    /** Whether nearly all frames were in time: more than one in a hundred missed is no hiccup. */
    private static boolean holdsRate(Measurement run) {
        return run.deadlines().frames() * 100 <= due(run);
    }

    /** Frames that the source delivered. */
    private static long due(Measurement run) {
        return run.frames()
                + run.drops().values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> rounded(Map<String, Double> figures) {
        Map<String, Long> whole = new LinkedHashMap<>();
        figures.forEach((name, figure) -> whole.put(name, Math.round(figure)));
        return whole;
    }
}
