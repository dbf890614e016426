package org.flatgaze.accel.schedule;

import java.util.Locale;
import org.flatgaze.accel.cost.BindingLimit;
import org.flatgaze.accel.cost.LayerShape;

/** Lanes over time for a stretch of one frame, layer by layer, every rectangle with its story for the pointer. */
final class LaneChart {

    private final SchedulePlan plan;
    private final PlannedFrame frame;
    private final long from;
    private final long to;

    /** @param from first cycle shown, {@code to} end of the cycles shown */
    LaneChart(SchedulePlan plan, PlannedFrame frame, long from, long to) {
        this.plan = plan;
        this.frame = frame;
        this.from = from;
        this.to = to;
    }

    /** The chart as SVG elements inside a box of {@code width} x {@code height} at (0, 0). */
    String svg(double width, double height) {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT, "<rect class='idle' x='0' y='0' width='%.1f' height='%.1f'/>%n", width, height));
        for (Slot slot : frame.slots()) {
            if (slot.lanes() == 0 || slot.endCycle() <= from || slot.startCycle() >= to) {
                continue;
            }
            String story = story(slot);
            if (slot.role() == Role.BACKGROUND) {
                svg.append(rectangle("bg", slot, slot.startCycle(), slot.endCycle(), story, width, height));
            } else {
                svg.append(rectangle(
                        waitStyle(slot.limit()), slot, slot.startCycle(), slot.busyFrom(), story, width, height));
                svg.append(rectangle("fg", slot, slot.busyFrom(), slot.endCycle(), story, width, height));
                svg.append(label(slot, width, height));
            }
        }
        int block = plan.profile().lendBlockLanes();
        for (int lane = block; lane < plan.profile().lanes(); lane += block) {
            double y = height - height * lane / plan.profile().lanes();
            svg.append(String.format(
                    Locale.ROOT, "<line class='grid' x1='0' x2='%.1f' y1='%.1f' y2='%.1f'/>%n", width, y, y));
        }
        return svg.toString();
    }

    static String waitStyle(BindingLimit limit) {
        return switch (limit) {
            case WEIGHT_STREAM -> "wait-w";
            case ACTIVATION_PORT -> "wait-a";
            case COMPUTE, OUTPUT_PORT, SPILL, FREE -> "wait-o";
        };
    }

    private String rectangle(String style, Slot slot, long begin, long end, String story, double width, double height) {
        double x = x(begin, width);
        double w = x(end, width) - x;
        if (w <= 0) {
            return "";
        }
        double perLane = height / plan.profile().lanes();
        double top = height - (slot.firstLane() + slot.lanes()) * perLane;
        return String.format(
                Locale.ROOT,
                "<rect class='%s' x='%.2f' y='%.1f' width='%.2f' height='%.1f' data-t='%s'/>%n",
                style,
                x,
                top,
                Math.max(w, 0.3),
                slot.lanes() * perLane,
                story);
    }

    private String label(Slot slot, double width, double height) {
        String id = id(slot);
        double x = x(slot.startCycle(), width);
        double w = x(slot.endCycle(), width) - x;
        if (w < 7.0 * id.length() + 4) {
            return "";
        }
        return String.format(
                Locale.ROOT, "<text class='label' x='%.1f' y='%.1f'>%s</text>%n", x + w / 2, height - 6, id);
    }

    private double x(long cycle, double width) {
        return width * (Math.clamp(cycle, from, to) - from) / (to - from);
    }

    private String id(Slot slot) {
        return TimelinePage.escape(
                plan.table(slot.role()).layers().get(slot.layer()).id());
    }

    private String story(Slot slot) {
        LayerShape layer = plan.table(slot.role()).layers().get(slot.layer());
        boolean gaze = slot.role() == Role.FOREGROUND;
        String work = gaze
                ? String.format(Locale.ROOT, "%.2f M MAC", layer.macs() * 1e-6)
                : "units " + slot.fromUnit() + "-" + slot.toUnit();
        String waits = slot.cycles() > slot.busyCycles()
                ? String.format(
                        Locale.ROOT,
                        ", %.0f %% waiting for %s",
                        100.0 * (slot.cycles() - slot.busyCycles()) / slot.cycles(),
                        slot.limit().label())
                : "";
        return String.format(
                Locale.ROOT,
                "%s %s (%s %d-&gt;%d, %dx%d): %s, %d cycles = %.1f us on %d lanes%s",
                gaze ? "gaze" : "segmentation",
                id(slot),
                layer.kind().tableName(),
                layer.channelsIn(),
                layer.channelsOut(),
                layer.rowsOut(),
                layer.columnsOut(),
                work,
                slot.cycles(),
                1e3 * plan.profile().millis(slot.cycles()),
                slot.lanes(),
                waits);
    }
}
