package org.flatgaze.accel.schedule;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.cost.BindingLimit;

/**
 * One period of a plan to scale: busy lanes of the foreground from below, what it waits for above them, busy lanes of
 * the background from the top. Sampled in time, so that a period of thousands of slots stays a small picture.
 */
final class PeriodStrip {

    private static final int SAMPLES = 1100;

    /** Stacked from below, in this order; the background is drawn from the top. */
    private enum Band {
        FOREGROUND("fg"),
        WEIGHTS("wait-w"),
        PORT("wait-a"),
        OTHER("wait-o");

        private final String style;

        Band(String style) {
            this.style = style;
        }

        static Band waitingFor(BindingLimit limit) {
            return switch (limit) {
                case WEIGHT_STREAM -> WEIGHTS;
                case ACTIVATION_PORT -> PORT;
                case COMPUTE, OUTPUT_PORT, SPILL, FREE -> OTHER;
            };
        }
    }

    private final SchedulePlan plan;
    private final double cyclesPerSample;
    private final int samples;
    private final Map<Band, double[]> stacked = new EnumMap<>(Band.class);
    private final double[] background;

    /** @param longestCycles cycles that the whole width stands for, at least the plan's */
    PeriodStrip(SchedulePlan plan, long longestCycles) {
        this.plan = plan;
        this.cyclesPerSample = (double) longestCycles / SAMPLES;
        this.samples = (int) Math.ceil(plan.cycles() / cyclesPerSample);
        for (Band band : Band.values()) {
            stacked.put(band, new double[samples]);
        }
        this.background = new double[samples];
        long frameStart = 0;
        for (PlannedFrame frame : plan.frames()) {
            for (Slot slot : frame.slots()) {
                add(slot, frameStart);
            }
            frameStart += frame.cycles();
        }
    }

    private void add(Slot slot, long frameStart) {
        double busyFrom = frameStart + (double) slot.busyFrom();
        double end = frameStart + (double) slot.endCycle();
        if (slot.role() == Role.BACKGROUND) {
            // A background slot that waits for the port holds its lanes all the same.
            spread(background, frameStart + (double) slot.startCycle(), end, slot.lanes());
        } else {
            spread(stacked.get(Band.FOREGROUND), busyFrom, end, slot.lanes());
            double[] waiting = stacked.get(Band.waitingFor(slot.limit()));
            spread(waiting, frameStart + (double) slot.startCycle(), busyFrom, slot.lanes());
        }
    }

    private void spread(double[] into, double from, double to, int lanes) {
        int last = Math.min(samples - 1, (int) (to / cyclesPerSample));
        for (int i = (int) (from / cyclesPerSample); i <= last; i++) {
            double overlap = Math.min(to, (i + 1) * cyclesPerSample) - Math.max(from, i * cyclesPerSample);
            into[i] += Math.max(0, overlap) / cyclesPerSample * lanes;
        }
    }

    /** The strip as SVG elements inside a box of {@code width} x {@code height} at (0, {@code top}). */
    String svg(double width, double top, double height) {
        StringBuilder svg = new StringBuilder();
        double right = width * samples / SAMPLES;
        svg.append(String.format(
                Locale.ROOT,
                "<rect class='idle' x='0' y='%.1f' width='%.1f' height='%.1f'/>%n",
                top,
                Math.min(right, width * plan.cycles() / (cyclesPerSample * SAMPLES)),
                height));
        double[] below = new double[samples];
        for (Band band : Band.values()) {
            double[] values = stacked.get(band);
            double[] above = new double[samples];
            for (int i = 0; i < samples; i++) {
                above[i] = below[i] + values[i];
            }
            svg.append(area(band.style, below, above, width, top, height));
            below = above;
        }
        double[] lanes = new double[samples];
        double[] from = new double[samples];
        for (int i = 0; i < samples; i++) {
            lanes[i] = plan.profile().lanes();
            from[i] = lanes[i] - background[i];
        }
        svg.append(area("bg", from, lanes, width, top, height));
        return svg.toString();
    }

    private String area(String style, double[] lower, double[] upper, double width, double top, double height) {
        double dx = width / SAMPLES;
        double dy = height / plan.profile().lanes();
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < samples; i++) {
            if (upper[i] - lower[i] < 0.05) {
                continue;
            }
            path.append(String.format(
                    Locale.ROOT,
                    "M%.2f %.1fV%.1fH%.2fV%.1fZ",
                    i * dx,
                    top + height - lower[i] * dy,
                    top + height - upper[i] * dy,
                    (i + 1) * dx,
                    top + height - lower[i] * dy));
        }
        return path.isEmpty() ? "" : "<path class='" + style + "' d='" + path + "'/>\n";
    }
}
