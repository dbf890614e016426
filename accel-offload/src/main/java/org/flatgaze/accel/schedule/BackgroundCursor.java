package org.flatgaze.accel.schedule;

import java.util.List;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.BindingLimit;
import org.flatgaze.accel.cost.LayerCost;
import org.flatgaze.accel.cost.LayerShape;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.NetworkCost;
import org.flatgaze.accel.cost.WorkUnits;

/**
 * Walks the background program once through a period, handing out its work units as slots. Work is measured in cycles
 * the program would need alone, so that a period's work can be divided into equal shares.
 */
final class BackgroundCursor {

    private final AcceleratorProfile profile;
    private final LayerTable table;
    private final NetworkCost alone;
    private final int topLane;
    private final long totalWork;
    private final List<LayerShape> layers;

    private int layer;
    private int unit;
    private long workOfFinishedLayers;
    /** Weight bytes of the finished layers, and those fetched so far: the difference waits in the staging memory. */
    private long consumedWeights;

    private double fetchedWeights;

    /**
     * @param alone the program's cost when it has the lanes below {@code topLane} to itself
     * @param topLane end of the lanes it may use; it takes the highest first
     */
    BackgroundCursor(AcceleratorProfile profile, NetworkCost alone, int topLane) {
        this.profile = profile;
        this.alone = alone;
        this.table = alone.table();
        this.layers = table.layers();
        this.topLane = topLane;
        this.totalWork = alone.cycles();
    }

    long totalWork() {
        return totalWork;
    }

    boolean isDone() {
        return layer == layers.size();
    }

    /** Work done so far, in cycles of the program alone. */
    double work() {
        if (isDone()) {
            return totalWork;
        }
        LayerCost cost = alone.layers().get(layer);
        return workOfFinishedLayers + (double) cost.cycles() * unit / units(layer);
    }

    /**
     * Runs beside the foreground: on {@code freeLanes} lanes from the top, with the port and weight bytes it leaves.
     *
     * @param portBytesPerCycle activation bytes per cycle left over
     * @param weightBudget weight bytes left over in this foreground layer
     * @param target work at which to stop
     * @param slots where slots go
     * @return weight bytes used
     */
    double runBeside(
            long start,
            long cycles,
            int freeLanes,
            double portBytesPerCycle,
            double weightBudget,
            double target,
            List<Slot> slots) {
        long now = start;
        long end = start + cycles;
        double used = 0;
        while (!isDone() && work() < target) {
            LayerShape shape = layers.get(layer);
            if (!shape.kind().multiplies()) {
                passThrough(now, slots);
                continue;
            }
            int lent = lentLanes(shape, freeLanes);
            if (lent == 0 || portBytesPerCycle <= 0) {
                return used;
            }
            double missing =
                    profile.weightsResident() ? 0 : Math.max(0, consumedWeights + shape.weightBytes() - fetchedWeights);
            if (missing > weightBudget - used) {
                return used;
            }
            WorkUnits pieces = WorkUnits.of(shape, profile, lent);
            double perUnit = (double) pieces.cyclesPerUnit() / pieces.rowsAtOnce();
            double port = pieces.activationBytesPerUnit() / portBytesPerCycle;
            double edge = edgeCyclesPerUnit();
            double slowest = Math.max(perUnit, Math.max(port, edge));
            long overhead = unit == 0 ? profile.overheadCyclesPerLayer() : 0;
            int wanted = unitsUntil(target);
            int count = (int) Math.min(wanted, Math.floor((end - now - overhead) / slowest));
            if (count < 1) {
                return used;
            }
            used += missing;
            fetchedWeights += missing;
            long length = overhead + (long) Math.ceil(count * slowest);
            long busy = Math.min(length, (long) Math.ceil(count * perUnit));
            int lanes = Math.min(lent, pieces.lanesBusy());
            slots.add(new Slot(
                    Role.BACKGROUND,
                    layer,
                    unit,
                    unit + count,
                    topLane - lanes,
                    lanes,
                    now,
                    length,
                    busy,
                    limit(slowest, perUnit, port)));
            now += length;
            advance(count);
        }
        return used;
    }

