package org.flatgaze.accel.graph;

import java.util.List;

/**
 * A network as a list of layers in the order they run. Immutable; everything is checked at construction: each tensor is
 * written once before it is read, shapes follow from the layers, weights fit and are finite, quantisation is complete.
 *
 * @param name of the model, for messages
 * @param tensors activations, named by their index
 * @param layers in execution order
 * @param inputs tensors that come from outside
 * @param outputs tensors that are handed out
 */
public record LayerGraph(
        String name, List<Tensor> tensors, List<Layer> layers, List<Integer> inputs, List<Integer> outputs) {

    /**
     * Checks the graph.
     *
     * @throws org.flatgaze.accel.AcceleratorException if it is not consistent; one line naming the layer
     */
    public LayerGraph {
        tensors = List.copyOf(tensors);
        layers = List.copyOf(layers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        new GraphValidator(name, tensors).validate(layers, inputs, outputs);
    }

    /** The tensor a layer writes. */
    public Tensor output(Layer layer) {
        return tensors.get(layer.output());
    }

    /** The tensor a layer reads at a position of {@link Layer#inputs()}. */
    public Tensor input(Layer layer, int position) {
        return tensors.get(layer.inputs().get(position));
    }

    /** Multiply-accumulates of one layer. */
    public long macs(Layer layer) {
        return layer.macs(output(layer).shape());
    }

    /** Multiply-accumulates of one run. */
    public long macs() {
        return layers.stream().mapToLong(this::macs).sum();
    }

    /** Trained numbers in all layers. */
    public long parameters() {
        return layers.stream().mapToLong(Layer::parameters).sum();
    }

    /** Whether any layer computes in integers. */
    public boolean isQuantized() {
        return tensors.stream().anyMatch(Tensor::isQuantized);
    }
}
