package org.flatgaze.accel.emulator;

import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;

/**
 * 8-bit layers as plain loops over row-major tensors of q, with exact 32-bit sums. The arithmetic after a sum is {@link
 * Int8Arithmetic}. Scratch is made once, for the largest tensor.
 */
final class Int8Loops {

    private final Accumulators accumulators;
    private final int[] steps;
    private final int[] sums;
    private final Int8Convolution convolution;

    Int8Loops(Accumulators accumulators, LayerGraph graph, int largestTensor) {
        this.accumulators = accumulators;
        this.convolution = new Int8Convolution(graph);
        this.steps = new int[largestTensor];
        this.sums = new int[largestTensor];
    }

    /** {@code q - zeroPoint} of a tensor into {@link #steps}. */
    private void center(Tensor tensor, int[] q) {
        int plane = planeOf(tensor);
        for (int i = 0; i < q.length; i += plane) {
            int zero = tensor.quant().zeroPoint(tensor.quant().isPerChannel() ? i / plane : 0);
            for (int j = i; j < i + plane; j++) {
                steps[j] = q[j] - zero;
            }
        }
    }

    /** Elements that share a scale and follow each other. */
    private static int planeOf(Tensor tensor) {
        return tensor.quant().isPerChannel()
                ? tensor.shape().rows() * tensor.shape().columns()
                : tensor.shape().elements();
    }

    private static int channelOf(Tensor tensor, int element) {
        return element
                / (tensor.shape().rows() * tensor.shape().columns())
                % tensor.shape().channels();
    }

    /** Sums of one output channel to q, from index {@code to}. */
    private void finish(float multiplier, Activation activation, QuantParams out, int channel, int n, int[] y, int to) {
        float lowest = Int8Arithmetic.lowest(out, channel);
        float highest = Int8Arithmetic.highest(out, channel, activation);
        float slope = activation.negativeSlope();
        int zero = out.zeroPoint(channel);
        for (int i = 0; i < n; i++) {
            y[to + i] = (int) Int8Arithmetic.finish(sums[i] * multiplier, slope, lowest, highest) + zero;
        }
    }

    /** Sums to float32, from index {@code to}. */
    private void toReals(float scale, Activation activation, int n, float[] y, int to) {
        for (int i = 0; i < n; i++) {
            float real = sums[i] * scale;
            y[to + i] = Math.min(Math.max(real, real * activation.negativeSlope()), activation.ceiling());
        }
    }

    /** @param reals where the output goes if it is float32, else not used; likewise y */
    void conv(int layer, Layer.Conv conv, Tensor in, Tensor out, int[] x, int[] y, float[] reals) {
        Weights.Int8 weights = (Weights.Int8) conv.weights();
        convolution.load(conv, in, out, x);
        int plane = out.shape().rows() * out.shape().columns();
        for (int o = 0; o < out.shape().channels(); o++) {
            int bias = weights.bias().length == 0 ? 0 : weights.bias()[o];
            convolution.sum(conv, in, out, weights.values(), bias, o, sums);
            accumulators.narrow(layer, sums, plane);
            float scale = weights.accumulatorScale()[o];
            if (out.isQuantized()) {
                float multiplier = Int8Arithmetic.multiplier(scale, out.quant().scale(o));
                finish(multiplier, conv.activation(), out.quant(), o, plane, y, o * plane);
            } else {
                toReals(scale, conv.activation(), plane, reals, o * plane);
            }
        }
    }

    void linear(int layer, Layer.Linear linear, Tensor in, Tensor out, int[] x, int[] y, float[] reals) {
        Weights.Int8 weights = (Weights.Int8) linear.weights();
        center(in, x);
        int features = in.shape().extent(-1);
        int outputs = out.shape().extent(-1);
        for (int row = 0; row < x.length / features; row++) {
            for (int o = 0; o < outputs; o++) {
                int sum = weights.bias().length == 0 ? 0 : weights.bias()[o];
                for (int i = 0; i < features; i++) {
                    sum += weights.values()[o * features + i] * steps[row * features + i];
                }
                sums[0] = sum;
                accumulators.narrow(layer, sums, 1);
                float scale = weights.accumulatorScale()[o];
                if (out.isQuantized()) {
                    float multiplier =
                            Int8Arithmetic.multiplier(scale, out.quant().scale(0));
                    finish(multiplier, linear.activation(), out.quant(), 0, 1, y, row * outputs + o);
                } else {
                    toReals(scale, linear.activation(), 1, reals, row * outputs + o);
                }
            }
        }
    }

    void matMul(int layer, int k, Tensor left, Tensor right, Tensor out, int[] a, int[] b, int[] y) {
        int m = out.shape().extent(-2);
        int n = out.shape().extent(-1);
        int zeroA = left.quant().zeroPoint(0);
        int zeroB = right.quant().zeroPoint(0);
        float multiplier = Int8Arithmetic.multiplier(
                left.quant().scale(0) * right.quant().scale(0), out.quant().scale(0));
        for (int i = 0; i < y.length; i++) {
            int row = i / n * k;
            int column = i / (m * n) * k * n + i % n;
            int sum = 0;
            for (int p = 0; p < k; p++) {
                sum += (a[row + p] - zeroA) * (b[column + p * n] - zeroB);
            }
            sums[0] = sum;
            accumulators.narrow(layer, sums, 1);
            finish(multiplier, Activation.NONE, out.quant(), 0, 1, y, i);
        }
    }

