package org.flatgaze.accel.shiftadd.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.shiftadd.ShiftFormat;

/**
 * Rounds the weights of a graph's layers to powers of two, without training.
 *
 * <p>The result is an ordinary graph. In a quantised one a converted layer has int8 weights {@code +-2^q}: the CPU backend
 * and the emulator compute, bit by bit, what a shift layer that sums exactly would. One real factor per output goes into
 * the rescaling that is there anyway.
 *
 * @param graph the converted graph
 * @param layers every product of the graph, in order
 */
public record ShiftConversion(LayerGraph graph, List<LayerRounding> layers) {

    /** Widest span of exponents whose powers fit a signed byte of either sign. */
    private static final int LARGEST_BYTE_POWER = 6;

    public ShiftConversion {
        layers = List.copyOf(layers);
    }

    /**
     * Converts a graph.
     *
     * @throws IllegalArgumentException if a layer to keep does not exist, or a quantised graph is to have more exponents
     *     than a byte holds
     */
    public static ShiftConversion of(LayerGraph graph, ShiftPolicy policy) {
        List<Layer> products = products(graph);
        Set<String> unknown = new TreeSet<>(policy.keep());
        products.forEach(layer -> unknown.remove(layer.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "keep=" + unknown + ": expected names of convolutions or linear layers of " + graph.name());
        }
        List<Layer> layers = new ArrayList<>();
        List<LayerRounding> roundings = new ArrayList<>();
        for (Layer layer : graph.layers()) {
            Weights weights = weights(layer);
            if (weights == null) {
                layers.add(layer);
                continue;
            }
            boolean first = layer.name().equals(products.getFirst().name());
            boolean last = layer.name().equals(products.getLast().name());
            boolean depthwise = layer instanceof Layer.Conv conv && conv.groups() > 1;
            boolean kept = policy.keep().contains(layer.name())
                    || (policy.keepFirst() && first)
                    || (policy.keepLast() && last)
                    || (policy.keepDepthwise() && depthwise);
            if (kept) {
                layers.add(layer);
                roundings.add(new LayerRounding(layer.name(), false, weights.count(), 0, 0));
            } else {
                Rounded rounded = round(weights, outputs(graph, layer), policy.format(), layer.name());
                layers.add(withWeights(layer, rounded.weights));
                roundings.add(
                        new LayerRounding(layer.name(), true, weights.count(), rounded.zeros, rounded.relativeError));
            }
        }
        LayerGraph converted =
                new LayerGraph(graph.name() + "-shift", graph.tensors(), layers, graph.inputs(), graph.outputs());
        return new ShiftConversion(converted, roundings);
    }

    /** Layers of a float32 network that are shift layers already: rounding to powers of two loses nothing. */
    public static List<LayerRounding> trainedLayers(LayerGraph graph, int weightBits) {
        ShiftPolicy everything = new ShiftPolicy(weightBits, false, false, false, Set.of());
        return of(graph, everything).layers().stream()
                .filter(LayerRounding::isExact)
                .toList();
    }

    private record Rounded(Weights weights, int zeros, double relativeError) {}

    private static Rounded round(Weights weights, int outputs, ShiftFormat format, String name) {
        return switch (weights) {
            case Weights.Float32 floats -> roundFloats(floats, outputs, format);
            case Weights.Int8 bytes -> roundBytes(bytes, outputs, format, name);
        };
    }

    private static Rounded roundFloats(Weights.Float32 weights, int outputs, ShiftFormat format) {
        float[] values = weights.values();
        float[] rounded = new float[values.length];
        int count = values.length / outputs;
        RowRounding row = new RowRounding(format);
        double error = 0;
        for (int o = 0; o < outputs; o++) {
            row.search(values, o * count, count);
            error += row.squaredError();
            for (int i = o * count; i < (o + 1) * count; i++) {
                rounded[i] = (float) (row.factor() * row.power(values[i]));
            }
        }
        return new Rounded(new Weights.Float32(rounded, weights.bias()), zeros(rounded), relative(error, values));
    }

    private static Rounded roundBytes(Weights.Int8 weights, int outputs, ShiftFormat format, String name) {
        if (-format.minExponent() > LARGEST_BYTE_POWER) {
            throw new IllegalArgumentException("layer " + name + ": " + format.exponents()
                    + " exponents do not fit int8 weights: expected weightBits <= 4 for a quantised graph");
        }
        float[] values = new float[weights.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.values()[i];
        }
        byte[] rounded = new byte[values.length];
        float[] scales = weights.accumulatorScale().clone();
        int[] bias = weights.bias().clone();
        int count = values.length / outputs;
        RowRounding row = new RowRounding(format);
        double error = 0;
        int zeros = 0;
        for (int o = 0; o < outputs; o++) {
            row.search(values, o * count, count);
            error += row.squaredError();
            double step = Math.scalb(row.factor(), format.minExponent());
            for (int i = o * count; i < (o + 1) * count; i++) {
                rounded[i] = (byte) Math.scalb(row.power(values[i]), -format.minExponent());
                zeros += rounded[i] == 0 ? 1 : 0;
            }
            scales[o] = (float) (scales[o] * step);
            if (bias.length > 0) {
                bias[o] = Math.toIntExact(Math.round(bias[o] / step));
            }
        }
        return new Rounded(new Weights.Int8(rounded, bias, scales), zeros, relative(error, values));
    }

    private static int zeros(float[] values) {
        int zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static double relative(double squaredError, float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return squares == 0 ? 0 : Math.sqrt(squaredError / squares);
    }

    /** Layers with weights, in order. */
    static List<Layer> products(LayerGraph graph) {
        return graph.layers().stream().filter(layer -> weights(layer) != null).toList();
    }

    private static Weights weights(Layer layer) {
        return switch (layer) {
            case Layer.Conv conv -> conv.weights();
            case Layer.Linear linear -> linear.weights();
            default -> null;
        };
    }

    private static int outputs(LayerGraph graph, Layer layer) {
        return layer instanceof Layer.Conv
                ? graph.output(layer).shape().channels()
                : graph.output(layer).shape().extent(-1);
    }

    private static Layer withWeights(Layer layer, Weights weights) {
        return switch (layer) {
            case Layer.Conv c ->
                new Layer.Conv(c.name(), c.input(), c.output(), c.window(), c.groups(), weights, c.activation());
            case Layer.Linear l -> new Layer.Linear(l.name(), l.input(), l.output(), weights, l.activation());
            default -> throw new IllegalArgumentException("layer " + layer.name() + " has no weights");
        };
    }
}
