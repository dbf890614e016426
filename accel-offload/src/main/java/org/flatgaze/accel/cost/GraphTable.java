package org.flatgaze.accel.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Window;

/** The layer table of a compiled graph: entry i is layer i, so that a schedule of the table is one of the graph. */
public final class GraphTable {

    private GraphTable() {}

    /**
     * Reduces a graph to what decides its cost. A product of two activations counts its right operand as weights; a
     * stride that differs between rows and columns counts as the larger.
     */
    public static LayerTable of(LayerGraph graph) {
        Map<Integer, String> producers = new HashMap<>();
        graph.inputs().forEach(tensor -> producers.put(tensor, LayerTable.INPUT));
        List<LayerShape> shapes = new ArrayList<>(graph.layers().size());
        for (int i = 0; i < graph.layers().size(); i++) {
            Layer layer = graph.layers().get(i);
            // Two nodes of a foreign file may share a name, or have none.
            String id = layer.name().isBlank() || producers.containsValue(layer.name())
                    ? layer.name() + "#" + i
                    : layer.name();
            List<String> inputs = layer.inputs().stream().map(producers::get).toList();
            shapes.add(shape(id, layer, graph, inputs));
            producers.put(layer.output(), id);
        }
        return new LayerTable(graph.name(), shapes);
    }

    private static LayerShape shape(String id, Layer layer, LayerGraph graph, List<String> inputs) {
        Extent out = Extent.of(graph.output(layer).shape());
        Extent in =
                layer.inputs().isEmpty() ? out : Extent.of(graph.input(layer, 0).shape());
        return switch (layer) {
            case Layer.Conv conv -> convolution(id, conv, in, out, inputs);
            case Layer.Linear linear ->
                plain(
                        id,
                        LayerKind.LINEAR,
                        Extent.tokens(graph.input(layer, 0).shape()),
                        Extent.tokens(graph.output(layer).shape()),
                        linear.weights().biases() > 0,
                        false,
                        !linear.activation().isNone(),
                        inputs);
            case Layer.MatMul product ->
                matMul(id, product, Extent.tokens(graph.output(layer).shape()), inputs);
            case Layer.Pool pool ->
                new LayerShape(
                        id,
                        pool.kind() == Layer.Pool.Kind.MAX ? LayerKind.MAX_POOL : LayerKind.AVERAGE_POOL,
                        pool.window().kernelRows(),
                        pool.window().kernelColumns(),
                        stride(pool.window()),
                        1,
                        in.channels,
                        out.channels,
                        in.rows,
                        in.columns,
                        out.rows,
                        out.columns,
                        false,
                        false,
                        false,
                        inputs);
            case Layer.GlobalAveragePool pool -> free(id, LayerKind.GLOBAL_POOL, in, out, inputs);
            case Layer.Add add -> free(id, LayerKind.ADD, in, out, inputs);
            case Layer.Concat concat -> free(id, LayerKind.CONCAT, out, out, inputs);
            case Layer.Upsample upsample -> free(id, LayerKind.UPSAMPLE, in, out, inputs);
            case Layer.ChannelAffine affine -> plain(id, LayerKind.AFFINE, in, out, false, true, false, inputs);
            case Layer.Activate activate -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Softmax softmax -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.LayerNorm norm -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Attention attention -> attention(id, attention, inputs);
            case Layer.Reshape reshape -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Transpose transpose -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Slice slice -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Constant constant -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Quantize quantize -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
            case Layer.Dequantize dequantize -> free(id, LayerKind.ELEMENTWISE, in, out, inputs);
        };
    }

    private static LayerShape convolution(String id, Layer.Conv conv, Extent in, Extent out, List<String> inputs) {
        Window window = conv.window();
        LayerKind kind = LayerKind.CONV;
        if (conv.groups() > 1 && conv.groups() == in.channels) {
            kind = LayerKind.DEPTHWISE;
        } else if (window.taps() == 1) {
            kind = LayerKind.POINTWISE;
        }
        return new LayerShape(
                id,
                kind,
                window.kernelRows(),
                window.kernelColumns(),
                stride(window),
                conv.groups(),
                in.channels,
                out.channels,
                in.rows,
                in.columns,
                out.rows,
                out.columns,
                conv.weights().biases() > 0,
                false,
                !conv.activation().isNone(),
                inputs);
    }

    /** Every outer matrix is a group of its own: it has its own right operand. */
    private static LayerShape matMul(String id, Layer.MatMul product, Extent out, List<String> inputs) {
        int outer = out.rows;
        return new LayerShape(
                id,
                LayerKind.MATMUL,
                1,
                1,
                1,
                outer,
                Math.multiplyExact(product.depth(), outer),
                Math.multiplyExact(out.channels, outer),
                1,
                out.columns,
                1,
                out.columns,
                false,
                false,
                false,
                inputs);
    }

    /** Both products of all heads as one; the array knows no masks, so every pair is counted. */
    private static LayerShape attention(String id, Layer.Attention attention, List<String> inputs) {
        AttentionForm form = attention.form();
        int heads = form.heads().size();
        return new LayerShape(
                id,
                LayerKind.MATMUL,
                1,
                1,
                1,
                heads,
                Math.multiplyExact(form.depth() + form.valueDepth(), heads),
                Math.multiplyExact(form.keys(), heads),
                1,
                form.queries(),
                1,
                form.queries(),
                false,
                false,
                false,
                inputs);
    }

    private static int stride(Window window) {
        return Math.max(window.strideRows(), window.strideColumns());
    }

    private static LayerShape free(String id, LayerKind kind, Extent in, Extent out, List<String> inputs) {
        return plain(id, kind, in, out, false, false, false, inputs);
    }

    private static LayerShape plain(
            String id,
            LayerKind kind,
            Extent in,
            Extent out,
            boolean bias,
            boolean affine,
            boolean activated,
            List<String> inputs) {
        return new LayerShape(
                id,
                kind,
                1,
                1,
                1,
                1,
                in.channels,
                out.channels,
                in.rows,
                in.columns,
                out.rows,
                out.columns,
                bias,
                affine,
                activated,
                inputs);
    }

    /** A tensor as channels x rows x columns: pictures as they are, else the last axis as channels, tokens as columns. */
    private record Extent(int channels, int rows, int columns) {
        static Extent of(Shape shape) {
            if (shape.isPicture()) {
                return new Extent(shape.channels(), shape.rows(), shape.columns());
            }
            return tokens(shape);
        }

        static Extent tokens(Shape shape) {
            if (shape.rank() == 0) {
                return new Extent(1, 1, 1);
            }
            int last = shape.extent(-1);
            int tokens = shape.rank() > 1 ? shape.extent(-2) : 1;
            return new Extent(last, shape.elements() / last / tokens, tokens);
        }
    }
}
