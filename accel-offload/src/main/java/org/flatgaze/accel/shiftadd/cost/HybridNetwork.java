package org.flatgaze.accel.shiftadd.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * Layer table of a ShiftAddNAS network from its block encoding, in execution order.
 *
 * <p>Stem 7x7/2 and pooling; blocks of four stages with 64, 128, 256, 512 planes and four times as many output channels;
 * two classifiers whose results are averaged. A block that does not attend is shortcut, 1x1, depth-wise 3x3 (carries the
 * stride), 3x3, 1x1 and a squeeze-and-excite pair that always multiplies; an attention block is shortcut, 1x1, depth-wise
 * 3x3, joint query-key-value 1x1, two products and 1x1. Normalisation, pooling and softmax are not in the table.
 */
public final class HybridNetwork {

    private static final int STEM_CHANNELS = 64;
    private static final int EXPANSION = 4;
    private static final int HEAD_WIDTH = 64;
    private static final int EXCITE_RATIO = 16;
    private static final int CLASSES = 1000;
    private static final int LARGEST_SIZE = 4096;

    private final List<LayerShape> layers = new ArrayList<>();
    private int channels = STEM_CHANNELS;
    private int size;

    private HybridNetwork(int size) {
        this.size = size;
    }

    /**
     * The layer table of one network.
     *
     * @param lastStride step of the last stage: 2 for the T0 networks, 1 for T1
     * @param size rows and columns of the picture
     */
    public static List<LayerShape> layers(HybridEncoding encoding, int lastStride, int size) {
        if (lastStride != 1 && lastStride != 2) {
            throw new IllegalArgumentException("stride=" + lastStride + ": expected 1 or 2");
        }
        if (size < 32 || size > LARGEST_SIZE) {
            throw new IllegalArgumentException("size=" + size + ": expected 32.." + LARGEST_SIZE);
        }
        HybridNetwork network = new HybridNetwork(size);
        network.build(encoding, lastStride);
        return List.copyOf(network.layers);
    }

    /** Trained numbers: weights, and the biases that depth-wise, squeeze-and-excite and classifier layers have. */
    public static long parameters(List<LayerShape> layers) {
        long parameters = 0;
        for (LayerShape layer : layers) {
            boolean biased = layer.groups() > 1 || (layer.isSinglePixel() && layer.kind() != LayerKind.MATMUL);
            parameters += layer.weights() + (biased ? layer.outputChannels() : 0);
        }
        return parameters;
    }

    private void build(HybridEncoding encoding, int lastStride) {
        conv(LayerKind.CONV, "stem", 3, STEM_CHANNELS, 7, 2, 1);
        size = half(half(size));
        for (int stage = 0; stage < encoding.stages().size(); stage++) {
            int stride = stage == 0 ? 1 : stage == 3 ? lastStride : 2;
            int planes = STEM_CHANNELS << stage;
            List<Integer> blocks = encoding.stages().get(stage);
            for (int b = 0; b < blocks.size(); b++) {
                String name = "stage" + (stage + 1) + ".block" + (b + 1);
                block(name, blocks.get(b), planes, 1 << stage, b == 0 ? stride : 1);
            }
        }
        layers.add(LayerShape.product(LayerKind.LINEAR, "classifier", 1, channels, CLASSES));
        layers.add(LayerShape.product(LayerKind.LINEAR, "distilled classifier", 1, channels, CLASSES));
    }

    private void block(String name, int code, int planes, int heads, int stride) {
        int outputs = EXPANSION * planes;
        LayerKind kind = switch (code) {
            case HybridEncoding.SHIFT -> LayerKind.SHIFT;
            case HybridEncoding.ADDER -> LayerKind.ADD;
            default -> LayerKind.CONV;
        };
        int outputSize = stride == 2 ? half(size) : size;
        if (kind != LayerKind.ADD && (stride == 2 || channels != outputs)) {
            layers.add(LayerShape.convolution(kind, name + ".shortcut", channels, outputs, outputSize, 1, 1, 1));
        }
        int width = code == HybridEncoding.ATTENTION ? heads * HEAD_WIDTH : planes;
        conv(kind, name + ".reduce", channels, width, 1, 1, 1);
        conv(kind, name + ".position", width, width, 3, stride, width);
        size = outputSize;
        if (code == HybridEncoding.ATTENTION) {
            attention(name, width, heads);
            conv(kind, name + ".expand", width, outputs, 1, 1, 1);
        } else {
            conv(kind, name + ".window", width, width, 3, 1, 1);
            conv(kind, name + ".expand", width, outputs, 1, 1, 1);
            int squeezed = outputs / EXCITE_RATIO;
            layers.add(LayerShape.convolution(LayerKind.CONV, name + ".squeeze", outputs, squeezed, 1, 1, 1, 1));
            layers.add(LayerShape.convolution(LayerKind.CONV, name + ".excite", squeezed, outputs, 1, 1, 1, 1));
        }
        channels = outputs;
    }

    private void attention(String name, int width, int heads) {
        conv(LayerKind.CONV, name + ".qkv", width, 3 * width, 1, 1, 1);
        int tokens = size * size;
        layers.add(LayerShape.product(LayerKind.MATMUL, name + ".scores", heads * tokens, HEAD_WIDTH, tokens));
        layers.add(LayerShape.product(LayerKind.MATMUL, name + ".values", heads * HEAD_WIDTH, tokens, tokens));
    }

    private void conv(LayerKind kind, String name, int inputs, int outputs, int kernel, int stride, int groups) {
        layers.add(LayerShape.convolution(kind, name, inputs, outputs, size, kernel, stride, groups));
    }

    private static int half(int size) {
        return (size + 1) / 2;
    }
}
