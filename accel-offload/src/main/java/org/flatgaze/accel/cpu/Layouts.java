package org.flatgaze.accel.cpu;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Tensor;

/**
 * Which tensors are kept with channels innermost: pictures that meet a convolution, a pool or an enlargement, and
 * whatever is tied to them by layers that work element by element. Everything else is row-major.
 */
final class Layouts {

    private Layouts() {}

    /** For each tensor whether its channels are innermost. */
    static boolean[] channelsInnermost(LayerGraph graph) {
        boolean[] marks = new boolean[graph.tensors().size()];
        for (int t = 0; t < marks.length; t++) {
            Tensor tensor = graph.tensors().get(t);
            marks[t] = tensor.isQuantized() && tensor.quant().isPerChannel();
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Layer layer : graph.layers()) {
                boolean wanted = switch (layer) {
                    case Layer.Conv _, Layer.Pool _, Layer.GlobalAveragePool _, Layer.Upsample _ -> true;
                    case Layer.ChannelAffine affine -> affine.axis() == 1 && anyMarked(marks, layer);
                    case Layer.Concat concat -> concat.axis() == 1 && anyMarked(marks, layer);
                    case Layer.Add _, Layer.Activate _, Layer.Quantize _, Layer.Dequantize _ -> anyMarked(marks, layer);
                    default -> false;
                };
                if (wanted) {
                    changed |= mark(marks, layer);
                }
            }
        }
        return marks;
    }

    private static boolean anyMarked(boolean[] marks, Layer layer) {
        return marks[layer.output()] || layer.inputs().stream().anyMatch(i -> marks[i]);
    }

    private static boolean mark(boolean[] marks, Layer layer) {
        boolean changed = !marks[layer.output()];
        marks[layer.output()] = true;
        for (int input : layer.inputs()) {
            changed |= !marks[input];
            marks[input] = true;
        }
        return changed;
    }

    /** Whether the kernel of a layer knows row-major tensors only. */
    private static boolean isRowMajorOnly(Layer layer) {
        return switch (layer) {
            case Layer.Linear _, Layer.MatMul _, Layer.Softmax _, Layer.LayerNorm _, Layer.Attention _ -> true;
            case Layer.ChannelAffine affine -> affine.axis() != 1;
            default -> false;
        };
    }

    /** The same graph with copies (as reshapes) where a layer that knows row-major tensors only meets another kind. */
    static LayerGraph withCopies(LayerGraph graph) {
        boolean[] marks = channelsInnermost(graph);
        List<Tensor> tensors = new ArrayList<>(graph.tensors());
        List<Layer> layers = new ArrayList<>();
        for (Layer layer : graph.layers()) {
            if (!isRowMajorOnly(layer) || !anyMarked(marks, layer)) {
                layers.add(layer);
                continue;
            }
            int[] to = new int[tensors.size()];
            for (int t = 0; t < to.length; t++) {
                to[t] = t;
            }
            for (int input : layer.inputs()) {
                if (marks[input] && to[input] == input) {
                    to[input] = copyOf(tensors, input, layer);
                    layers.add(new Layer.Reshape(tensors.get(to[input]).name(), input, to[input]));
                }
            }
            int output = layer.output();
            if (marks[output]) {
                to[output] = copyOf(tensors, output, layer);
            }
            layers.add(layer.between(t -> to[t]));
            if (marks[output]) {
                layers.add(new Layer.Reshape(tensors.get(to[output]).name(), to[output], output));
            }
        }
        return new LayerGraph(graph.name(), tensors, layers, graph.inputs(), graph.outputs());
    }

    private static int copyOf(List<Tensor> tensors, int tensor, Layer layer) {
        Tensor from = tensors.get(tensor);
        tensors.add(new Tensor(from.name() + ":rows of " + layer.name(), from.shape(), from.quant()));
        return tensors.size() - 1;
    }
}
