package org.flatgaze.accel.cost;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The executed layers of one network at one input size, in execution order.
 *
 * @param name network and input size, for messages and reports
 * @param layers at least one layer, ids unique, every input produced earlier
 */
public record LayerTable(String name, List<LayerShape> layers) {

    /** Id by which layers refer to the network's input. */
    public static final String INPUT = "input";

    public LayerTable {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("table " + name + " has no layers: expected at least 1");
        }
        Set<String> seen = new HashSet<>();
        seen.add(INPUT);
        for (LayerShape layer : layers) {
            for (String input : layer.inputs()) {
                if (!seen.contains(input)) {
                    throw new IllegalArgumentException("table " + name + ", layer " + layer.id() + ": inputs=" + input
                            + ": expected '" + INPUT + "' or the id of an earlier layer");
                }
            }
            if (!seen.add(layer.id())) {
                throw new IllegalArgumentException(
                        "table " + name + ": id=" + layer.id() + " occurs twice: expected unique ids");
            }
        }
    }

    /** Multiply-accumulates of one run. */
    public long macs() {
        return layers.stream().mapToLong(LayerShape::macs).sum();
    }

    /** Multiply-accumulates of the layers of one kind. */
    public long macs(LayerKind kind) {
        return layers.stream()
                .filter(layer -> layer.kind() == kind)
                .mapToLong(LayerShape::macs)
                .sum();
    }

    /** Number of layers of one kind. */
    public int count(LayerKind kind) {
        return (int) layers.stream().filter(layer -> layer.kind() == kind).count();
    }

    /** Parameters, batch-norm pairs counted. */
    public long parameters() {
        return layers.stream().mapToLong(LayerShape::parameters).sum();
    }

    /** Parameters of the layers of one kind. */
    public long parameters(LayerKind kind) {
        return layers.stream()
                .filter(layer -> layer.kind() == kind)
                .mapToLong(LayerShape::parameters)
                .sum();
    }

    /** Weight bytes at one byte per weight. */
    public long weightBytes() {
        return layers.stream().mapToLong(LayerShape::weightBytes).sum();
    }

    /** Multiply-accumulates plus element-wise operations: what the published tables print as FLOPs. */
    public long operations() {
        return macs()
                + layers.stream().mapToLong(LayerShape::elementwiseOperations).sum();
    }

    /** The layer whose input and output together are largest; concats are addressing and do not count. */
    public LayerShape peakLayer() {
        LayerShape peak = null;
        for (LayerShape layer : layers) {
            if (layer.kind() == LayerKind.CONCAT) {
                continue;
            }
            if (peak == null || layer.inputBytes() + layer.outputBytes() > peak.inputBytes() + peak.outputBytes()) {
                peak = layer;
            }
        }
        return peak == null ? layers.getFirst() : peak;
    }

    /** Layers of {@code other} appended, as when a reconstruction precedes a network; ids get the given prefix. */
    public LayerTable then(LayerTable other, String prefix) {
        List<LayerShape> joined = new ArrayList<>(layers);
        String last = layers.getLast().id();
        for (LayerShape layer : other.layers) {
            List<String> inputs = layer.inputs().stream()
                    .map(id -> id.equals(INPUT) ? last : prefix + id)
                    .toList();
            joined.add(new LayerShape(
                    prefix + layer.id(),
                    layer.kind(),
                    layer.kernelRows(),
                    layer.kernelColumns(),
                    layer.stride(),
                    layer.groups(),
                    layer.channelsIn(),
                    layer.channelsOut(),
                    layer.rowsIn(),
                    layer.columnsIn(),
                    layer.rowsOut(),
                    layer.columnsOut(),
                    layer.bias(),
                    layer.affine(),
                    layer.activated(),
                    inputs));
        }
        return new LayerTable(name + " + " + other.name, joined);
    }
}
