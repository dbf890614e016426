package org.flatgaze.accel.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;

/** Small float32 graphs of every kind of layer, drawn by seed: a picture part, sometimes followed by a part over rows. */
public final class RandomGraphs {

    private static final Activation[] FUSED = {
        Activation.NONE, Activation.RELU, Activation.RELU6, Activation.leakyRelu(0.01f), Activation.leakyRelu(0.3f)
    };
    private static final Activation[] ALONE = {
        Activation.SIGMOID, Activation.SILU, Activation.GELU, Activation.RELU, Activation.leakyRelu(0.1f)
    };

    private final Random random;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    /** Pictures that a later layer may read again. */
    private final List<Integer> pictures = new ArrayList<>();

    private RandomGraphs(long seed) {
        this.random = new Random(seed);
    }

    /** The graph of a seed. */
    public static LayerGraph of(long seed) {
        return new RandomGraphs(seed).build(seed);
    }

    /** Inputs for a graph, also by seed. */
    public static float[][] sample(LayerGraph graph, long seed) {
        Random random = new Random(seed);
        float[][] sample = new float[graph.inputs().size()][];
        for (int i = 0; i < sample.length; i++) {
            sample[i] =
                    new float[graph.tensors().get(graph.inputs().get(i)).shape().elements()];
            for (int e = 0; e < sample[i].length; e++) {
                sample[i][e] = (float) random.nextGaussian();
            }
        }
        return sample;
    }

    private LayerGraph build(long seed) {
        tensors.add(Tensor.ofFloats(
                "x", Shape.of(1, 1 + random.nextInt(6), 5 + random.nextInt(9), 4 + random.nextInt(14))));
        pictures.add(0);
        int depth = 2 + random.nextInt(6);
        for (int i = 0; i < depth; i++) {
            picture();
        }
        int last = pictures.getLast();
        if (random.nextInt(3) == 0) {
            last = rows(last);
        } else if (random.nextInt(2) == 0) {
            last = head(last);
        }
        List<Integer> outputs = new ArrayList<>(List.of(last));
        int other = random.nextInt(tensors.size());
        if (other != last && other != 0) {
            outputs.add(other);
        }
        return new LayerGraph("random-" + seed, tensors, layers, List.of(0), outputs);
    }

    private Shape shape(int tensor) {
        return tensors.get(tensor).shape();
    }

    private int tensor(Shape shape) {
        tensors.add(Tensor.ofFloats("t" + tensors.size(), shape));
        return tensors.size() - 1;
    }

    private String name(String kind) {
        return kind + layers.size();
    }

