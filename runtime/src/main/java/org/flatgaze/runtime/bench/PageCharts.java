package org.flatgaze.runtime.bench;

import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.flatgaze.runtime.bench.Times.Percentiles;

/** The drawings of the page, as inline SVG. Lengths in user units, of which the page is 960 wide. */
final class PageCharts {

    private static final int WIDTH = 960;
    private static final int LEFT = 60;
    private static final int PLOT = WIDTH - LEFT - 20;
    private static final long WINDOW_NANOS = 100_000_000;

    private PageCharts() {}

    /** Counts over latency, both axes logarithmic: the tail is what matters. */
    static void distribution(StringBuilder out, Histogram latency, Percentiles figures, double deadlineMs) {
        if (latency.getTotalCount() == 0) {
            out.append("<p>No samples.</p>");
            return;
        }
        int bins = 120;
        int height = 220;
        int base = height - 40;
        double low = Math.max(1e-3, latency.getMinNonZeroValue() / 1e6 * 0.9);
        double high = Math.max(latency.getMaxValue() / 1e6, Double.isNaN(deadlineMs) ? 0 : deadlineMs) * 1.1;
        double span = Math.log(high / low);
        double most = 1;
        double[] counts = new double[bins];
        for (int i = 0; i < bins; i++) {
            long from = (long) (1e6 * low * Math.exp(span * i / bins));
            long to = (long) (1e6 * low * Math.exp(span * (i + 1) / bins)) - 1;
            counts[i] = to < from ? 0 : latency.getCountBetweenValues(from, to);
            most = Math.max(most, counts[i]);
        }
        open(out, height, "Histogram of latencies");
        double bar = PLOT / (double) bins;
        for (int i = 0; i < bins; i++) {
            if (counts[i] > 0) {
                double tall = (base - 30) * Math.log1p(counts[i]) / Math.log1p(most);
                rect(out, LEFT + i * bar, base - tall, Math.max(1, bar - 1), tall, "bar", counts[i] + " frames");
            }
        }
        line(out, LEFT, base, LEFT + PLOT, base, "line");
        for (double tick = Math.pow(10, Math.floor(Math.log10(low))); tick < high; tick *= 10) {
            for (int multiple : new int[] {1, 2, 5}) {
                double ms = tick * multiple;
                if (ms >= low && ms <= high) {
                    double x = LEFT + PLOT * Math.log(ms / low) / span;
                    line(out, x, base, x, base + 4, "soft");
                    text(out, x, base + 16, "middle", String.format(Locale.ROOT, "%.3g ms", ms));
                }
            }
        }
        marker(out, figures.p50(), low, span, base, "p50", 12);
        marker(out, figures.p99(), low, span, base, "p99", 12);
        marker(out, figures.p999(), low, span, base, "p99.9", 24);
        if (!Double.isNaN(deadlineMs)) {
            marker(out, deadlineMs, low, span, base, "deadline", 36);
        }
        out.append("</svg>");
    }

    private static void marker(StringBuilder out, double ms, double low, double span, int base, String name, int y) {
        double x = LEFT + PLOT * Math.log(ms / low) / span;
        line(out, x, y + 2, x, base, name.equals("deadline") ? "stall" : "soft");
        text(out, x + 3, y, "start", name);
    }

    /** The frames around the one with the largest latency. */
    static void timeline(StringBuilder out, FrameTrace trace, IdleTimer idle) {
        int worst = trace.worst();
        if (worst < 0) {
            out.append("<p>No samples.</p>");
            return;
        }
        long begin = trace.capture(worst) - WINDOW_NANOS / 4;
        long end = Math.max(begin + WINDOW_NANOS, trace.accepted(worst) + WINDOW_NANOS / 10);
        int first = worst;
        while (first > 0 && trace.accepted(first - 1) > begin) {
            first--;
        }
        int last = worst;
        while (last + 1 < trace.count() && trace.capture(last + 1) < end && last - first < 150) {
            last++;
        }
        int pitch = 9;
        int height = (last - first + 1) * pitch + 60;
        double scale = PLOT / (double) (end - begin);
        open(out, height, "Frames around the slowest one");
        idle.stalls(begin, end, (stallBegin, stallEnd) -> {
            double x = LEFT + Math.max(0, stallBegin - begin) * scale;
            double to = LEFT + Math.min(end - begin, stallEnd - begin) * scale;
            out.append("<g opacity=\"0.25\">");
            rect(out, x, 0, Math.max(1, to - x), height - 40.0, "stall", "the machine stalled");
            out.append("</g>");
        });
        for (int i = first; i <= last; i++) {
            long[] parts = trace.parts(i);
            double x = LEFT + (trace.capture(i) - begin) * scale;
            double y = (i - first) * pitch + 4.0;
            for (int part = 0; part < parts.length; part++) {
                double wide = parts[part] * scale;
                double from = Math.max(LEFT, x);
                double to = Math.min(LEFT + PLOT, x + wide);
                if (to - from > 0.05) {
                    rect(
                            out,
                            from,
                            y,
                            to - from,
                            pitch - 2.0,
                            FrameTrace.PARTS.get(part),
                            String.format(
                                    Locale.ROOT,
                                    "frame %d, %s %.2f ms of %.2f, %s",
                                    trace.sequence(i),
                                    FrameTrace.PARTS.get(part),
                                    parts[part] / 1e6,
                                    trace.latency(i) / 1e6,
                                    trace.status(i)));
                }
                x += wide;
            }
            if ((i - first) % 5 == 0) {
                text(out, LEFT - 6, y + 7, "end", Long.toString(trace.sequence(i)));
            }
        }
        int base = height - 40;
        line(out, LEFT, base, LEFT + PLOT, base, "line");
        for (int ms = 0; ms <= (end - begin) / 1_000_000; ms += 10) {
            double x = LEFT + ms * 1e6 * scale;
            line(out, x, base, x, base + 4, "soft");
            text(out, x, base + 16, "middle", ms + " ms");
        }
        for (int part = 0; part < FrameTrace.PARTS.size(); part++) {
            rect(
                    out,
                    LEFT + part * 110.0,
                    height - 14.0,
                    10,
                    10,
                    FrameTrace.PARTS.get(part),
                    FrameTrace.PARTS.get(part));
            text(out, LEFT + part * 110.0 + 14, height - 5.0, "start", FrameTrace.PARTS.get(part));
        }
        out.append("</svg>");
    }

