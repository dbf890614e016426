package org.flatgaze.accel.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.WorkUnits;

/**
 * One period of two programs on one array, slot by slot. A value: equal plans are equal, {@link #toText} prints one,
 * {@link #diff} compares two, and executing the slots of each program in order executes the program exactly once a frame
 * (foreground) or once a period (background).
 *
 * <p>The background result is double-buffered: it belongs to the picture of frame 0, the source frame, and replaces the
 * former result when its last slot is done.
 *
 * @param kind how the programs share the array
 * @param spread when a partial plan does the background work
 * @param profile the array
 * @param foreground program of every frame
 * @param background program of every period
 * @param frames the frames of one period, in order
 */
public record SchedulePlan(
        PlanKind kind,
        Spread spread,
        AcceleratorProfile profile,
        LayerTable foreground,
        LayerTable background,
        List<PlannedFrame> frames) {

    public SchedulePlan {
        frames = List.copyOf(frames);
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("frames is empty: expected one period");
        }
    }

    /** Cycles of one period. */
    public long cycles() {
        return frames.stream().mapToLong(PlannedFrame::cycles).sum();
    }

    /** The accounting without a deadline. */
    public PlanAccount account() {
        return account(0);
    }

    /**
     * The accounting for frames that arrive {@code framesPerSecond} times a second, 0 for no deadline.
     *
     * <p>A frame that takes longer than the arrival interval loses the arrivals that pass meanwhile.
     */
    public PlanAccount account(double framesPerSecond) {
        long worst = frames.stream().mapToLong(PlannedFrame::cycles).max().orElseThrow();
        double average = (double) cycles() / frames.size();
        double deadline = framesPerSecond > 0 ? profile.cyclesPerSecond() / framesPerSecond : 0;
        int missed = 0;
        int resultFrame = 0;
        boolean sameFrame = false;
        for (PlannedFrame frame : frames) {
            if (deadline > 0) {
                missed += (int) (Math.ceil(frame.cycles() / deadline) - 1);
            }
            for (Slot slot : frame.slots()) {
                if (slot.role() == Role.BACKGROUND) {
                    resultFrame = frame.index();
                    sameFrame = slot.endCycle() <= firstForegroundStart(frame);
                }
            }
        }
        int firstUse = sameFrame ? resultFrame : resultFrame + 1;
        return new PlanAccount(
                average,
                worst,
                profile.cyclesPerSecond() / average,
                profile.cyclesPerSecond() / worst,
                deadline,
                missed,
                resultFrame,
                firstUse + frames.size() - 1);
    }

    private static long firstForegroundStart(PlannedFrame frame) {
        return frame.slots().stream()
                .filter(slot -> slot.role() == Role.FOREGROUND)
                .mapToLong(Slot::startCycle)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** The table of a role's program. */
    public LayerTable table(Role role) {
        return role == Role.FOREGROUND ? foreground : background;
    }

    /**
     * Checks that the plan can be executed: every layer's units exactly once and in order, lanes inside the array, no
     * lane working for two slots at once.
     *
     * @throws IllegalStateException naming frame and layer if not; a plan of {@link TimeMultiplexer} never does
     */
    public void verify() {
        Progress background0 = new Progress(background, "background");
        for (PlannedFrame frame : frames) {
            Progress foreground0 = new Progress(foreground, "foreground");
            for (Slot slot : frame.slots()) {
                (slot.role() == Role.FOREGROUND ? foreground0 : background0).accept(slot, frame.index());
                if (slot.firstLane() + slot.lanes() > profile.lanes()) {
                    throw new IllegalStateException("frame " + frame.index() + ": lanes up to "
                            + (slot.firstLane() + slot.lanes()) + " of " + profile.lanes());
                }
            }
            foreground0.finish(frame.index());
            verifyLanes(frame);
        }
        background0.finish(frames.size() - 1);
    }

    private static void verifyLanes(PlannedFrame frame) {
        List<Slot> others = frame.slots().stream()
                .filter(slot -> slot.role() == Role.BACKGROUND && slot.busyCycles() > 0)
                .toList();
        for (Slot mine : frame.slots()) {
            for (Slot other : others) {
                boolean sameTime = mine.busyFrom() < other.endCycle() && other.startCycle() < mine.endCycle();
                boolean sameLane = mine.firstLane() < other.firstLane() + other.lanes()
                        && other.firstLane() < mine.firstLane() + mine.lanes();
                if (!mine.equals(other) && sameTime && sameLane && mine.busyCycles() > 0) {
                    throw new IllegalStateException("frame " + frame.index() + ": " + mine + " overlaps " + other);
                }
            }
        }
    }

    /**
     * Executes one period: the slots of every frame in the order of their start, each by the runner of its program.
     *
     * @param foreground computes the program of every frame; the same units come again in every frame
     * @param background computes the program of the period
     */
    public void execute(UnitRunner foreground, UnitRunner background) {
        for (PlannedFrame frame : frames) {
            for (Slot slot : frame.slots()) {
                UnitRunner runner = slot.role() == Role.FOREGROUND ? foreground : background;
                runner.run(slot.layer(), slot.fromUnit(), slot.toUnit());
            }
        }
    }

    /** One line per slot, the same text for equal plans. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "plan %s, %s, %s | foreground %s | background %s | period %d frames%n",
                kind.label(),
                spread.name().toLowerCase(Locale.ROOT),
                profile.name(),
                foreground.name(),
                background.name(),
                frames.size()));
        lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Differences to another plan: lines only in this one with {@code -}, only in the other with {@code +}. */
    public List<String> diff(SchedulePlan other) {
        List<String> mine = lines();
        List<String> theirs = other.lines();
        List<String> changes = new ArrayList<>();
        int length = Math.max(mine.size(), theirs.size());
        for (int i = 0; i < length; i++) {
            String a = i < mine.size() ? mine.get(i) : null;
            String b = i < theirs.size() ? theirs.get(i) : null;
            if (a != null && a.equals(b)) {
                continue;
            }
            if (a != null) {
                changes.add("- " + a);
            }
            if (b != null) {
                changes.add("+ " + b);
            }
        }
        return changes;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (PlannedFrame frame : frames) {
            lines.add("frame " + frame.index() + ": " + frame.cycles() + " cycles");
            for (Slot slot : frame.slots()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "  %d..%d %s %s units %d..%d lanes %d+%d busy %d, %s",
                        slot.startCycle(),
                        slot.endCycle(),
                        slot.role() == Role.FOREGROUND ? "fg" : "bg",
                        table(slot.role()).layers().get(slot.layer()).id(),
                        slot.fromUnit(),
                        slot.toUnit(),
                        slot.firstLane(),
                        slot.lanes(),
                        slot.busyCycles(),
                        slot.limit().label()));
            }
        }
        return lines;
    }

    /** Follows one program through its slots. */
    private final class Progress {
        private final LayerTable table;
        private final String name;
        private int layer;
        private int unit;

        Progress(LayerTable table, String name) {
            this.table = table;
            this.name = name;
        }

        void accept(Slot slot, int frame) {
            if (slot.layer() != layer || slot.fromUnit() != unit) {
                throw new IllegalStateException("frame " + frame + ": " + name + " layer " + slot.layer() + " unit "
                        + slot.fromUnit() + ": expected layer " + layer + " unit " + unit);
            }
            unit = slot.toUnit();
            int units = WorkUnits.of(table.layers().get(layer), profile, profile.lanes())
                    .units();
            if (unit > units) {
                throw new IllegalStateException(
                        "frame " + frame + ": " + name + " layer " + layer + " ends at unit " + unit + " of " + units);
            }
            if (unit == units) {
                layer++;
                unit = 0;
            }
        }

        void finish(int frame) {
            if (layer != table.layers().size()) {
                throw new IllegalStateException("frame " + frame + ": " + name + " stops at layer " + layer + " of "
                        + table.layers().size());
            }
        }
    }
}
