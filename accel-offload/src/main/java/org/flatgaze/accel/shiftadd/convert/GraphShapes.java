package org.flatgaze.accel.shiftadd.convert;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.shiftadd.cost.LayerKind;
import org.flatgaze.accel.shiftadd.cost.LayerShape;

/** The layer table of a graph, as the mappers want it. */
public final class GraphShapes {

    private GraphShapes() {}

    /**
     * Convolutions, linear layers and products in order.
     *
     * @param roundings which layers shift; empty if none does
     * @throws IllegalArgumentException if a window is not square, which the mappers cannot express
     */
    public static List<LayerShape> of(LayerGraph graph, List<LayerRounding> roundings) {
        Set<String> shifted = new HashSet<>();
        for (LayerRounding rounding : roundings) {
            if (rounding.shifted()) {
                shifted.add(rounding.layer());
            }
        }
        List<LayerShape> shapes = new ArrayList<>();
        for (Layer layer : graph.layers()) {
            boolean shift = shifted.contains(layer.name());
            switch (layer) {
                case Layer.Conv conv -> shapes.add(convolution(graph, conv, shift ? LayerKind.SHIFT : LayerKind.CONV));
                case Layer.Linear linear -> {
                    int inputs = graph.input(linear, 0).shape().extent(-1);
                    Shape out = graph.output(linear).shape();
                    shapes.add(LayerShape.product(
                            shift ? LayerKind.SHIFT : LayerKind.LINEAR,
                            linear.name(),
                            out.elements() / out.extent(-1),
                            inputs,
                            out.extent(-1)));
                }
                case Layer.MatMul product -> {
                    Shape out = graph.output(product).shape();
                    shapes.add(LayerShape.product(
                            LayerKind.MATMUL,
                            product.name(),
                            out.elements() / out.extent(-1),
                            product.depth(),
                            out.extent(-1)));
                }
                default -> {
                    // moves and element-wise work are not in the table
                }
            }
        }
        return shapes;
    }

    private static LayerShape convolution(LayerGraph graph, Layer.Conv conv, LayerKind kind) {
        var window = conv.window();
        if (window.kernelRows() != window.kernelColumns() || window.strideRows() != window.strideColumns()) {
            throw new IllegalArgumentException(
                    "layer " + conv.name() + ": window " + window + ": expected a square one");
        }
        Shape in = graph.input(conv, 0).shape();
        Shape out = graph.output(conv).shape();
        return new LayerShape(
                kind,
                conv.name(),
                1,
                in.channels(),
                in.rows(),
                in.columns(),
                out.channels(),
                out.rows(),
                out.columns(),
                window.kernelRows(),
                window.strideRows(),
                conv.groups());
    }
}
