package org.flatgaze.accel.graph;

import java.util.List;

/**
 * Turns a layer between dequantised inputs and a quantised output into an integer layer: the way models say in ONNX that
 * a layer is meant to run in 8 bits. A convolution or linear layer with 8-bit weights whose result is not quantised keeps
 * its sums in full precision. Layers without such surroundings stay in float32.
 */
final class QdqFusion {

    private QdqFusion() {}

    static void run(GraphDraft draft) {
        for (Layer layer : List.copyOf(draft.layers)) {
            if (!(layer instanceof Layer.Quantize) && !(layer instanceof Layer.Dequantize)) {
                fuse(draft, layer);
            }
        }
    }

    private static void fuse(GraphDraft draft, Layer layer) {
        if (layer.inputs().isEmpty()) {
            return;
        }
        for (int input : layer.inputs()) {
            if (!(draft.producer(input) instanceof Layer.Dequantize)) {
                return;
            }
        }
        Layer.Quantize quantize = draft.onlyConsumer(layer.output()) instanceof Layer.Quantize q ? q : null;
        Layer inEightBits = layer;
        if (layer instanceof Layer.Conv || layer instanceof Layer.Linear) {
            inEightBits = withInt8Weights(draft, layer);
        } else if (quantize == null) {
            return;
        }
        if (inEightBits == null) {
            return;
        }
        int output = layer.output();
        int written = quantize == null ? output : quantize.output();
        Layer moved = LayerRewrites.renumber(
                inEightBits, t -> t == output ? written : ((Layer.Dequantize) draft.producer(t)).input());
        if (quantize != null) {
            draft.remove(quantize);
        }
        draft.replace(layer, moved);
    }

    private static Layer withInt8Weights(GraphDraft draft, Layer layer) {
        QuantParams in = quantOf(draft, layer.inputs().getFirst());
        Weights weights = layer instanceof Layer.Conv conv ? conv.weights() : ((Layer.Linear) layer).weights();
        Shape out = draft.tensors.get(layer.output()).shape();
        int outputs = layer instanceof Layer.Conv ? out.channels() : out.extent(-1);
        Weights.Int8 int8 = in.isPerChannel() ? null : inInt8(draft, (Weights.Float32) weights, in.scale(0), outputs);
        return int8 == null ? null : LayerRewrites.withWeights(layer, int8);
    }

    private static QuantParams quantOf(GraphDraft draft, int floats) {
        return draft.tensors
                .get(((Layer.Dequantize) draft.producer(floats)).input())
                .quant();
    }

    /** The model's own 8-bit weights, or null if it has none that are symmetric with one scale per output. */
    private static Weights.Int8 inInt8(GraphDraft draft, Weights.Float32 weights, float inputScale, int outputs) {
        OnnxConstant.Int8Origin origin = draft.origins.get(weights.values());
        if (origin == null || (origin.scale().length > 1 && origin.axis() != 0)) {
            return null;
        }
        int offset = origin.signed() ? 0 : 128;
        for (int zero : origin.zeroPoint()) {
            if (zero != offset) {
                return null;
            }
        }
        byte[] values = new byte[origin.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (origin.values()[i] - offset);
        }
        return finish(draft, weights, values, origin.scale(), inputScale, outputs);
    }

    private static Weights.Int8 finish(
            GraphDraft draft, Weights.Float32 weights, byte[] values, float[] scale, float inputScale, int outputs) {
        float[] accumulatorScale = new float[outputs];
        int[] bias = new int[weights.bias().length];
        OnnxConstant.Int8Origin biasOrigin = draft.origins.get(weights.bias());
        for (int o = 0; o < outputs; o++) {
            accumulatorScale[o] = inputScale * scale[scale.length == 1 ? 0 : o];
            if (bias.length > 0) {
                bias[o] = bias(weights.bias()[o], biasOrigin, o, accumulatorScale[o]);
            }
        }
        return new Weights.Int8(values, bias, accumulatorScale);
    }

    private static int bias(float real, OnnxConstant.Int8Origin origin, int o, float accumulatorScale) {
        if (origin != null) {
            float scale = origin.scale()[origin.scale().length == 1 ? 0 : o];
            if (Math.abs(scale - accumulatorScale) <= 1e-5f * accumulatorScale) {
                return (int) origin.values()[o];
            }
        }
        return (int) Math.rint(real / (double) accumulatorScale);
    }
}
