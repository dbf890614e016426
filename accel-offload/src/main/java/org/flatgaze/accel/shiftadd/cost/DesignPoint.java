package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A network on an accelerator.
 *
 * @param network name of the network
 * @param profile name of the accelerator
 * @param latencyMs one frame, layer after layer
 * @param intervalMs time between frames when every chunk works on a frame of its own
 * @param energyMj one frame
 */
public record DesignPoint(String network, String profile, double latencyMs, double intervalMs, double energyMj) {

    /** Maps a network and sums up. */
    public static DesignPoint of(String network, List<LayerShape> layers, ChunkProfile profile, UnitEnergies energies) {
        Map<LayerKind, Double> chunkCycles = new EnumMap<>(LayerKind.class);
        double cycles = 0;
        double energy = 0;
        for (ChunkMapping mapping : new ChunkMapper(profile, energies).map(layers)) {
            cycles += mapping.cycles();
            energy += mapping.energyMj();
            chunkCycles.merge(profile.chunk(mapping.layer().kind()), mapping.cycles(), Double::sum);
        }
        double slowest = chunkCycles.values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        double milli = 1e3 / profile.clockHz();
        return new DesignPoint(network, profile.name(), cycles * milli, slowest * milli, energy);
    }

    /** Points that no other one beats in latency, interval and energy at once, in their order. */
    public static List<DesignPoint> paretoFront(List<DesignPoint> points) {
        List<DesignPoint> front = new ArrayList<>();
        for (DesignPoint point : points) {
            if (points.stream().noneMatch(other -> other.dominates(point))) {
                front.add(point);
            }
        }
        return front;
    }

    private boolean dominates(DesignPoint other) {
        boolean noWorse = latencyMs <= other.latencyMs && intervalMs <= other.intervalMs && energyMj <= other.energyMj;
        boolean better = latencyMs < other.latencyMs || intervalMs < other.intervalMs || energyMj < other.energyMj;
        return noWorse && better;
    }
}
