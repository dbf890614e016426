package org.flatgaze.accel.graph;

import java.util.function.IntUnaryOperator;

/** Copies of layers that differ in one respect. */
final class LayerRewrites {

    private LayerRewrites() {}

    /** The same layer between other tensors. */
    static Layer renumber(Layer layer, IntUnaryOperator to) {
        int out = to.applyAsInt(layer.output());
        return switch (layer) {
            case Layer.Conv l ->
                new Layer.Conv(
                        l.name(), to.applyAsInt(l.input()), out, l.window(), l.groups(), l.weights(), l.activation());
            case Layer.Linear l ->
                new Layer.Linear(l.name(), to.applyAsInt(l.input()), out, l.weights(), l.activation());
            case Layer.Pool l ->
                new Layer.Pool(l.name(), to.applyAsInt(l.input()), out, l.kind(), l.window(), l.countPadding());
            case Layer.GlobalAveragePool l -> new Layer.GlobalAveragePool(l.name(), to.applyAsInt(l.input()), out);
            case Layer.Add l ->
                new Layer.Add(l.name(), to.applyAsInt(l.left()), to.applyAsInt(l.right()), out, l.activation());
            case Layer.Concat l ->
                new Layer.Concat(
                        l.name(), l.inputs().stream().map(to::applyAsInt).toList(), out, l.axis());
            case Layer.Upsample l ->
                new Layer.Upsample(l.name(), to.applyAsInt(l.input()), out, l.factorRows(), l.factorColumns());
            case Layer.ChannelAffine l ->
                new Layer.ChannelAffine(l.name(), to.applyAsInt(l.input()), out, l.axis(), l.scale(), l.shift());
            case Layer.Activate l -> new Layer.Activate(l.name(), to.applyAsInt(l.input()), out, l.activation());
            case Layer.Softmax l -> new Layer.Softmax(l.name(), to.applyAsInt(l.input()), out);
            case Layer.LayerNorm l ->
                new Layer.LayerNorm(l.name(), to.applyAsInt(l.input()), out, l.scale(), l.shift(), l.epsilon());
            case Layer.MatMul l ->
                new Layer.MatMul(l.name(), to.applyAsInt(l.left()), to.applyAsInt(l.right()), out, l.depth());
            case Layer.Attention l ->
                new Layer.Attention(
                        l.name(), to.applyAsInt(l.q()), to.applyAsInt(l.k()), to.applyAsInt(l.v()), out, l.form());
            case Layer.Reshape l -> new Layer.Reshape(l.name(), to.applyAsInt(l.input()), out);
            case Layer.Transpose l -> new Layer.Transpose(l.name(), to.applyAsInt(l.input()), out, l.permutation());
            case Layer.Slice l ->
                new Layer.Slice(l.name(), to.applyAsInt(l.input()), out, l.axis(), l.start(), l.length());
            case Layer.Constant l -> new Layer.Constant(l.name(), out, l.values());
            case Layer.Quantize l -> new Layer.Quantize(l.name(), to.applyAsInt(l.input()), out);
            case Layer.Dequantize l -> new Layer.Dequantize(l.name(), to.applyAsInt(l.input()), out);
        };
    }

    /** The same layer writing another tensor. */
    static Layer withOutput(Layer layer, int output) {
        int old = layer.output();
        return renumber(layer, t -> t == old ? output : t);
    }

    /** A layer that can carry a piecewise linear function and has none yet, with this one; else null. */
    static Layer withActivation(Layer layer, Activation activation, int output) {
        if (!activation.isPiecewiseLinear()) {
            return null;
        }
        return switch (layer) {
            case Layer.Conv l
            when l.activation().isNone() ->
                new Layer.Conv(l.name(), l.input(), output, l.window(), l.groups(), l.weights(), activation);
            case Layer.Linear l
            when l.activation().isNone() -> new Layer.Linear(l.name(), l.input(), output, l.weights(), activation);
            case Layer.Add l
            when l.activation().isNone() -> new Layer.Add(l.name(), l.left(), l.right(), output, activation);
            default -> null;
        };
    }

    /** The same layer with other weights. */
    static Layer withWeights(Layer layer, Weights weights) {
        return switch (layer) {
            case Layer.Conv l ->
                new Layer.Conv(l.name(), l.input(), l.output(), l.window(), l.groups(), weights, l.activation());
            case Layer.Linear l -> new Layer.Linear(l.name(), l.input(), l.output(), weights, l.activation());
            default -> throw new IllegalArgumentException("layer " + layer.name() + " has no weights");
        };
    }
}
