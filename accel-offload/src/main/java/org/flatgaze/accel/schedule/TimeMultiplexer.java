package org.flatgaze.accel.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.BindingLimit;
import org.flatgaze.accel.cost.CycleModel;
import org.flatgaze.accel.cost.LayerCost;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.NetworkCost;
import org.flatgaze.accel.cost.ProfileFile;
import org.flatgaze.accel.cost.WorkUnits;

/**
 * Plans two programs of very different pace on one array: the foreground on every frame, the background once a period.
 *
 * <p>In a partial plan a foreground layer with few output channels lends its idle lanes in blocks, and lends every lane
 * while it waits for weights. The background gets only what the foreground leaves of the activation port and of the
 * weight stream, so that no foreground layer takes longer. What cannot be hidden runs in time of its own, spread over
 * the frames. Immutable, any thread.
 */
public final class TimeMultiplexer {

    private final AcceleratorProfile profile;

    public TimeMultiplexer(AcceleratorProfile profile) {
        this.profile = profile;
    }

    /**
     * Plans one period.
     *
     * @param periodFrames frames of a period, at least 1
     * @throws IllegalArgumentException if a concurrent plan is asked for and the array cannot be split
     */
    public SchedulePlan plan(
            PlanKind kind, Spread spread, LayerTable foreground, LayerTable background, int periodFrames) {
        if (periodFrames < 1) {
            throw new IllegalArgumentException("periodFrames=" + periodFrames + ": expected at least 1");
        }
        List<PlannedFrame> frames = switch (kind) {
            case TIME_MULTIPLEXED -> takeTurns(foreground, background, periodFrames);
            case CONCURRENT -> split(foreground, background, periodFrames);
            case PARTIAL -> lend(spread, foreground, background, periodFrames);
        };
        SchedulePlan plan = new SchedulePlan(kind, spread, profile, foreground, background, frames);
        plan.verify();
        return plan;
    }

    /** The plan of the profile's own workload. */
    public SchedulePlan plan(PlanKind kind, Spread spread) {
        return plan(
                kind,
                spread,
                profile.workload().gaze(profile.reconstruction()),
                profile.workload().segmentation(profile.reconstruction()),
                profile.workload().periodFrames());
    }

    private List<PlannedFrame> takeTurns(LayerTable foreground, LayerTable background, int periodFrames) {
        CycleModel model = new CycleModel(profile);
        NetworkCost gaze = model.cost(foreground);
        BackgroundCursor cursor = new BackgroundCursor(profile, model.cost(background), profile.lanes());
        List<PlannedFrame> frames = new ArrayList<>(periodFrames);
        List<Slot> first = new ArrayList<>();
        long begin = cursor.runAlone(0, Long.MAX_VALUE / 4, Double.POSITIVE_INFINITY, first);
        first.addAll(foregroundSlots(gaze, begin));
        frames.add(new PlannedFrame(0, begin + gaze.cycles(), first));
        List<Slot> others = foregroundSlots(gaze, 0);
        for (int f = 1; f < periodFrames; f++) {
            frames.add(new PlannedFrame(f, gaze.cycles(), others));
        }
        return frames;
    }

    /**
     * The background owns one block of lanes and its share of the activation port for good. The weight stream serves
     * both on demand, which favours this plan slightly.
     */
    private List<PlannedFrame> split(LayerTable foreground, LayerTable background, int periodFrames) {
        int lent = profile.lendBlockLanes();
        int kept = profile.lanes() - lent;
        if (kept < 1) {
            throw new IllegalArgumentException("lendBlockLanes=" + lent + ": expected fewer than lanes="
                    + profile.lanes() + " for a concurrent plan, which splits the array");
        }
        NetworkCost gaze = new CycleModel(part(kept)).cost(foreground);
        BackgroundCursor cursor =
                new BackgroundCursor(profile, new CycleModel(part(lent)).cost(background), profile.lanes());
        List<PlannedFrame> frames = new ArrayList<>(periodFrames);
        for (int f = 0; f < periodFrames; f++) {
            List<Slot> slots = new ArrayList<>(foregroundSlots(gaze, 0));
            long end = cursor.runAlone(0, gaze.cycles(), Double.POSITIVE_INFINITY, slots);
            // A split too slow for the period makes every frame wait for its share of the background.
            end = cursor.runAlone(end, Long.MAX_VALUE / 4, share(cursor, f, periodFrames), slots);
            frames.add(frame(f, Math.max(end, gaze.cycles()), slots));
        }
        return frames;
    }