    void pool(Layer.Pool pool, Tensor in, Tensor out, int[] x, int[] y) {
        center(in, x);
        Window window = pool.window();
        Shape from = in.shape();
        Shape to = out.shape();
        boolean max = pool.kind() == Layer.Pool.Kind.MAX;
        for (int i = 0; i < y.length; i++) {
            int column = i % to.columns();
            int row = i / to.columns() % to.rows();
            int channel = i / (to.columns() * to.rows());
            int count = 0;
            int largest = Integer.MIN_VALUE;
            float sum = 0;
            float scale = in.quant().scale(channel);
            for (int ky = 0; ky < window.kernelRows(); ky++) {
                int r = row * window.strideRows() - window.padTop() + ky * window.dilationRows();
                for (int kx = 0; kx < window.kernelColumns(); kx++) {
                    int c = column * window.strideColumns() - window.padLeft() + kx * window.dilationColumns();
                    if (r >= 0 && r < from.rows() && c >= 0 && c < from.columns()) {
                        int value = steps[(channel * from.rows() + r) * from.columns() + c];
                        largest = Math.max(largest, value);
                        sum += value * scale;
                        count++;
                    }
                }
            }
            if (max) {
                int q = largest + in.quant().zeroPoint(channel);
                y[i] = rescale(q, in.quant(), channel, out.quant(), channel);
            } else {
                int divisor = pool.countPadding() ? window.taps() : count;
                y[i] = (int) Int8Arithmetic.finishMean(sum, divisor, out.quant(), channel)
                        + out.quant().zeroPoint(channel);
            }
        }
    }

    void globalPool(Tensor in, Tensor out, int[] x, int[] y) {
        center(in, x);
        int plane = in.shape().rows() * in.shape().columns();
        for (int c = 0; c < y.length; c++) {
            int sum = 0;
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                sum += steps[i];
            }
            sums[0] = sum;
            float multiplier = Int8Arithmetic.meanMultiplier(
                    in.quant().scale(c), out.quant().scale(c), plane);
            finish(multiplier, Activation.NONE, out.quant(), c, 1, y, c);
        }
    }

    void add(Layer.Add add, Tensor left, Tensor right, Tensor out, int[] a, int[] b, int[] y) {
        QuantParams quant = out.quant();
        for (int i = 0; i < y.length; i++) {
            int c = channelOf(out, i);
            float x = (a[i] - left.quant().zeroPoint(c))
                    * Int8Arithmetic.multiplier(left.quant().scale(c), quant.scale(c));
            float z = (b[i] - right.quant().zeroPoint(c))
                    * Int8Arithmetic.multiplier(right.quant().scale(c), quant.scale(c));
            y[i] = (int) Int8Arithmetic.finish(
                            x + z,
                            add.activation().negativeSlope(),
                            Int8Arithmetic.lowest(quant, c),
                            Int8Arithmetic.highest(quant, c, add.activation()))
                    + quant.zeroPoint(c);
        }
    }

    static void affine(Layer.ChannelAffine affine, Tensor in, Tensor out, int[] x, int[] y) {
        QuantParams quant = out.quant();
        int inner = in.shape().inner(affine.axis());
        int extent = in.shape().extent(affine.axis());
        for (int i = 0; i < y.length; i++) {
            int c = i / inner % extent;
            float steps = (x[i] - in.quant().zeroPoint(c)) * Int8Arithmetic.affineScale(affine, in.quant(), quant, c)
                    + Int8Arithmetic.affineShift(affine, quant, c);
            y[i] = (int) Int8Arithmetic.finish(
                            steps,
                            1,
                            Int8Arithmetic.lowest(quant, c),
                            Int8Arithmetic.highest(quant, c, Activation.NONE))
                    + quant.zeroPoint(c);
        }
    }

    static void activate(Activation activation, Tensor in, Tensor out, int[] x, int[] y) {
        for (int i = 0; i < y.length; i++) {
            int c = channelOf(out, i);
            int steps = x[i] - in.quant().zeroPoint(c);
            y[i] = Int8Arithmetic.activated(activation, steps, in.quant().scale(c), out.quant(), c)
                    + out.quant().zeroPoint(c);
        }
    }

    /** One number of another tensor, in this one's scale. */
    static int rescale(int q, QuantParams from, int fromChannel, QuantParams to, int toChannel) {
        if (from.sameAt(fromChannel, to, toChannel)) {
            return q;
        }
        float multiplier = Int8Arithmetic.multiplier(from.scale(fromChannel), to.scale(toChannel));
        float steps = Int8Arithmetic.finish(
                (q - from.zeroPoint(fromChannel)) * multiplier,
                1,
                Int8Arithmetic.lowest(to, toChannel),
                Int8Arithmetic.highest(to, toChannel, Activation.NONE));
        return (int) steps + to.zeroPoint(toChannel);
    }
}