    private float[] numbers(int count, float size) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * size;
        }
        return values;
    }

    private void picture() {
        int in = pictures.get(random.nextInt(3) == 0 ? random.nextInt(pictures.size()) : pictures.size() - 1);
        int out = switch (random.nextInt(10)) {
            case 0, 1 -> conv(in, 1);
            case 2, 3 -> conv(in, shape(in).channels());
            case 4 -> conv(in, shape(in).channels() % 2 == 0 ? 2 : 1);
            case 5 -> pool(in);
            case 6 -> addOrAffine(in);
            case 7 -> concat(in);
            case 8 -> upsample(in);
            default -> alone(in);
        };
        pictures.add(out);
    }

    private int conv(int in, int groups) {
        Shape shape = shape(in);
        int kernelRows = 1 + random.nextInt(Math.min(5, shape.rows()));
        int kernelColumns = random.nextInt(3) == 0
                ? 1 + random.nextInt(Math.min(5, shape.columns()))
                : Math.min(kernelRows, shape.columns());
        if (random.nextInt(3) == 0) {
            kernelRows = 1;
            kernelColumns = 1;
        }
        int stride = 1 + random.nextInt(2);
        int dilation = kernelRows * 2 <= shape.rows() && kernelColumns * 2 <= shape.columns() && random.nextInt(5) == 0
                ? 2
                : 1;
        int pad = random.nextInt(1 + Math.min(kernelRows, kernelColumns) / 2 * dilation);
        boolean uneven = random.nextInt(4) == 0;
        Window window = new Window(
                kernelRows, kernelColumns, stride, stride, pad, pad + (uneven ? 1 : 0), pad, pad, dilation, dilation);
        int outputs = groups == 1 ? 1 + random.nextInt(40) : groups * (random.nextInt(4) == 0 ? 2 : 1);
        int perOutput = shape.channels() / groups * window.taps();
        float[] bias = random.nextInt(4) == 0 ? new float[0] : numbers(outputs, 0.3f);
        Weights weights = new Weights.Float32(numbers(outputs * perOutput, (float) (1.5 / Math.sqrt(perOutput))), bias);
        int out = tensor(Shape.of(1, outputs, window.outRows(shape.rows()), window.outColumns(shape.columns())));
        layers.add(new Layer.Conv(name("conv"), in, out, window, groups, weights, FUSED[random.nextInt(FUSED.length)]));
        return out;
    }

    private int pool(int in) {
        Shape shape = shape(in);
        if (shape.rows() < 3 || shape.columns() < 3) {
            return alone(in);
        }
        Window window = Window.square(2 + random.nextInt(2), 1 + random.nextInt(2), random.nextInt(2));
        Layer.Pool.Kind kind = random.nextBoolean() ? Layer.Pool.Kind.MAX : Layer.Pool.Kind.AVERAGE;
        int out =
                tensor(Shape.of(1, shape.channels(), window.outRows(shape.rows()), window.outColumns(shape.columns())));
        layers.add(new Layer.Pool(name("pool"), in, out, kind, window, random.nextBoolean()));
        return out;
    }

    private int addOrAffine(int in) {
        int out = tensor(shape(in));
        for (int other : pictures) {
            if (other != in && shape(other).equals(shape(in))) {
                layers.add(new Layer.Add(name("add"), in, other, out, FUSED[random.nextInt(FUSED.length)]));
                return out;
            }
        }
        int axis = random.nextInt(4) == 0 ? 3 : 1;
        int extent = shape(in).extent(axis);
        layers.add(new Layer.ChannelAffine(name("affine"), in, out, axis, numbers(extent, 1), numbers(extent, 0.5f)));
        return out;
    }

    private int concat(int in) {
        List<Integer> parts = new ArrayList<>(List.of(in));
        for (int other : pictures) {
            boolean fits = shape(other).rows() == shape(in).rows()
                    && shape(other).columns() == shape(in).columns();
            if (fits && parts.size() < 3 && (other != in || random.nextInt(4) == 0)) {
                parts.add(other);
            }
        }
        int channels = parts.stream().mapToInt(p -> shape(p).channels()).sum();
        int out = tensor(Shape.of(1, channels, shape(in).rows(), shape(in).columns()));
        layers.add(new Layer.Concat(name("concat"), parts, out, 1));
        return out;
    }

    private int upsample(int in) {
        Shape shape = shape(in);
        if (shape.elements() > 4000) {
            return pool(in);
        }
        int out = tensor(Shape.of(1, shape.channels(), shape.rows() * 2, shape.columns()));
        layers.add(new Layer.Upsample(name("up"), in, out, 2, 1));
        return out;
    }

    private int alone(int in) {
        int out = tensor(shape(in));
        if (random.nextInt(8) == 0) {
            layers.add(new Layer.Softmax(name("softmax"), in, out));
            return out;
        }
        layers.add(new Layer.Activate(name("act"), in, out, ALONE[random.nextInt(ALONE.length)]));
        return out;
    }

    private int head(int in) {
        int channels = shape(in).channels();
        int pooled = tensor(Shape.of(1, channels, 1, 1));
        layers.add(new Layer.GlobalAveragePool(name("gap"), in, pooled));
        int flat = tensor(Shape.of(1, channels));
        layers.add(new Layer.Reshape(name("flat"), pooled, flat));
        return linear(flat, 3);
    }

    private int linear(int in, int outputs) {
        int features = shape(in).extent(-1);
        int[] extents = shape(in).toArray();
        extents[extents.length - 1] = outputs;
        int out = tensor(Shape.of(extents));
        Weights weights = new Weights.Float32(
                numbers(outputs * features, (float) (1 / Math.sqrt(features))), numbers(outputs, 0.1f));
        layers.add(new Layer.Linear(name("linear"), in, out, weights, FUSED[random.nextInt(FUSED.length)]));
        return out;
    }

    /** Pixels as tokens, one attention step, a slice of the tokens. */
    private int rows(int in) {
        Shape shape = shape(in);
        int tokens = shape.rows() * shape.columns();
        int flat = tensor(Shape.of(1, shape.channels(), tokens));
        layers.add(new Layer.Reshape(name("tokens"), in, flat));
        int x = tensor(Shape.of(1, tokens, shape.channels()));
        layers.add(new Layer.Transpose(name("transpose"), flat, x, List.of(0, 2, 1)));
        int norm = tensor(shape(x));
        int channels = shape.channels();
        layers.add(new Layer.LayerNorm(name("norm"), x, norm, numbers(channels, 1), numbers(channels, 0.2f), 1e-5f));
        int keys = linear(norm, channels);
        int turned = tensor(Shape.of(1, channels, tokens));
        layers.add(new Layer.Transpose(name("transpose"), keys, turned, List.of(0, 2, 1)));
        int scores = tensor(Shape.of(1, tokens, tokens));
        layers.add(new Layer.MatMul(name("scores"), norm, turned, scores, channels));
        int attention = tensor(shape(scores));
        layers.add(new Layer.Softmax(name("softmax"), scores, attention));
        int mixed = tensor(shape(x));
        layers.add(new Layer.MatMul(name("mix"), attention, x, mixed, tokens));
        int sum = tensor(shape(x));
        layers.add(new Layer.Add(name("residual"), x, mixed, sum, Activation.NONE));
        int count = 1 + random.nextInt(tokens);
        int start = random.nextInt(tokens - count + 1);
        int some = tensor(Shape.of(1, count, channels));
        layers.add(new Layer.Slice(name("some"), sum, some, 1, start, count));
        return linear(some, 1 + random.nextInt(5));
    }
}
