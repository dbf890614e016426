package org.flatgaze.accel.emulator;

import java.util.Arrays;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;

/** float32 layers as plain loops over row-major tensors. The innermost loops run over columns, so that the compiler can vectorise them. */
final class FloatLoops {

    private FloatLoops() {}

    static void conv(Layer.Conv conv, Shape in, Shape out, float[] x, float[] y) {
        Weights.Float32 weights = (Weights.Float32) conv.weights();
        int inputs = in.channels() / conv.groups();
        int plane = out.rows() * out.columns();
        for (int o = 0; o < out.channels(); o++) {
            int to = o * plane;
            Arrays.fill(y, to, to + plane, weights.bias().length == 0 ? 0 : weights.bias()[o]);
            int firstInput = o / (out.channels() / conv.groups()) * inputs;
            int i = 0;
            for (; i + 4 <= inputs; i += 4) {
                fourChannels(
                        conv.window(),
                        in,
                        out,
                        x,
                        (firstInput + i) * in.rows() * in.columns(),
                        y,
                        to,
                        weights.values(),
                        (o * inputs + i) * conv.window().taps());
            }
            for (; i < inputs; i++) {
                channel(
                        conv.window(),
                        in,
                        out,
                        x,
                        (firstInput + i) * in.rows() * in.columns(),
                        y,
                        to,
                        weights.values(),
                        (o * inputs + i) * conv.window().taps());
            }
            activate(conv.activation(), y, to, plane);
        }
    }

    private static void channel(
            Window window, Shape in, Shape out, float[] x, int from, float[] y, int to, float[] w, int firstWeight) {
        if (window.isPointwise()) {
            addScaled(w[firstWeight], x, from, 1, y, to, out.rows() * out.columns());
            return;
        }
        int stride = window.strideColumns();
        for (int ky = 0; ky < window.kernelRows(); ky++) {
            int down = ky * window.dilationRows() - window.padTop();
            int firstRow = Reach.first(window.strideRows(), down);
            int endRow = Reach.end(window.strideRows(), down, in.rows(), out.rows());
            for (int kx = 0; kx < window.kernelColumns(); kx++) {
                float weight = w[firstWeight + ky * window.kernelColumns() + kx];
                int right = kx * window.dilationColumns() - window.padLeft();
                int first = Reach.first(stride, right);
                int end = Reach.end(stride, right, in.columns(), out.columns());
                int target = to + first;
                for (int r = firstRow; r < endRow; r++) {
                    int source = from + (r * window.strideRows() + down) * in.columns() + first * stride + right;
                    addScaled(weight, x, source, stride, y, target + r * out.columns(), end - first);
                }
            }
        }
    }

    /** Four input channels at once, added one after the other: the same numbers as one by one, with fewer passes. */
    private static void fourChannels(
            Window window, Shape in, Shape out, float[] x, int from, float[] y, int to, float[] w, int firstWeight) {
        int plane = in.rows() * in.columns();
        if (window.isPointwise()) {
            addFour(w, firstWeight, 1, x, from, plane, 1, y, to, plane);
            return;
        }
        int stride = window.strideColumns();
        for (int ky = 0; ky < window.kernelRows(); ky++) {
            int down = ky * window.dilationRows() - window.padTop();
            int firstRow = Reach.first(window.strideRows(), down);
            int endRow = Reach.end(window.strideRows(), down, in.rows(), out.rows());
            for (int kx = 0; kx < window.kernelColumns(); kx++) {
                int weight = firstWeight + ky * window.kernelColumns() + kx;
                int right = kx * window.dilationColumns() - window.padLeft();
                int first = Reach.first(stride, right);
                int end = Reach.end(stride, right, in.columns(), out.columns());
                int target = to + first;
                for (int r = firstRow; r < endRow; r++) {
                    int source = from + (r * window.strideRows() + down) * in.columns() + first * stride + right;
                    addFour(
                            w,
                            weight,
                            window.taps(),
                            x,
                            source,
                            plane,
                            stride,
                            y,
                            target + r * out.columns(),
                            end - first);
                }
            }
        }
    }

