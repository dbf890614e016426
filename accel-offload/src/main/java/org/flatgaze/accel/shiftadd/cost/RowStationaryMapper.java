package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the tiling of a layer on a row-stationary array with the least sum of relative energy and latency, by the rules
 * published with ShiftAddNAS (GATECH-EIC/ShiftAddNAS, simulator of its hardware records).
 *
 * <p>Loops N, M, C, E split over register (0), array (1), buffer (2) and DRAM (3) level. Not modelled: DRAM bandwidth,
 * stalls. One thread per instance; a layer asked for again is answered from memory.
 */
public final class RowStationaryMapper {

    private final ArrayProfile array;
    private final CostRules rules;
    private final UnitEnergies energies;
    private final Map<LayerShape, LayerCost> known = new HashMap<>();

    public RowStationaryMapper(ArrayProfile array, CostRules rules, UnitEnergies energies) {
        this.array = array;
        this.rules = rules;
        this.energies = energies;
    }

    /** Costs of a whole table, in its order. */
    public List<LayerCost> map(List<LayerShape> layers) {
        List<LayerCost> costs = new ArrayList<>(layers.size());
        for (LayerShape layer : layers) {
            costs.add(map(layer));
        }
        return costs;
    }

    /**
     * The best mapping of one layer.
     *
     * @throws InfeasibleMappingException if nothing fits, naming the limit
     */
    public LayerCost map(LayerShape layer) {
        return known.computeIfAbsent(layer, this::search);
    }

    private LayerCost search(LayerShape layer) {
        Loops loops = new Loops(layer, rules);
        TransferCosts costs = new TransferCosts(layer.kind(), rules, energies, array.clockHz());
        int memoryFactor = energies.bits() == 8 ? 2 : 1;
        int elementFactor = energies.bits() == 8 ? 4 : 1;
        MappingLimits limits = new MappingLimits(array, memoryFactor, elementFactor, layer.isSinglePixel());
        List<int[]> n = Tilings.of(loops.batch, 2);
        List<int[]> m = Tilings.of(loops.outputs, 4);
        Tilings.removeWhileWalking(m, tile -> tile[0] > 16);
        List<int[]> c = Tilings.of(loops.inputs, 4);
        Tilings.removeWhileWalking(c, tile -> tile[3] != 1);
        List<int[]> e = Tilings.of(loops.rows, 2);
        if (!layer.isSinglePixel()) {
            Tilings.removeWhileWalking(e, tile -> tile[0] == 1);
        }
        List<int[]> g = Tilings.of(loops.groups, 2);
        List<Mapping> valid = new ArrayList<>();
        for (int[] groups : g) {
            for (int[] batch : n) {
                for (int[] outputs : m) {
                    for (int[] inputs : c) {
                        for (int[] rows : e) {
                            Mapping mapping = new Mapping(loops, groups, batch, outputs, inputs, rows);
                            if (limits.allow(mapping)) {
                                mapping.price(costs);
                                valid.add(mapping);
                            }
                        }
                    }
                }
            }
        }
        if (valid.isEmpty()) {
            throw new InfeasibleMappingException("layer " + layer.name() + " fits no tiling: " + limits.inTheWay());
        }
        return best(valid).cost(layer, costs);
    }

    private static Mapping best(List<Mapping> valid) {
        double minEnergy = Double.POSITIVE_INFINITY;
        double maxEnergy = 0;
        double minLatency = Double.POSITIVE_INFINITY;
        double maxLatency = 0;
        for (Mapping mapping : valid) {
            minEnergy = Math.min(minEnergy, mapping.energyMj);
            maxEnergy = Math.max(maxEnergy, mapping.energyMj);
            minLatency = Math.min(minLatency, mapping.latencySeconds);
            maxLatency = Math.max(maxLatency, mapping.latencySeconds);
        }
        Mapping best = null;
        double bestMerit = Double.POSITIVE_INFINITY;
        for (Mapping mapping : valid) {
            double merit =
                    (mapping.energyMj - minEnergy) / maxEnergy + (mapping.latencySeconds - minLatency) / maxLatency;
            if (merit < bestMerit) { // the first of equals wins, as published
                bestMerit = merit;
                best = mapping;
            }
        }
        return best;
    }
}
