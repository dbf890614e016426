package org.flatgaze.runtime.evaluate;

import java.util.List;
import java.util.Locale;

/** The drawings of the evaluation's page, as inline SVG. Lengths in user units. */
final class EvaluationCharts {

    private static final int LEFT = 44;
    private static final int BOTTOM = 40;
    private static final int TOP = 36;

    private EvaluationCharts() {}

    /**
     * One row of numbers of a chart.
     *
     * @param name in the legend
     * @param colour custom property of the page's style
     * @param values one per group or step; NaN draws nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Series(String name, String colour, double[] values) {}

    /** Bars side by side in groups, with their values above and a legend. */
    static void bars(
            StringBuilder out, int width, String title, List<String> groups, List<Series> series, String unit) {
        int height = 224;
        double most = most(series);
        double plot = height - TOP - BOTTOM;
        double group = (width - LEFT - 8.0) / Math.max(1, groups.size());
        double bar = Math.min(34, group * 0.8 / series.size());
        open(out, width, height, title);
        grid(out, width, plot, most);
        for (int g = 0; g < groups.size(); g++) {
            double middle = LEFT + (g + 0.5) * group;
            for (int s = 0; s < series.size(); s++) {
                double value = series.get(s).values()[g];
                if (Double.isFinite(value)) {
                    double tall = plot * value / most;
                    double x = middle + (s - series.size() / 2.0) * bar;
                    String words = String.format(Locale.ROOT, "%.2f", value);
                    rect(
                            out,
                            x,
                            TOP + plot - tall,
                            bar - 2,
                            tall,
                            series.get(s).colour(),
                            groups.get(g) + ", " + series.get(s).name() + ": " + words + " " + unit);
                    if (bar >= 22) {
                        text(out, x + (bar - 2) / 2, TOP + plot - tall - 4, "middle", words);
                    }
                }
            }
            text(out, middle, height - 24.0, "middle", groups.get(g));
        }
        legend(out, height - 6.0, series);
        out.append("</svg>");
    }

    /** Bars without names, as many as there are values, in the order given. */
    static void row(StringBuilder out, int width, String title, Series series, List<String> hints) {
        int height = 164;
        double most = most(List.of(series));
        double plot = height - TOP - 16.0;
        double bar = (width - LEFT - 8.0) / Math.max(1, series.values().length);
        open(out, width, height, title);
        grid(out, width, plot, most);
        for (int i = 0; i < series.values().length; i++) {
            if (Double.isFinite(series.values()[i])) {
                double tall = plot * series.values()[i] / most;
                rect(
                        out,
                        LEFT + i * bar,
                        TOP + plot - tall,
                        Math.max(1, bar - 1.5),
                        tall,
                        series.colour(),
                        hints.get(i));
            }
        }
        text(out, LEFT, 14, "start", series.name());
        out.append("</svg>");
    }

    /** Lines over equal steps of x, from 0 on. */
    static void steps(StringBuilder out, int width, String title, List<Series> series, double step, String unit) {
        int height = 254;
        double most = most(series);
        double plot = height - TOP - BOTTOM;
        int count = series.getFirst().values().length;
        double wide = (width - LEFT - 8.0) / count;
        open(out, width, height, title);
        grid(out, width, plot, most);
        for (Series one : series) {
            StringBuilder path = new StringBuilder();
            for (int i = 0; i < count; i++) {
                double y = TOP + plot - plot * one.values()[i] / most;
                path.append(String.format(
                        Locale.ROOT,
                        "%s%.1f %.1f H%.1f",
                        i == 0 ? "M" : "L",
                        LEFT + i * wide,
                        y,
                        LEFT + (i + 1) * wide));
            }
            out.append("<path d=\"").append(path).append("\" fill=\"none\" stroke-width=\"2\" stroke=\"var(--");
            out.append(one.colour()).append(")\"/>");
        }
        for (int i = 0; i <= count; i++) {
            if (Math.abs(i * step - Math.rint(i * step)) < 1e-9) {
                text(
                        out,
                        LEFT + i * wide,
                        height - 24.0,
                        i == count ? "end" : "middle",
                        String.format(Locale.ROOT, i == count ? "%.0f " + unit : "%.0f", i * step));
            }
        }
        legend(out, height - 6.0, series);
        out.append("</svg>");
    }

    /** Points of y over x on one scale, with the line where both are equal. */
    static void diagonal(StringBuilder out, int size, String title, Series x, Series y) {
        double most = most(List.of(x, y)) * 1.05;
        double plot = size - LEFT - BOTTOM;
        open(out, size, size, title);
        double base = size - BOTTOM;
        line(out, LEFT, base, LEFT + plot, base, "line");
        line(out, LEFT, base, LEFT, base - plot, "line");
        line(out, LEFT, base, LEFT + plot, base - plot, "soft");
        for (int tick = 0; tick <= most; tick++) {
            text(out, LEFT + plot * tick / most, base + 14, "middle", Integer.toString(tick));
            text(out, LEFT - 6, base - plot * tick / most + 4, "end", Integer.toString(tick));
        }
        for (int i = 0; i < x.values().length; i++) {
            out.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"var(--%s)\"><title>%.2f %s, %.2f %s</title></circle>",
                    LEFT + plot * x.values()[i] / most,
                    base - plot * y.values()[i] / most,
                    y.colour(),
                    x.values()[i],
                    x.name(),
                    y.values()[i],
                    y.name()));
        }
        text(out, LEFT + plot / 2, size - 8.0, "middle", x.name() + " across, " + y.name() + " up, deg");
        out.append("</svg>");
    }

    private static double most(List<Series> series) {
        double most = 0;
        for (Series one : series) {
            for (double value : one.values()) {
                most = Double.isFinite(value) ? Math.max(most, value) : most;
            }
        }
        return most > 0 ? most : 1;
    }

    /** Lines at round numbers, at most six of them. */
    private static void grid(StringBuilder out, int width, double plot, double most) {
        double step = Math.pow(10, Math.floor(Math.log10(most)));
        for (double finer : new double[] {0.5, 0.2}) {
            if (most / step < 3) {
                step = finer == 0.5 ? step * finer : step / 0.5 * finer;
            }
        }
        for (double at = 0; at <= most * 1.0001; at += step) {
            double y = TOP + plot - plot * at / most;
            line(out, LEFT, y, width - 8.0, y, "line");
            text(out, LEFT - 6, y + 4, "end", String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", at));
        }
    }

    private static void legend(StringBuilder out, double y, List<Series> series) {
        double x = LEFT;
        for (Series one : series) {
            rect(out, x, y - 9, 10, 10, one.colour(), one.name());
            text(out, x + 14, y, "start", one.name());
            x += 30 + 6.5 * one.name().length();
        }
    }

    private static void open(StringBuilder out, int width, int height, String title) {
        // As wide as the page at most, and never blown up beyond the size it was drawn for.
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" style=\"max-width:%dpx\" role=\"img\""
                        + " aria-label=\"%s\">",
                width,
                height,
                width,
                EvaluationPage.escape(title)));
        text(out, width - 8.0, 14, "end", title);
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
                EvaluationPage.escape(hint)));
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
                Locale.ROOT,
                "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">%s</text>",
                x,
                y,
                anchor,
                EvaluationPage.escape(words)));
    }
}
