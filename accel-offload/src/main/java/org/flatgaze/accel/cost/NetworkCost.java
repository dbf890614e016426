package org.flatgaze.accel.cost;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Costs of every layer of a network that has the array to itself.
 *
 * @param table the network
 * @param profile the array
 * @param layers one entry per layer of the table, in its order
 */
public record NetworkCost(LayerTable table, AcceleratorProfile profile, List<LayerCost> layers) {

    public NetworkCost {
        layers = List.copyOf(layers);
    }

    /** Cycles of one run. */
    public long cycles() {
        return layers.stream().mapToLong(LayerCost::cycles).sum();
    }

    /** Cycles spent in layers of one kind. */
    public long cycles(LayerKind kind) {
        return layers.stream()
                .filter(cost -> cost.layer().kind() == kind)
                .mapToLong(LayerCost::cycles)
                .sum();
    }

    /** Cycles by what they wait for; only limits that occur. */
    public Map<BindingLimit, Long> cyclesByLimit() {
        Map<BindingLimit, Long> cycles = new EnumMap<>(BindingLimit.class);
        for (LayerCost cost : layers) {
            if (cost.cycles() > 0) {
                cycles.merge(cost.limit(), cost.cycles(), Long::sum);
            }
        }
        return cycles;
    }

    /** Useful share of the multipliers' time, 0..1. */
    public double utilisation() {
        return (double) table.macs() / ((double) cycles() * profile.peakMacsPerCycle());
    }
}
