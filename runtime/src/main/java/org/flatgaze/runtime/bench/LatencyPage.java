package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The page of a bench: one file without outside references or scripts, light or dark as the reader's system is. It is
 * well-formed XML too.
 */
public final class LatencyPage {

    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6875;--line:#d5dce3;--paper:#fff;--bar:#2b6cb0;
            --wait:#a0aec0;--reconstruct:#2b6cb0;--segment:#805ad5;--gaze:#2f855a;--rest:#718096;--publish:#dd6b20;
            --stall:#e53e3e}
            @media(prefers-color-scheme:dark){:root{--ink:#e2e8f0;--soft:#9aa7b5;--line:#38424d;--paper:#14191f;
            --bar:#63b3ed;--wait:#566372;--reconstruct:#63b3ed;--segment:#b794f4;--gaze:#68d391;--rest:#8795a5;
            --publish:#f6ad55;--stall:#fc8181}}
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:var(--ink);
            background:var(--paper)}
            h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}.note{color:var(--soft);font-size:.85rem}
            table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:right;
            border-bottom:1px solid var(--line)}td:first-child,th:first-child{text-align:left}
            .facts td{text-align:left;word-break:break-word}.worse{color:var(--stall)}svg{width:100%;height:auto;display:block}
            svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
            """;

    private static final int MISSES_SHOWN = 30;

    private LatencyPage() {}

    /**
     * Writes the page.
     *
     * @param moved comparison with a baseline; empty for none
     */
    public static void write(Path file, BenchReport report, List<Baseline.Movement> moved) throws IOException {
        Files.writeString(file, html(report, moved), StandardCharsets.UTF_8);
    }

    static String html(BenchReport report, List<Baseline.Movement> moved) {
        Measurement run = report.middle();
        BenchOptions options = report.options();
        Times.Percentiles latency = run.latencyMs();
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>"
                + "<title>FlatGaze bench</title><style>");
        page.append(STYLE).append("</style></head><body><h1>FlatGaze bench: ");
        page.append(escape(options.networks().gaze()))
                .append(" behind ")
                .append(escape(options.networks().segmentation()))
                .append(", ")
                .append(options.mode().id());
        if (options.mode() == BenchMode.PACED) {
            page.append(String.format(Locale.ROOT, " at %.0f frames/s", options.framesPerSecond()));
        }
        page.append("</h1>");
        page.append(String.format(
                Locale.ROOT,
                "<p><b>%.1f frames/s</b> over %d frames. Latency p50 <b>%.2f ms</b>, p99 <b>%.2f ms</b>, p99.9"
                        + " <b>%.2f ms</b>, max %.2f ms.%s</p>",
                run.framesPerSecond(),
                run.frames(),
                latency.p50(),
                latency.p99(),
                latency.p999(),
                latency.max(),
                run.deadlines() == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " %d missed deadlines, %d of them during stalls of the machine.",
                                run.deadlines().frames(),
                                run.deadlines().duringStalls())));
        page.append("<h2>Latency from capture to hand-over</h2>");
        PageCharts.distribution(page, run.latency(), latency, deadlineMs(options));
        page.append(
                "<h2>The worst 100 ms</h2><p class=\"note\">One row per frame, from capture to hand-over. Red bands:"
                        + " an idle timer on this machine overslept by more than 1 ms.</p>");
        PageCharts.timeline(page, run.trace(), run.idle());
        misses(page, run);
        page.append("<h2>Stages</h2><p class=\"note\">Dark to p50, light to p99.</p>");
        PageCharts.stages(page, run.stages());
        if (run.memory().count() > 1) {
            page.append(
                    "<h2>Memory</h2><p class=\"note\">Dark: heap that outlives collections; light: resident, without mapped files.</p>");
            PageCharts.memory(page, run.memory());
        }
        facts(page, report, run);
        movements(page, moved);
        environment(page, report);
        return page.append("</body></html>\n").toString();
    }

    private static double deadlineMs(BenchOptions options) {
        return options.mode() == BenchMode.PACED
                ? options.periodNanos() * BenchOptions.DEADLINE_PERIODS / 1e6
                : Double.NaN;
    }

    private static void misses(StringBuilder page, Measurement run) {
        List<Measurement.Miss> others =
                run.deadlines() == null ? List.of() : run.deadlines().outsideStalls();
        if (others.isEmpty()) {
            return;
        }
        page.append(
                "<h2>Missed deadlines outside stalls</h2><p class=\"note\">The first of them, parts in ms.</p><table>");
        List<String> head = new ArrayList<>(List.of("frame", "at"));
        head.addAll(FrameTrace.PARTS);
        head.add("idle timers late");
        row(page, head.toArray(String[]::new));
        for (Measurement.Miss miss : others.subList(0, Math.min(others.size(), MISSES_SHOWN))) {
            List<String> cells = new ArrayList<>(List.of(
                    Long.toString(miss.sequence()), String.format(Locale.ROOT, "%.2f s", miss.atNanos() / 1e9)));
            for (int i = 0; i < FrameTrace.PARTS.size(); i++) {
                cells.add(miss.parts() == null ? "" : String.format(Locale.ROOT, "%.2f", miss.parts()[i] / 1e6));
            }
            cells.add(String.format(Locale.ROOT, "%.2f", miss.idleLateNanos() / 1e6));
            row(page, cells.toArray(String[]::new));
        }
        page.append("</table>");
    }

    private static void facts(StringBuilder page, BenchReport report, Measurement run) {
        page.append("<h2>Figures</h2><table>");
        row(page, "stage alone, one core", "time", "GFLOP/s", "of peak");
        for (Roofline.Stage stage : report.roofline().stages()) {
            row(
                    page,
                    stage.name(),
                    String.format(Locale.ROOT, "%.2f ms", stage.micros() / 1e3),
                    String.format(Locale.ROOT, "%.1f", stage.gflops()),
                    String.format(
                            Locale.ROOT,
                            "%.0f %%",
                            100 * stage.gflops() / report.roofline().peakGflops()));
        }
        page.append("</table><p class=\"note\">")
                .append(String.format(
                        Locale.ROOT,
                        "Peak: %.1f GFLOP/s in a product of %s with our own kernel.",
                        report.roofline().peakGflops(),
                        report.roofline().peakShape()))
                .append("</p><table>");
        run.allocation()
                .forEach((where, bytes) -> row(page, "bytes a frame, " + where, Long.toString(Math.round(bytes))));
        run.drops().forEach((cause, count) -> row(page, "drops, " + cause, Long.toString(count)));
        row(page, "CPU", String.format(Locale.ROOT, "%.0f %%", run.use().cpuPercent()));
        row(page, "resident", String.format(Locale.ROOT, "%.0f MB", run.use().rssMb()));
        row(
                page,
                "collections",
                String.format(
                        Locale.ROOT,
                        "%d, %d ms",
                        run.use().collections(),
                        run.use().collectionMillis()));
        row(
                page,
                "safepoints",
                String.format(
                        Locale.ROOT,
                        "%d, longest %.2f ms",
                        run.safepoints().count(),
                        run.safepoints().longestMs()));
        row(
                page,
                "idle timer late, p99.9",
                String.format(Locale.ROOT, "%.3f ms", run.machine().p999()));
        for (Ladder.Rung rung : report.ladder()) {
            row(
                    page,
                    rung.idea(),
                    String.format(
                            Locale.ROOT,
                            "%.1f frames/s, samples p99 %.2f ms apart",
                            rung.framesPerSecond(),
                            rung.apart().p99()));
        }
        page.append("</table>");
    }

    private static void movements(StringBuilder page, List<Baseline.Movement> moved) {
        if (moved.isEmpty()) {
            return;
        }
        page.append("<h2>Against the baseline</h2><table>");
        row(page, "figure", "before", "now", "noise", "");
        for (Baseline.Movement movement : moved) {
            page.append(movement.isWorse() ? "<tr class=\"worse\">" : "<tr>");
            cells(
                    page,
                    movement.figure(),
                    String.format(Locale.ROOT, "%.4g", movement.before()),
                    String.format(Locale.ROOT, "%.4g", movement.after()),
                    String.format(Locale.ROOT, "%.3g", movement.noise()),
                    movement.verdict());
            page.append("</tr>");
        }
        page.append("</table>");
    }

    private static void environment(StringBuilder page, BenchReport report) {
        page.append("<h2>Where and with what</h2><table class=\"facts\">");
        for (Map.Entry<String, Object> entry : report.environment().entrySet()) {
            row(page, entry.getKey(), String.valueOf(entry.getValue()));
        }
        report.models().forEach(model -> row(page, model.id(), model.sha256()));
        report.input().forEach((key, value) -> row(page, "input " + key, String.valueOf(value)));
        row(page, "samples go to", report.outlet());
        report.tuning().forEach(outcome -> row(page, "system", outcome.text()));
        page.append("</table>");
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("<tr>");
        cells(page, cells);
        page.append("</tr>");
    }

    private static void cells(StringBuilder page, String... cells) {
        for (String cell : cells) {
            page.append("<td>").append(escape(cell)).append("</td>");
        }
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
