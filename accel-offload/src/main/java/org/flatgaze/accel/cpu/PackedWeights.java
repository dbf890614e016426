package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Weights;

/**
 * Weights of one group in the order the tiles read them: panels of output channels; in a panel one row of the panel's
 * width per input element, positions of the kernel outermost, input channels innermost. How wide each panel is says {@link
 * ConvTile#panelVectors}; nothing is stored past the last vector that is needed. Integer weights are kept as floats: their sums are exact while they stay
 * below 2^24, which {@link #isExact} says.
 */
final class PackedWeights {

    /** Above this magnitude not every whole number is a float. */
    static final int EXACT_LIMIT = 1 << 24;

    private final int depth;
    private final int outputs;
    private final float[] panels;
    private final float[] bias;

    private PackedWeights(int depth, int outputs, float[] panels, float[] bias) {
        this.depth = depth;
        this.outputs = outputs;
        this.panels = panels;
        this.bias = bias;
    }

    /**
     * Packs some output channels.
     *
     * @param taps positions of the kernel
     * @param inputs input channels of the group
     */
    static PackedWeights of(Weights weights, int firstOutput, int outputs, int inputs, int taps) {
        int depth = inputs * taps;
        int padded = (outputs + ConvTile.LANES - 1) / ConvTile.LANES * ConvTile.LANES;
        float[] panels = new float[Math.multiplyExact(depth, padded)];
        float[] bias = new float[Epilogue.padded(outputs)];
        for (int first = 0; first < outputs; ) {
            int width = ConvTile.panelVectors(outputs - first) * ConvTile.LANES;
            for (int o = first; o < Math.min(outputs, first + width); o++) {
                int base = first * depth + (o - first);
                for (int i = 0; i < inputs; i++) {
                    for (int t = 0; t < taps; t++) {
                        panels[base + (t * inputs + i) * width] =
                                value(weights, ((firstOutput + o) * inputs + i) * taps + t);
                    }
                }
                bias[o] = bias(weights, firstOutput + o);
            }
            first += width;
        }
        return new PackedWeights(depth, outputs, panels, bias);
    }

    static float value(Weights weights, int index) {
        return switch (weights) {
            case Weights.Float32 floats -> floats.values()[index];
            case Weights.Int8 int8 -> int8.values()[index];
        };
    }

    static float bias(Weights weights, int output) {
        if (weights.biases() == 0) {
            return 0;
        }
        return switch (weights) {
            case Weights.Float32 floats -> floats.bias()[output];
            case Weights.Int8 int8 -> int8.bias()[output];
        };
    }

    /**
     * Whether every partial sum of integer weights and inputs is a whole number a float can hold, in any order.
     *
     * @param lowest smallest input, minus its zero point
     * @param highest largest input, minus its zero point
     */
    static boolean isExact(Weights.Int8 weights, int perOutput, int lowest, int highest) {
        int outputs = weights.values().length / perOutput;
        for (int o = 0; o < outputs; o++) {
            double up = Math.abs((double) (weights.biases() == 0 ? 0 : weights.bias()[o]));
            double down = up;
            for (int i = o * perOutput; i < (o + 1) * perOutput; i++) {
                int w = weights.values()[i];
                up += Math.max(0, Math.max(w * lowest, w * highest));
                down += Math.max(0, Math.max(-w * lowest, -w * highest));
            }
            if (Math.max(up, down) > EXACT_LIMIT) {
                return false;
            }
        }
        return true;
    }

    int outputs() {
        return outputs;
    }

    float[] panels() {
        return panels;
    }

    /** Zeros where the layer has no bias; padded to whole wide panels. */
    float[] bias() {
        return bias;
    }

    /** Vectors in the panel that starts at this channel: 1 to {@link ConvTile#VECTORS}. */
    int vectors(int firstChannel) {
        return ConvTile.panelVectors(outputs - firstChannel);
    }

    /** Index of the first number of the panel that starts at this channel. */
    int panelOffset(int firstChannel) {
        return firstChannel * depth;
    }
}