    /** A bar to p50 and a fainter one to p99 for each stage, on one scale. */
    static void stages(StringBuilder out, Map<String, Percentiles> stages) {
        double longest = stages.values().stream()
                .mapToDouble(Percentiles::p99)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        int pitch = 24;
        int left = 150;
        double scale = (WIDTH - left - 190) / Math.max(longest, 1e-6);
        open(out, stages.size() * pitch + 8, "Times of the stages");
        int y = 4;
        for (Map.Entry<String, Percentiles> stage : stages.entrySet()) {
            Percentiles times = stage.getValue();
            text(out, left - 8, y + 14, "end", stage.getKey());
            if (times.count() > 0) {
                out.append("<g opacity=\"0.4\">");
                rect(out, left, y + 3, Math.max(1, times.p99() * scale), pitch - 8, "bar", "p99");
                out.append("</g>");
                rect(out, left, y + 3, Math.max(1, times.p50() * scale), pitch - 8, "bar", "p50");
                text(
                        out,
                        left + times.p99() * scale + 6,
                        y + 14,
                        "start",
                        String.format(Locale.ROOT, "%.3f ms, p99 %.3f ms", times.p50(), times.p99()));
            }
            y += pitch;
        }
        out.append("</svg>");
    }

    /** Heap and resident memory over the run, each on a scale from nothing to the most there was. */
    static void memory(StringBuilder out, MemoryTrend memory) {
        int height = 180;
        int base = height - 30;
        int last = memory.count() - 1;
        double most = 1;
        for (int i = 0; i <= last; i++) {
            most = Math.max(most, Math.max(memory.heapMb(i), memory.rssMb(i)));
        }
        double wide = PLOT / Math.max(1e-3, memory.seconds(last));
        double tall = (base - 20) / most;
        open(out, height, "Memory over the run");
        for (int i = 0; i < last; i++) {
            double x1 = LEFT + memory.seconds(i) * wide;
            double x2 = LEFT + memory.seconds(i + 1) * wide;
            line(out, x1, base - memory.heapMb(i) * tall, x2, base - memory.heapMb(i + 1) * tall, "bar");
            if (!Double.isNaN(memory.rssMb(i) + memory.rssMb(i + 1))) {
                line(out, x1, base - memory.rssMb(i) * tall, x2, base - memory.rssMb(i + 1) * tall, "soft");
            }
        }
        line(out, LEFT, base, LEFT + PLOT, base, "line");
        text(out, LEFT - 6, base, "end", "0");
        text(out, LEFT - 6, 24, "end", String.format(Locale.ROOT, "%.0f MB", most));
        text(out, LEFT + PLOT, base + 16, "end", String.format(Locale.ROOT, "%.0f s", memory.seconds(last)));
        out.append("</svg>");
    }

    private static void open(StringBuilder out, int height, String title) {
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                height,
                title));
    }

    private static void rect(StringBuilder out, double x, double y, double w, double h, String colour, String hint) {
        out.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"var(--%s)\"><title>%s</title></rect>",
                x,
                y,
                w,
                h,
                colour,
                hint));
    }

    private static void line(StringBuilder out, double x1, double y1, double x2, double y2, String colour) {
        out.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"var(--%s)\"/>",
                x1,
                y1,
                x2,
                y2,
                colour));
    }

    private static void text(StringBuilder out, double x, double y, String anchor, String words) {
        out.append(String.format(
                Locale.ROOT, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">%s</text>", x, y, anchor, words));
    }
}
