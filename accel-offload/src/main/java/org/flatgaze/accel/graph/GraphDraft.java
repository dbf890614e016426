package org.flatgaze.accel.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A graph under construction: the import appends to it, the fusion passes rewrite it. */
final class GraphDraft {

    final String name;
    final List<Tensor> tensors = new ArrayList<>();
    final List<Layer> layers = new ArrayList<>();
    final List<Integer> inputs = new ArrayList<>();
    final List<Integer> outputs = new ArrayList<>();

    /** The 8-bit numbers behind dequantised weights and biases, by identity of the float array in the layer. */
    final IdentityHashMap<float[], OnnxConstant.Int8Origin> origins = new IdentityHashMap<>();

    private final Map<String, Integer> usedNames = new HashMap<>();

    GraphDraft(String name) {
        this.name = name;
    }

    /** A layer name that no other layer has. */
    String uniqueName(String wanted) {
        int seen = usedNames.merge(wanted, 1, Integer::sum);
        return seen == 1 ? wanted : uniqueName(wanted + "#" + seen);
    }

    int tensor(String tensorName, Shape shape, QuantParams quant) {
        tensors.add(new Tensor(tensorName, shape, quant));
        return tensors.size() - 1;
    }

    /** Appends a layer and gives its output the shape that follows. */
    void append(Layer layer) {
        layers.add(layer);
    }

    /** The layer that writes a tensor, or null for an input. */
    Layer producer(int tensor) {
        for (Layer layer : layers) {
            if (layer.output() == tensor) {
                return layer;
            }
        }
        return null;
    }

    /** The only layer that reads a tensor, or null if there are several, none, or it is an output of the graph. */
    Layer onlyConsumer(int tensor) {
        if (outputs.contains(tensor)) {
            return null;
        }
        Layer found = null;
        for (Layer layer : layers) {
            for (int input : layer.inputs()) {
                if (input == tensor) {
                    if (found != null) {
                        return null;
                    }
                    found = layer;
                }
            }
        }
        return found;
    }

    void replace(Layer old, Layer with) {
        layers.set(indexOf(old), with);
    }

    void remove(Layer layer) {
        layers.remove(indexOf(layer));
    }

    /** Position by identity: equal records are different layers. */
    @SuppressWarnings("ReferenceEquality")
    private int indexOf(Layer layer) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) == layer) {
                return i;
            }
        }
        throw new IllegalStateException("layer " + layer.name() + " is not in the draft");
    }

    /** Drops layers whose result nobody reads, then renumbers the tensors without gaps. */
    LayerGraph finish() {
        Set<Integer> needed = new HashSet<>(outputs);
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (needed.contains(layers.get(i).output())) {
                needed.addAll(layers.get(i).inputs());
            } else {
                layers.remove(i);
            }
        }
        needed.addAll(inputs);
        int[] renumbered = new int[tensors.size()];
        List<Tensor> kept = new ArrayList<>();
        for (int t = 0; t < renumbered.length; t++) {
            renumbered[t] = kept.size();
            if (needed.contains(t)) {
                kept.add(tensors.get(t));
            }
        }
        return new LayerGraph(
                name,
                kept,
                layers.stream()
                        .map(layer -> LayerRewrites.renumber(layer, t -> renumbered[t]))
                        .toList(),
                inputs.stream().map(t -> renumbered[t]).toList(),
                outputs.stream().map(t -> renumbered[t]).toList());
    }
}
