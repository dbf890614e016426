package org.flatgaze.accel.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * A quantised graph as real numbers: the same layers with the weights that its integers stand for, and activations that are
 * no longer rounded. What a backend runs that has no integer kernel for a graph.
 */
public final class RealForm {

    private RealForm() {}

    /** The float32 graph between the same inputs and outputs; a float32 graph as it is. */
    public static LayerGraph of(LayerGraph graph) {
        if (!graph.isQuantized()) {
            return graph;
        }
        int[] places = new int[graph.tensors().size()];
        for (int t = 0; t < places.length; t++) {
            places[t] = t;
        }
        List<Layer> layers = new ArrayList<>();
        for (Layer layer : graph.layers()) {
            boolean isOutput = graph.outputs().contains(layer.output());
            switch (layer) {
                case Layer.Quantize q when !isOutput -> places[q.output()] = places[q.input()];
                case Layer.Dequantize d when !isOutput -> places[d.output()] = places[d.input()];
                case Layer.Quantize q -> layers.add(same(q.name(), places[q.input()], q.output()));
                case Layer.Dequantize d -> layers.add(same(d.name(), places[d.input()], d.output()));
                default -> layers.add(LayerRewrites.renumber(real(graph, layer), t -> places[t]));
            }
        }
        List<Tensor> tensors = graph.tensors().stream()
                .map(tensor -> Tensor.ofFloats(tensor.name(), tensor.shape()))
                .toList();
        return new LayerGraph(graph.name(), tensors, layers, graph.inputs(), graph.outputs());
    }

    private static Layer same(String name, int input, int output) {
        return new Layer.Activate(name, input, output, Activation.NONE);
    }

    private static Layer real(LayerGraph graph, Layer layer) {
        return switch (layer) {
            case Layer.Conv conv
            when conv.weights() instanceof Weights.Int8 int8 ->
                LayerRewrites.withWeights(
                        conv,
                        of(int8, graph.input(conv, 0).quant(), conv.window().taps(), conv.groups()));
            case Layer.Linear linear
            when linear.weights() instanceof Weights.Int8 int8 ->
                LayerRewrites.withWeights(
                        linear, of(int8, graph.input(linear, 0).quant(), 1, 1));
            default -> layer;
        };
    }

    /**
     * The real weights of integer ones.
     *
     * @param in how the layer's input is quantised; with one scale per channel those scales lie inside the integers
     * @param taps positions of the kernel
     * @param groups of a convolution
     */
    public static Weights.Float32 of(Weights.Int8 int8, QuantParams in, int taps, int groups) {
        int outputs = int8.accumulatorScale().length;
        int perOutput = int8.count() / outputs;
        float[] values = new float[int8.count()];
        for (int i = 0; i < values.length; i++) {
            int o = i / perOutput;
            int channel = o / (outputs / groups) * (perOutput / taps) + i % perOutput / taps;
            values[i] = (float) (int8.values()[i] * (double) int8.accumulatorScale()[o] / in.scale(channel));
        }
        float[] bias = new float[int8.biases()];
        for (int o = 0; o < bias.length; o++) {
            bias[o] = int8.bias()[o] * int8.accumulatorScale()[o];
        }
        return new Weights.Float32(values, bias);
    }
}
