package org.flatgaze.accel.emulator;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;

/**
 * Post-training quantisation: an 8-bit graph from a float32 one and a few typical inputs.
 *
 * <p>Activations are asymmetric uint8; weights symmetric int8 per output channel; biases 32 bits. A concatenation keeps
 * the scale of each of its sources: the next convolution has them inside its weights. A batch normalisation that stands
 * behind an activation stays an affine layer, exact at borders. A convolution or linear layer that writes an output of
 * the graph writes it in float32, from its exact sums: 8 bits of a gaze vector would be half a degree.
 */
public final class Quantizer {

    /** Biases stay below this many steps, so that sums stay whole numbers a float32 can hold. */
    private static final float LARGEST_BIAS_STEPS = 1 << 22;

    /** How many scales an activation has. */
    public enum Granularity {
        /** One per tensor, and one per source behind a concatenation. */
        PER_TENSOR,
        /** One per channel of a picture. */
        PER_CHANNEL
    }

    /**
     * How to quantise.
     *
     * @param granularity scales of activations
     * @param percentile part of the numbers a range keeps at either end, in percent, 90..100; 100 = minimum and maximum
     */
    public record Options(Granularity granularity, double percentile) {
        public Options {
            if (!(percentile >= 90 && percentile <= 100)) {
                throw new IllegalArgumentException("percentile=" + percentile + ": expected 90..100");
            }
        }

        /** One scale per tensor or source, full ranges. */
        public static Options standard() {
            return new Options(Granularity.PER_TENSOR, 100);
        }
    }

    private final LayerGraph graph;
    private final TensorRanges ranges;
    private final Granularity granularity;
    private final QuantParams[] quants;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final List<Integer> outputs = new ArrayList<>();

    private Quantizer(LayerGraph graph, TensorRanges ranges, Granularity granularity) {
        this.graph = graph;
        this.ranges = ranges;
        this.granularity = granularity;
        this.quants = new QuantParams[graph.tensors().size()];
    }

    /**
     * Quantises a float32 graph.
     *
     * @param samples calibration inputs: for each sample one row-major array per input of the graph
     * @throws IllegalArgumentException if the graph is quantised already, there is no sample, or one has the wrong size
     */
    public static LayerGraph quantize(LayerGraph graph, List<float[][]> samples, Options options) {
        requireFloat(graph);
        requireSamples(samples);
        return new Quantizer(graph, new Calibration(graph, samples, options.percentile()), options.granularity())
                .build();
    }

    /**
     * Quantises a float32 graph with ranges measured before, one scale per tensor or source.
     *
     * @throws IllegalArgumentException if the graph is quantised already
     * @throws org.flatgaze.accel.AcceleratorException if the ranges lack one of the graph's tensors
     */
    public static LayerGraph quantize(LayerGraph graph, ActivationRanges ranges) {
        requireFloat(graph);
        return new Quantizer(graph, ranges.of(graph), Granularity.PER_TENSOR).build();
    }

    static void requireFloat(LayerGraph graph) {
        if (graph.isQuantized()) {
            throw new IllegalArgumentException("model " + graph.name() + " is quantised already: expected float32");
        }
    }

