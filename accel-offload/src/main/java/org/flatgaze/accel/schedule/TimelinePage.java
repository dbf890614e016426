package org.flatgaze.accel.schedule;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.CycleModel;
import org.flatgaze.accel.cost.LayerCost;
import org.flatgaze.accel.cost.NetworkCost;

/**
 * A plan as a self-contained web page: one period of several plans to one scale, then one frame of the last plan lane by
 * lane. Light and dark; hovering names the layer.
 */
public final class TimelinePage {

    private static final double WIDTH = 1100;
    private static final double LEFT = 172;
    private static final double STRIP = 64;
    private static final double CHART = 256;

    private TimelinePage() {}

    /**
     * Draws plans of the same two programs; the last one is shown in detail.
     *
     * @throws IllegalArgumentException if there is no plan
     */
    public static String of(List<SchedulePlan> plans) {
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("plans is empty: expected at least the plan to show in detail");
        }
        SchedulePlan detail = plans.getLast();
        PlannedFrame frame = liveliestFrame(detail);
        long early = earlyPart(frame);
        AcceleratorProfile profile = detail.profile();
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>\n")
                .append("<meta name='viewport' content='width=device-width'>\n<title>Lanes over time: ")
                .append(escape(profile.name()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Two networks on one array</h1>\n")
                .append(introduction(detail))
                .append(LEGEND)
                .append(String.format(
                        Locale.ROOT,
                        "<h2>One period of %d frames, all plans to the same scale</h2>%n",
                        detail.frames().size()))
                .append(periods(plans))
                .append(String.format(
                        Locale.ROOT,
                        "<h2>Frame %d of the %s plan: %,d cycles = %.2f ms</h2>%n",
                        frame.index(),
                        detail.kind().label(),
                        frame.cycles(),
                        profile.millis(frame.cycles())))
                .append(chart(detail, frame, 0, frame.cycles()))
                .append(String.format(Locale.ROOT, "<h2>Its first %,d cycles, enlarged</h2>%n", early))
                .append(chart(detail, frame, 0, early))
                .append(table(detail))
                .append("<div id='tip'></div>\n<script>\n")
                .append(SCRIPT)
                .append("</script>\n</body></html>\n");
        return page.toString();
    }

    /** The frame in which the background passes most layers: it shows most. */
    private static PlannedFrame liveliestFrame(SchedulePlan plan) {
        PlannedFrame best = plan.frames().getFirst();
        long most = -1;
        for (PlannedFrame frame : plan.frames()) {
            long layers = frame.slots().stream()
                    .filter(slot -> slot.role() == Role.BACKGROUND && slot.busyCycles() > 0)
                    .mapToInt(Slot::layer)
                    .distinct()
                    .count();
            if (layers > most) {
                most = layers;
                best = frame;
            }
        }
        return best;
    }

    /** End of the foreground's first half of layers: they are short, and crowded in the whole picture. */
    private static long earlyPart(PlannedFrame frame) {
        List<Slot> foreground = frame.slots().stream()
                .filter(slot -> slot.role() == Role.FOREGROUND && slot.cycles() > 0)
                .toList();
        return foreground.isEmpty()
                ? frame.cycles()
                : foreground.get(foreground.size() / 2).endCycle();
    }

    private static String introduction(SchedulePlan plan) {
        PlanAccount account = plan.account();
        AcceleratorProfile profile = plan.profile();
        return String.format(
                Locale.ROOT,
                "<p>%s on every frame, %s once in %d frames, on %d lanes x %d multipliers at %.0f MHz"
                        + " (<b>%s</b>). Predicted: %.1f frames/s, worst frame %.2f ms; the region of frame 0 is ready after"
                        + " frame %d. %s</p>%n",
                escape(plan.foreground().name()),
                escape(plan.background().name()),
                plan.frames().size(),
                profile.lanes(),
                profile.macsPerLane(),
                profile.clockMhz(),
                escape(profile.name()),
                account.averageFps(),
                profile.millis(account.worstCycles()),
                account.resultFrame(),
                profile.fitted().isEmpty()
                        ? "Nothing is fitted."
                        : "Fitted to published results: " + escape(String.join(", ", profile.fitted())) + ".");
    }

    private static String periods(List<SchedulePlan> plans) {
        long longest = plans.stream().mapToLong(SchedulePlan::cycles).max().orElseThrow();
        AcceleratorProfile profile = plans.getLast().profile();
        double rowHeight = STRIP + 22;
        double height = rowHeight * plans.size() + 26;
        StringBuilder svg = new StringBuilder(open(height));
        for (int i = 0; i < plans.size(); i++) {
            SchedulePlan plan = plans.get(i);
            PlanAccount account = plan.account();
            double top = i * rowHeight;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class='side' x='-10' y='%.1f'>%s</text><text class='side soft' x='-10' y='%.1f'>%.1f"
                            + " frames/s</text><text class='side soft' x='-10' y='%.1f'>worst frame %.2f ms</text>%n",
                    top + 18,
                    plan.kind().label(),
                    top + 36,
                    account.averageFps(),
                    top + 53,
                    profile.millis(account.worstCycles())));
            svg.append(new PeriodStrip(plan, longest).svg(WIDTH, top, STRIP));
        }
        return svg.append(axis(0, longest, height - 20, profile))
                .append("</g></svg>\n")
                .toString();
    }

    private static String chart(SchedulePlan plan, PlannedFrame frame, long from, long to) {
        StringBuilder svg = new StringBuilder(open(CHART + 30));
        int lanes = plan.profile().lanes();
        for (int quarter = 0; quarter <= 4; quarter++) {
            double y = CHART - CHART * quarter / 4;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class='side soft' x='-10' y='%.1f'>lane %d</text>%n",
                    y + 4,
                    lanes * quarter / 4));
        }
        svg.append(new LaneChart(plan, frame, from, to).svg(WIDTH, CHART));
        return svg.append(axis(from, to, CHART + 6, plan.profile()))
                .append("</g></svg>\n")
                .toString();
    }

    private static String open(double height) {
        return String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %.0f %.0f' role='img'><g transform='translate(%.0f 10)'>%n",
                WIDTH + LEFT + 34,
                height + 12,
                LEFT);
    }

    private static String axis(long from, long to, double y, AcceleratorProfile profile) {
        StringBuilder svg = new StringBuilder();
        for (int tick = 0; tick <= 10; tick++) {
            double cycle = from + (to - from) * tick / 10.0;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class='tick' x='%.1f' y='%.1f'>%.2f ms</text>%n",
                    WIDTH * tick / 10,
                    y + 12,
                    profile.millis(cycle)));
        }
        return svg.toString();
    }

    private static String table(SchedulePlan plan) {
        NetworkCost cost = new CycleModel(plan.profile()).cost(plan.foreground());
        String rows = cost.layers().stream()
                .filter(layer -> layer.cycles() > 0)
                .map(layer -> row(layer, plan.profile()))
                .collect(Collectors.joining());
        return "<details><summary>Layers of the foreground</summary><table><tr><th>layer<th>kind<th>M MAC<th>cycles"
                + "<th>waits for<th>busy lanes<th>multipliers used</tr>\n" + rows + "</table></details>\n";
    }

    private static String row(LayerCost cost, AcceleratorProfile profile) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%s<td>%s<td class='n'>%.3f<td class='n'>%,d<td>%s<td class='n'>%d<td class='n'>%.1f %%</tr>%n",
                escape(cost.layer().id()),
                cost.layer().kind().tableName(),
                cost.layer().macs() * 1e-6,
                cost.cycles(),
                cost.limit().label(),
                cost.lanesBusy(),
                100 * cost.utilisation(profile));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    private static final String LEGEND = """
            <p class='legend'><span class='key fg'></span>gaze computes
            <span class='key bg'></span>segmentation on lanes that gaze leaves idle
            <span class='key wait-w'></span>gaze waits for weights
            <span class='key wait-a'></span>gaze waits for the activation port
            <span class='key idle'></span>idle lanes</p>
            """;

    private static final String STYLE = """
            :root { color-scheme: light dark; --page:#fff; --ink:#1c2430; --soft:#66707d; --idle:#eef1f5; --rule:#c3cad3;
              --fg:#2b6cd4; --bg:#e8731a; --w:#f2d27a; --a:#d3b4ee; --o:#c9d2dc; }
            @media (prefers-color-scheme: dark) { :root { --page:#12161c; --ink:#e3e8ee; --soft:#97a2af; --idle:#1d232c;
              --rule:#3b4552; --fg:#5b97f0; --bg:#ff9142; --w:#7d6420; --a:#5f4480; --o:#414b57; } }
            body { background:var(--page); color:var(--ink); font:15px/1.45 system-ui,sans-serif; max-width:1320px;
              margin:24px auto; padding:0 20px; }
            h1 { font-size:22px; margin:0 0 4px; } h2 { font-size:16px; margin:26px 0 6px; }
            svg { width:100%; height:auto; display:block; }
            .idle { fill:var(--idle); background:var(--idle); } .fg { fill:var(--fg); background:var(--fg); }
            .bg { fill:var(--bg); background:var(--bg); } .wait-w { fill:var(--w); background:var(--w); }
            .wait-a { fill:var(--a); background:var(--a); } .wait-o { fill:var(--o); background:var(--o); }
            rect[data-t]:hover { stroke:var(--ink); stroke-width:1.2; }
            .grid { stroke:var(--rule); stroke-width:.6; stroke-dasharray:3 4; pointer-events:none; }
            text { fill:var(--ink); font:12px system-ui,sans-serif; } .soft,.tick { fill:var(--soft); }
            .side { text-anchor:end; } .tick { text-anchor:middle; font-size:11px; }
            .label { text-anchor:middle; font-size:11px; pointer-events:none; }
            .key { display:inline-block; width:14px; height:14px; margin:0 6px -2px 18px; border:1px solid var(--rule); }
            .key:first-child { margin-left:0; }
            table { border-collapse:collapse; font-size:13px; } td,th { padding:2px 12px 2px 0; text-align:left; }
            .n { text-align:right; } summary { cursor:pointer; margin-top:20px; }
            #tip { position:fixed; display:none; background:var(--ink); color:var(--page); padding:5px 9px; font-size:13px;
              border-radius:4px; max-width:420px; pointer-events:none; }
            """;

    private static final String SCRIPT = """
            const tip = document.getElementById('tip');
            document.addEventListener('mousemove', e => {
              const story = e.target.getAttribute && e.target.getAttribute('data-t');
              tip.style.display = story ? 'block' : 'none';
              if (!story) return;
              tip.textContent = story;
              tip.style.left = Math.min(e.clientX + 14, innerWidth - 440) + 'px';
              tip.style.top = (e.clientY + 16) + 'px';
            });
            """;
}
