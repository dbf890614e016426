package org.flatgaze.accel.emulator;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.RealForm;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;

/**
 * A quantised graph as a library fuses it into integer kernels, which know one scale a tensor and no leaky activation
 * behind a convolution.
 *
 * <ul>
 *   <li>What was joined from tensors of several scales takes one that spans them all: each source is rounded once more on
 *       its way in, and the weights behind it.
 *   <li>A leaky ReLU becomes a layer of its own. The sums before it are rounded to 8 bits; far below zero they end where
 *       going on would have changed the answer by one step.
 * </ul>
 */
public final class FusableForm {

    private final LayerGraph graph;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();

    private FusableForm(LayerGraph graph) {
        this.graph = graph;
    }

    /** The graph between the same inputs and outputs; one that is fusable already as it is. */
    public static LayerGraph of(LayerGraph graph) {
        return isFusable(graph) ? graph : new FusableForm(graph).build();
    }

    /** Whether a library fuses the graph as it is. */
    public static boolean isFusable(LayerGraph graph) {
        return graph.tensors().stream().noneMatch(FusableForm::isPerChannel)
                && graph.layers().stream().noneMatch(layer -> layer instanceof Layer.Conv conv && isLeaky(graph, conv));
    }

    private LayerGraph build() {
        for (Tensor tensor : graph.tensors()) {
            tensors.add(
                    isPerChannel(tensor)
                            ? new Tensor(tensor.name(), tensor.shape(), spanning(tensor.quant()))
                            : tensor);
        }
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Conv conv && conv.weights() instanceof Weights.Int8 int8) {
                append(conv, int8);
            } else {
                layers.add(layer);
            }
        }
        return new LayerGraph(graph.name(), tensors, layers, graph.inputs(), graph.outputs());
    }

    private void append(Layer.Conv conv, Weights.Int8 int8) {
        Weights weights = isPerChannel(graph.input(conv, 0)) ? withOneScale(conv, int8) : int8;
        int output = conv.output();
        Activation activation = conv.activation();
        boolean isLeaky = isLeaky(graph, conv);
        if (isLeaky) {
            output = tensors.size();
            Tensor out = tensors.get(conv.output());
            tensors.add(new Tensor(out.name() + ":sum", out.shape(), beforeLeak(out.quant(), activation.slope())));
            activation = Activation.NONE;
        }
        layers.add(
                new Layer.Conv(conv.name(), conv.input(), output, conv.window(), conv.groups(), weights, activation));
        if (isLeaky) {
            layers.add(new Layer.Activate(conv.name() + ":leak", output, conv.output(), conv.activation()));
        }
    }

    private static boolean isPerChannel(Tensor tensor) {
        return tensor.isQuantized() && tensor.quant().isPerChannel();
    }

    private static boolean isLeaky(LayerGraph graph, Layer.Conv conv) {
        return conv.activation().kind() == Activation.Kind.LEAKY_RELU
                && conv.activation().slope() > 0
                && graph.output(conv).isQuantized();
    }

    private static float low(QuantParams quant, int channel) {
        return (float) quant.real(quant.min(), channel);
    }

    private static float high(QuantParams quant, int channel) {
        return (float) quant.real(quant.max(), channel);
    }

    private static QuantParams spanning(QuantParams quant) {
        float low = 0;
        float high = 0;
        for (int c = 0; c < quant.scales().length; c++) {
            low = Math.min(low, low(quant, c));
            high = Math.max(high, high(quant, c));
        }
        return Quantizer.ofRange(low, high);
    }

    private static QuantParams beforeLeak(QuantParams out, float slope) {
        return Quantizer.ofRange(Math.min(0, low(out, 0) + out.scale(0)) / slope, high(out, 0));
    }

    /** A layer whose weights hold the scales of its input's channels gets weights without. */
    private Weights withOneScale(Layer.Conv conv, Weights.Int8 int8) {
        Tensor in = graph.input(conv, 0);
        int taps = conv.window().taps();
        return Quantizer.weights(
                RealForm.of(int8, in.quant(), taps, conv.groups()),
                tensors.get(conv.input()).quant(),
                in.shape().channels(),
                conv.groups(),
                taps);
    }
}