    private AcceleratorProfile part(int lanes) {
        double port = profile.activationBytesPerCycle() * lanes / profile.lanes();
        return ProfileFile.changed(
                profile,
                Map.of(
                        "lanes",
                        lanes,
                        "activationBytesPerCycle",
                        port,
                        "lendBlockLanes",
                        Math.min(lanes, profile.lendBlockLanes())));
    }

    private List<PlannedFrame> lend(Spread spread, LayerTable foreground, LayerTable background, int periodFrames) {
        CycleModel model = new CycleModel(profile);
        NetworkCost gaze = model.cost(foreground);
        BackgroundCursor cursor = new BackgroundCursor(profile, model.cost(background), profile.lanes());
        List<Slot> own = foregroundSlots(gaze, 0);
        List<PlannedFrame> frames = new ArrayList<>(periodFrames);
        for (int f = 0; f < periodFrames; f++) {
            double share = share(cursor, f, periodFrames);
            double target = spread == Spread.EVEN ? share : Double.POSITIVE_INFINITY;
            List<Slot> slots = new ArrayList<>(own);
            for (Slot slot : own) {
                lendDuring(slot, gaze.layers().get(slot.layer()), cursor, target, slots);
            }
            long end = cursor.runAlone(gaze.cycles(), Long.MAX_VALUE / 4, share, slots);
            frames.add(frame(f, end, slots));
        }
        return frames;
    }

    /** Fills what one foreground layer leaves idle: all lanes while it waits, the unused ones while it computes. */
    private void lendDuring(Slot slot, LayerCost cost, BackgroundCursor cursor, double target, List<Slot> slots) {
        if (slot.cycles() == 0) {
            return;
        }
        double port = profile.activationBandwidth() - (double) cost.activationBytes() / slot.cycles();
        double weights = Math.max(0, profile.weightBytesPerCycle() * slot.cycles() - (double) cost.weightBytes());
        long waiting = slot.cycles() - slot.busyCycles();
        weights -= cursor.runBeside(slot.startCycle(), waiting, profile.lanes(), port, weights, target, slots);
        int idle = profile.lanes() - slot.lanes();
        weights -= cursor.runBeside(slot.busyFrom(), slot.busyCycles(), idle, port, weights, target, slots);
        cursor.prefetch(weights);
    }

    /** Work that must be done by the end of frame {@code f} for the period to suffice. */
    private static double share(BackgroundCursor cursor, int f, int periodFrames) {
        return f == periodFrames - 1 ? Double.POSITIVE_INFINITY : (double) cursor.totalWork() * (f + 1) / periodFrames;
    }

    private static List<Slot> foregroundSlots(NetworkCost cost, long start) {
        List<Slot> slots = new ArrayList<>(cost.layers().size());
        long now = start;
        for (int i = 0; i < cost.layers().size(); i++) {
            LayerCost layer = cost.layers().get(i);
            int units = WorkUnits.of(
                            layer.layer(), cost.profile(), cost.profile().lanes())
                    .units();
            boolean free = layer.limit() == BindingLimit.FREE;
            slots.add(new Slot(
                    Role.FOREGROUND,
                    i,
                    0,
                    units,
                    0,
                    free ? 0 : layer.lanesBusy(),
                    now,
                    layer.cycles(),
                    Math.min(layer.cycles(), layer.computeCycles()),
                    layer.limit()));
            now += layer.cycles();
        }
        return slots;
    }

    private static PlannedFrame frame(int index, long cycles, List<Slot> slots) {
        slots.sort(Comparator.comparingLong(Slot::startCycle));
        return new PlannedFrame(index, cycles, slots);
    }
}