    /** Lets the weight stream run ahead, as far as the staging memory goes, with what the foreground leaves. */
    void prefetch(double weightBudget) {
        double room = consumedWeights + (double) profile.weightStagingBytes() - fetchedWeights;
        double missing = table.weightBytes() - fetchedWeights;
        fetchedWeights += Math.max(0, Math.min(weightBudget, Math.min(room, missing)));
    }

    /**
     * Runs with its lanes to itself until {@code target} is reached or {@code cycles} are over.
     *
     * @return the cycle after the last slot
     */
    long runAlone(long start, long cycles, double target, List<Slot> slots) {
        long now = start;
        while (!isDone() && work() < target) {
            LayerCost cost = alone.layers().get(layer);
            if (cost.cycles() == 0) {
                passThrough(now, slots);
                continue;
            }
            int units = units(layer);
            double perUnit = (double) cost.cycles() / units;
            int count = (int) Math.min(unitsUntil(target), Math.floor((start + cycles - now) / perUnit + 1e-9));
            if (count < 1) {
                return now;
            }
            // Whole layers take exactly their cycles; parts are rounded so that they add up.
            long length = share(cost.cycles(), unit + count, units) - share(cost.cycles(), unit, units);
            long busy = Math.min(
                    length,
                    share(cost.computeCycles(), unit + count, units) - share(cost.computeCycles(), unit, units));
            slots.add(new Slot(
                    Role.BACKGROUND,
                    layer,
                    unit,
                    unit + count,
                    topLane - cost.lanesBusy(),
                    cost.lanesBusy(),
                    now,
                    length,
                    busy,
                    cost.limit()));
            now += length;
            advance(count);
        }
        return now;
    }

    /** Write port and spills, where modelled; the foreground's own use of them is not subtracted. */
    private double edgeCyclesPerUnit() {
        LayerCost cost = alone.layers().get(layer);
        return (double) Math.max(cost.outputCycles(), cost.spillCycles()) / units(layer);
    }

    private BindingLimit limit(double slowest, double compute, double port) {
        if (slowest == compute) {
            return BindingLimit.COMPUTE;
        }
        if (slowest == port) {
            return BindingLimit.ACTIVATION_PORT;
        }
        LayerCost cost = alone.layers().get(layer);
        return cost.outputCycles() >= cost.spillCycles() ? BindingLimit.OUTPUT_PORT : BindingLimit.SPILL;
    }

    private static long share(long cycles, int part, int whole) {
        return part == whole ? cycles : (long) ((double) cycles * part / whole);
    }

    /** Layers without time of their own: all units at once. */
    private void passThrough(long now, List<Slot> slots) {
        slots.add(new Slot(Role.BACKGROUND, layer, unit, units(layer), 0, 0, now, 0, 0, BindingLimit.FREE));
        advance(units(layer) - unit);
    }

    private int unitsUntil(double target) {
        LayerCost cost = alone.layers().get(layer);
        int units = units(layer);
        double perUnit = (double) cost.cycles() / units;
        double wanted = Math.ceil((target - work()) / perUnit);
        return (int) Math.clamp(wanted, 1, units - unit);
    }

    private int lentLanes(LayerShape shape, int freeLanes) {
        int block = profile.lendBlockLanes();
        int free = freeLanes / block * block;
        if (profile.rowGroups() > 1) {
            return free;
        }
        int channels = shape.channelsOut() / shape.groups();
        return Math.min(free, Math.ceilDiv(channels, block) * block);
    }

    private int units(int index) {
        return WorkUnits.of(layers.get(index), profile, profile.lanes()).units();
    }

    private void advance(int count) {
        unit += count;
        if (unit == units(layer)) {
            workOfFinishedLayers += alone.layers().get(layer).cycles();
            consumedWeights += layers.get(layer).weightBytes();
            fetchedWeights = Math.max(fetchedWeights, (double) consumedWeights);
            layer++;
            unit = 0;
        }
    }
}