    private static void addFour(
            float[] w, int at, int taps, float[] x, int from, int plane, int step, float[] y, int to, int n) {
        float w0 = w[at];
        float w1 = w[at + taps];
        float w2 = w[at + 2 * taps];
        float w3 = w[at + 3 * taps];
        if (step != 1) {
            for (int i = 0; i < n; i++) {
                int p = from + i * step;
                y[to + i] = y[to + i] + w0 * x[p] + w1 * x[p + plane] + w2 * x[p + 2 * plane] + w3 * x[p + 3 * plane];
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            y[to + i] = y[to + i]
                    + w0 * x[from + i]
                    + w1 * x[from + plane + i]
                    + w2 * x[from + 2 * plane + i]
                    + w3 * x[from + 3 * plane + i];
        }
    }

    private static void addScaled(float weight, float[] x, int from, int step, float[] y, int to, int n) {
        if (step == 1) {
            for (int i = 0; i < n; i++) {
                y[to + i] += weight * x[from + i];
            }
        } else {
            for (int i = 0; i < n; i++) {
                y[to + i] += weight * x[from + i * step];
            }
        }
    }

    static void activate(Activation activation, float[] y, int from, int n) {
        if (activation.isNone()) {
            return;
        }
        if (!activation.isPiecewiseLinear()) {
            for (int i = from; i < from + n; i++) {
                y[i] = (float) activation.apply(y[i]);
            }
            return;
        }
        float slope = activation.negativeSlope();
        float ceiling = activation.ceiling();
        for (int i = from; i < from + n; i++) {
            y[i] = Math.min(Math.max(y[i], y[i] * slope), ceiling);
        }
    }

    static void linear(Layer.Linear linear, int features, int outputs, float[] x, float[] y) {
        Weights.Float32 weights = (Weights.Float32) linear.weights();
        for (int row = 0; row < x.length / features; row++) {
            for (int o = 0; o < outputs; o++) {
                float sum = weights.bias().length == 0 ? 0 : weights.bias()[o];
                for (int i = 0; i < features; i++) {
                    sum += weights.values()[o * features + i] * x[row * features + i];
                }
                y[row * outputs + o] = sum;
            }
        }
        activate(linear.activation(), y, 0, y.length);
    }

    static void matMul(int m, int n, int k, float[] a, float[] b, float[] y) {
        Arrays.fill(y, 0);
        for (int matrix = 0; matrix < y.length / (m * n); matrix++) {
            for (int i = 0; i < m; i++) {
                for (int p = 0; p < k; p++) {
                    float weight = a[(matrix * m + i) * k + p];
                    addScaled(weight, b, (matrix * k + p) * n, 1, y, (matrix * m + i) * n, n);
                }
            }
        }
    }

    static void pool(Layer.Pool pool, Shape in, Shape out, float[] x, float[] y) {
        Window window = pool.window();
        boolean max = pool.kind() == Layer.Pool.Kind.MAX;
        for (int i = 0; i < y.length; i++) {
            int column = i % out.columns();
            int row = i / out.columns() % out.rows();
            int from = i / (out.columns() * out.rows()) * in.rows() * in.columns();
            int count = 0;
            float result = max ? Float.NEGATIVE_INFINITY : 0;
            for (int ky = 0; ky < window.kernelRows(); ky++) {
                int r = row * window.strideRows() - window.padTop() + ky * window.dilationRows();
                for (int kx = 0; kx < window.kernelColumns(); kx++) {
                    int c = column * window.strideColumns() - window.padLeft() + kx * window.dilationColumns();
                    if (r >= 0 && r < in.rows() && c >= 0 && c < in.columns()) {
                        float value = x[from + r * in.columns() + c];
                        result = max ? Math.max(result, value) : result + value;
                        count++;
                    }
                }
            }
            y[i] = max ? result : result / (pool.countPadding() ? window.taps() : count);
        }
    }

    static void globalPool(Shape in, float[] x, float[] y) {
        int plane = in.rows() * in.columns();
        for (int c = 0; c < y.length; c++) {
            float sum = 0;
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                sum += x[i];
            }
            y[c] = sum / plane;
        }
    }

    static void add(Layer.Add add, float[] a, float[] b, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] + b[i];
        }
        activate(add.activation(), y, 0, y.length);
    }

    static void affine(Layer.ChannelAffine affine, Shape shape, float[] x, float[] y) {
        int inner = shape.inner(affine.axis());
        int extent = shape.extent(affine.axis());
        for (int i = 0; i < y.length; i++) {
            int c = i / inner % extent;
            y[i] = x[i] * affine.scale()[c] + affine.shift()[c];
        }
    }
}