    static void requireSamples(List<float[][]> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("samples=0: expected at least 1 calibration input");
        }
    }

    private LayerGraph build() {
        for (int input : graph.inputs()) {
            quants[input] = ownRange(input);
        }
        for (Layer layer : graph.layers()) {
            quants[layer.output()] = quantOf(layer);
        }
        // Tensor t keeps its index as the 8-bit one; float32 ends are added behind.
        for (int t = 0; t < quants.length; t++) {
            Tensor tensor = graph.tensors().get(t);
            boolean isEnd = graph.inputs().contains(t) || graph.outputs().contains(t);
            tensors.add(new Tensor(isEnd ? tensor.name() + ":q" : tensor.name(), tensor.shape(), quants[t]));
        }
        List<Integer> inputs = new ArrayList<>();
        for (int input : graph.inputs()) {
            Tensor tensor = graph.tensors().get(input);
            inputs.add(tensors.size());
            layers.add(new Layer.Quantize(tensor.name() + ":quantize", tensors.size(), input));
            tensors.add(tensor);
        }
        graph.outputs().forEach(outputs::add);
        for (Layer layer : graph.layers()) {
            append(layer);
        }
        for (int i = 0; i < outputs.size(); i++) {
            int output = outputs.get(i);
            if (tensors.get(output).isQuantized()) {
                Tensor tensor = graph.tensors().get(output);
                layers.add(new Layer.Dequantize(tensor.name() + ":dequantize", output, tensors.size()));
                outputs.set(i, tensors.size());
                tensors.add(tensor);
            }
        }
        return new LayerGraph(graph.name(), tensors, layers, inputs, outputs);
    }

    private void append(Layer layer) {
        switch (layer) {
            case Layer.Conv conv -> {
                int channels = graph.input(conv, 0).shape().channels();
                Weights.Int8 weights = weights(
                        (Weights.Float32) conv.weights(),
                        quants[conv.input()],
                        channels,
                        conv.groups(),
                        conv.window().taps());
                layers.add(new Layer.Conv(
                        conv.name(),
                        conv.input(),
                        conv.output(),
                        conv.window(),
                        conv.groups(),
                        weights,
                        conv.activation()));
                keepSums(conv);
            }
            case Layer.Linear linear -> {
                int features = graph.input(linear, 0).shape().extent(-1);
                Weights.Int8 weights =
                        weights((Weights.Float32) linear.weights(), quants[linear.input()], features, 1, 1);
                layers.add(
                        new Layer.Linear(linear.name(), linear.input(), linear.output(), weights, linear.activation()));
                keepSums(linear);
            }
            default -> layers.add(layer);
        }
    }

    /** A product that nobody but the caller reads is handed out in float32. */
    private void keepSums(Layer layer) {
        int output = layer.output();
        boolean isRead = graph.layers().stream().anyMatch(l -> l.inputs().contains(output));
        if (graph.outputs().contains(output) && !isRead) {
            tensors.set(output, graph.tensors().get(output));
        }
    }

    private QuantParams quantOf(Layer layer) {
        QuantParams quant = inherited(layer);
        return quant.isPerChannel() && readByRows(layer.output()) ? ownRange(layer.output()) : quant;
    }

    private QuantParams inherited(Layer layer) {
        Shape shape = graph.output(layer).shape();
        return switch (layer) {
            // These hand on numbers as they are, so they need no scale of their own.
            case Layer.Upsample _, Layer.Reshape _, Layer.Transpose _, Layer.Slice _ ->
                quants[layer.inputs().getFirst()];
            case Layer.Pool pool when pool.kind() == Layer.Pool.Kind.MAX -> quants[pool.input()];
            case Layer.Concat concat when concat.axis() == 1 && shape.isPicture() -> ofSources(concat, shape);
            default -> ownRange(layer.output());
        };
    }

    private QuantParams ofSources(Layer.Concat concat, Shape shape) {
        float[] scales = new float[shape.channels()];
        int[] zeroPoints = new int[scales.length];
        int channel = 0;
        for (int source : concat.inputs()) {
            for (int c = 0; c < graph.tensors().get(source).shape().channels(); c++, channel++) {
                scales[channel] = quants[source].scale(c);
                zeroPoints[channel] = quants[source].zeroPoint(c);
            }
        }
        return new QuantParams(false, scales, zeroPoints);
    }

    private QuantParams ownRange(int tensor) {
        Shape shape = graph.tensors().get(tensor).shape();
        if (granularity == Granularity.PER_TENSOR || !shape.isPicture() || readByRows(tensor)) {
            return ofRange(ranges.low(tensor), ranges.high(tensor));
        }
        float[] scales = new float[shape.channels()];
        int[] zeroPoints = new int[scales.length];
        float smallest = Float.MAX_VALUE;
        for (int c = 0; c < scales.length; c++) {
            float range = ranges.high(tensor, c) - ranges.low(tensor, c);
            smallest = range > 0 ? Math.min(smallest, range) : smallest;
        }
        for (int c = 0; c < scales.length; c++) {
            float low = ranges.low(tensor, c);
            // A channel that is always 0 must not become the coarsest: its weights would drown the others'.
            float high = low == 0 && ranges.high(tensor, c) == 0 ? smallest : ranges.high(tensor, c);
            QuantParams one = ofRange(low, high);
            scales[c] = one.scale(0);
            zeroPoints[c] = one.zeroPoint(0);
        }
        return new QuantParams(false, scales, zeroPoints);
    }

    /** Whether a layer that takes one scale only reads a tensor. */
    private boolean readByRows(int tensor) {
        for (Layer layer : graph.layers()) {
            boolean byRows = switch (layer) {
                case Layer.Linear _,
                        Layer.Softmax _,
                        Layer.LayerNorm _,
                        Layer.MatMul _,
                        Layer.Reshape _,
                        Layer.Transpose _,
                        Layer.Slice _ -> true;
                case Layer.ChannelAffine affine -> affine.axis() != 1;
                default -> false;
            };
            if (byRows && (layer.inputs().contains(tensor) || layer.output() == tensor)) {
                return true;
            }
        }
        return false;
    }

    /** The 8-bit numbers 0..255 over a range of real ones that holds 0. */
    static QuantParams ofRange(float low, float high) {
        float scale = (high - low) / 255;
        // A tensor that is always 0 (or next to nothing) takes any scale.
        if (!(scale > Float.MIN_NORMAL && scale < Float.MAX_VALUE / 256)) {
            return QuantParams.uniform(false, 1, 0);
        }
        int zeroPoint = (int) Math.max(0, Math.min(255, Math.rint(-low / scale)));
        return QuantParams.uniform(false, scale, zeroPoint);
    }

    /**
     * Weights of a convolution or linear layer in 8 bits, symmetric, one scale per output.
     *
     * @param in how the layer's input is quantised
     * @param channels of the input
     * @param taps positions of the kernel
     */
    static Weights.Int8 weights(Weights.Float32 from, QuantParams in, int channels, int groups, int taps) {
        float reference = 0;
        for (float scale : in.scales()) {
            reference = Math.max(reference, scale);
        }
        int inputs = channels / groups;
        int perOutput = inputs * taps;
        int outputCount = from.values().length / perOutput;
        byte[] values = new byte[from.values().length];
        int[] bias = new int[from.bias().length];
        float[] accumulatorScale = new float[outputCount];
        float[] folded = new float[perOutput];
        for (int o = 0; o < outputCount; o++) {
            int firstInput = o / (outputCount / groups) * inputs;
            float largest = 0;
            for (int i = 0; i < perOutput; i++) {
                float ratio = in.isPerChannel() ? in.scale(firstInput + i / taps) / reference : 1;
                folded[i] = from.values()[o * perOutput + i] * ratio;
                largest = Math.max(largest, Math.abs(folded[i]));
            }
            float real = bias.length == 0 ? 0 : from.bias()[o];
            float step = Math.max(largest / 127, Math.abs(real) / (reference * LARGEST_BIAS_STEPS));
            if (!(step > Float.MIN_NORMAL)) {
                step = 1;
            }
            for (int i = 0; i < perOutput; i++) {
                values[o * perOutput + i] = (byte) Math.rint(folded[i] / step);
            }
            accumulatorScale[o] = reference * step;
            if (bias.length > 0) {
                bias[o] = (int) Math.rint(real / (double) accumulatorScale[o]);
            }
        }
        return new Weights.Int8(values, bias, accumulatorScale);
    }
}
