package org.flatgaze.accel.graph;

import static org.flatgaze.accel.graph.OnnxWriter.integer;

import java.util.ArrayList;
import java.util.List;

/** Writes the weights and biases of a layer: float32 as they are, integers behind DequantizeLinear. */
final class OnnxWeights {

    private final OnnxWriter file;
    private final int step;

    /** @param halved whether integers are written with half their size */
    OnnxWeights(OnnxWriter file, boolean halved) {
        this.file = file;
        this.step = halved ? 2 : 1;
    }

    /**
     * Names of the weights and, where there are any, the biases in float32.
     *
     * @param in how the layer's input is quantised, or null
     * @param shape of the weights
     */
    List<String> of(String layer, Weights weights, QuantParams in, int taps, int groups, long... shape) {
        return switch (weights) {
            case Weights.Float32 floats -> inFloat(layer, floats, shape);
            case Weights.Int8 int8 ->
                in.isPerChannel()
                        ? inFloat(layer, RealForm.of(int8, in, taps, groups), shape)
                        : inEightBits(layer, int8, in.scale(0), shape);
        };
    }

    private List<String> inFloat(String layer, Weights.Float32 floats, long... shape) {
        List<String> names = new ArrayList<>(List.of(file.floats(layer + ":w", floats.values(), shape)));
        if (floats.biases() > 0) {
            names.add(file.floats(layer + ":b", floats.bias(), floats.biases()));
        }
        return names;
    }

    private List<String> inEightBits(String layer, Weights.Int8 int8, float inputScale, long... shape) {
        int outputs = int8.accumulatorScale().length;
        float[] sumScale = new float[outputs];
        float[] scale = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            sumScale[o] = step * int8.accumulatorScale()[o];
            scale[o] = sumScale[o] / inputScale;
        }
        int[] values = new int[int8.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = stepped(int8.values()[i]);
        }
        List<String> names = new ArrayList<>();
        names.add(file.node(
                "DequantizeLinear",
                layer + ":weights",
                List.of(
                        file.bytes(layer + ":w", true, values, shape),
                        file.floats(layer + ":w:scale", scale, outputs),
                        file.bytes(layer + ":w:zero", true, new int[outputs], outputs)),
                layer + ":w:real",
                integer("axis", 0)));
        if (int8.biases() > 0) {
            int[] bias = new int[outputs];
            for (int o = 0; o < outputs; o++) {
                bias[o] = stepped(int8.bias()[o]);
            }
            names.add(file.node(
                    "DequantizeLinear",
                    layer + ":biases",
                    List.of(
                            file.int32s(layer + ":b", bias),
                            file.floats(layer + ":b:scale", sumScale, outputs),
                            file.int32s(layer + ":b:zero", new int[outputs])),
                    layer + ":b:real",
                    integer("axis", 0)));
        }
        return names;
    }

    private int stepped(int value) {
        return (int) Math.rint(value / (double) step);
    }
}
