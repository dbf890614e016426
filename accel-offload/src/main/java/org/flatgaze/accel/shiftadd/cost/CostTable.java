package org.flatgaze.accel.shiftadd.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Costs of a network by kind of layer.
 *
 * @param layers costs in execution order
 */
public record CostTable(List<LayerCost> layers) {

    public CostTable {
        layers = List.copyOf(layers);
    }

    /** Costs of one kind, in execution order. */
    public List<LayerCost> of(LayerKind kind) {
        return layers.stream().filter(cost -> cost.layer().kind() == kind).toList();
    }

    /** Energy of one kind in millijoules. */
    public double energyMj(LayerKind kind) {
        return of(kind).stream().mapToDouble(LayerCost::energyMj).sum();
    }

    /** Latency of one kind in seconds, layers one after another. */
    public double latencySeconds(LayerKind kind) {
        return of(kind).stream().mapToDouble(LayerCost::latencySeconds).sum();
    }

    /** Energy of all layers in millijoules. */
    public double energyMj() {
        return layers.stream().mapToDouble(LayerCost::energyMj).sum();
    }

    /** Latency of all layers in seconds. */
    public double latencySeconds() {
        return layers.stream().mapToDouble(LayerCost::latencySeconds).sum();
    }

    /**
     * Writes {@code conv}, {@code shift}, {@code add}, {@code linear} and {@code matmul} {@code .csv} in the published
     * columns, without header; a kind the network does not have gives an empty file.
     */
    public void writeCsv(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (LayerKind kind : LayerKind.values()) {
            List<String> lines = new ArrayList<>();
            for (LayerCost cost : of(kind)) {
                lines.add(cost.csvLine(lines.size() + 1));
            }
            Files.write(folder.resolve(kind.fileStem() + ".csv"), lines);
        }
    }
}
