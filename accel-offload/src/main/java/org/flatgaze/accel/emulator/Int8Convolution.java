package org.flatgaze.accel.emulator;

import java.util.Arrays;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Window;

/**
 * Exact sums of 8-bit convolutions. The input is written out once with its padding, one plane for every phase of the
 * stride; then each weight meets a run of numbers that follow each other, whatever kernel, stride, dilation and padding:
 * {@code sum[i] += weight * step[offset + i]} over a whole plane. Cells between the rows are summed too and left out
 * when a plane is read back.
 *
 * <p>Four weights a pass, in a loop so plain that the compiler turns it into vectors; it does so only where what is read and
 * what is written cannot be the same array, hence inputs in float32, which holds four products of 8-bit numbers exactly.
 * One thread.
 */
final class Int8Convolution {

    private final float[] steps;
    private final int[] sums;
    /** Where the run of each weight of one output channel starts, behind the first input channel of its group. */
    private final int[] offsets;

    /** Scratch for the largest 8-bit convolution of this graph. */
    Int8Convolution(LayerGraph graph) {
        int cells = 0;
        int plane = 0;
        int weights = 0;
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Conv conv
                    && graph.tensors().get(conv.input()).isQuantized()) {
                Shape in = graph.tensors().get(conv.input()).shape();
                Phases phases = Phases.of(conv.window(), graph.output(conv).shape());
                cells = Math.max(cells, Math.multiplyExact(in.channels(), phases.cells()));
                plane = Math.max(plane, phases.plane());
                weights = Math.max(
                        weights, in.channels() / conv.groups() * conv.window().taps());
            }
        }
        this.steps = new float[cells];
        this.sums = new int[plane];
        this.offsets = new int[weights];
    }

    /**
     * How one input channel is laid out.
     *
     * @param rows of a phase plane
     * @param pitch columns of a phase plane
     * @param planes phases of one channel
     * @param run numbers from the first to the last output of a plane
     */
    private record Phases(int rows, int pitch, int planes, int run) {

        static Phases of(Window window, Shape out) {
            int rows = Math.ceilDiv((out.rows() - 1) * window.strideRows() + window.spanRows(), window.strideRows());
            int pitch = Math.ceilDiv(
                    (out.columns() - 1) * window.strideColumns() + window.spanColumns(), window.strideColumns());
            int planes = window.strideRows() * window.strideColumns();
            return new Phases(rows, pitch, planes, (out.rows() - 1) * pitch + out.columns());
        }

        int plane() {
            return Math.multiplyExact(rows, pitch);
        }

        int cells() {
            return Math.multiplyExact(plane(), planes);
        }
    }

    /** Writes {@code q - zeroPoint} of a tensor into the layout of this convolution. */
    void load(Layer.Conv conv, Tensor in, Tensor out, int[] q) {
        Window window = conv.window();
        Shape shape = in.shape();
        Phases phases = Phases.of(window, out.shape());
        Arrays.fill(steps, 0, shape.channels() * phases.cells(), 0);
        for (int c = 0; c < shape.channels(); c++) {
            int zero = in.quant().zeroPoint(c);
            for (int r = 0; r < shape.rows(); r++) {
                int padded = r + window.padTop();
                if (padded / window.strideRows() < phases.rows()) {
                    int to = c * phases.cells() + at(window, phases, padded, 0);
                    row(window, phases, q, (c * shape.rows() + r) * shape.columns(), shape.columns(), zero, to);
                }
            }
        }
        for (int i = 0; i < shape.channels() / conv.groups(); i++) {
            for (int tap = 0; tap < window.taps(); tap++) {
                int down = tap / window.kernelColumns() * window.dilationRows();
                int right = tap % window.kernelColumns() * window.dilationColumns();
                offsets[i * window.taps() + tap] = i * phases.cells() + at(window, phases, down, right);
            }
        }
    }

    private void row(Window window, Phases phases, int[] q, int from, int columns, int zero, int to) {
        if (window.strideColumns() == 1) {
            int first = to + window.padLeft();
            int n = Math.min(columns, phases.pitch() - window.padLeft());
            for (int i = 0; i < n; i++) {
                steps[first + i] = q[from + i] - zero;
            }
            return;
        }
        for (int i = 0; i < columns; i++) {
            int padded = i + window.padLeft();
            if (padded / window.strideColumns() < phases.pitch()) {
                steps[to + at(window, phases, 0, padded)] = q[from + i] - zero;
            }
        }
    }

    /** Index of a padded input pixel within its channel. */
    private static int at(Window window, Phases phases, int row, int column) {
        int phase = row % window.strideRows() * window.strideColumns() + column % window.strideColumns();
        return phase * phases.plane() + row / window.strideRows() * phases.pitch() + column / window.strideColumns();
    }

    /** Sums of one output channel of the convolution whose input was loaded, row-major, bias included. */
    void sum(Layer.Conv conv, Tensor in, Tensor out, byte[] w, int bias, int output, int[] plane) {
        Shape shape = out.shape();
        Phases phases = Phases.of(conv.window(), shape);
        int inputs = in.shape().channels() / conv.groups();
        int firstInput = output / (shape.channels() / conv.groups()) * inputs;
        int weights = inputs * conv.window().taps();
        int from = firstInput * phases.cells();
        Arrays.fill(sums, 0, phases.run(), bias);
        int i = 0;
        for (; i + 4 <= weights; i += 4) {
            addFour(w, output * weights + i, i, from, phases.run());
        }
        for (; i < weights; i++) {
            addOne(w[output * weights + i], from + offsets[i], phases.run());
        }
        for (int r = 0; r < shape.rows(); r++) {
            System.arraycopy(sums, r * phases.pitch(), plane, r * shape.columns(), shape.columns());
        }
    }

    private void addFour(byte[] w, int weight, int offset, int from, int n) {
        float[] x = steps;
        int[] y = sums;
        float w0 = w[weight];
        float w1 = w[weight + 1];
        float w2 = w[weight + 2];
        float w3 = w[weight + 3];
        int x0 = from + offsets[offset];
        int x1 = from + offsets[offset + 1];
        int x2 = from + offsets[offset + 2];
        int x3 = from + offsets[offset + 3];
        for (int i = 0; i < n; i++) {
            y[i] += (int) (w0 * x[x0 + i] + w1 * x[x1 + i] + w2 * x[x2 + i] + w3 * x[x3 + i]);
        }
    }

    private void addOne(float weight, int from, int n) {
        float[] x = steps;
        int[] y = sums;
        for (int i = 0; i < n; i++) {
            y[i] += (int) (weight * x[from + i]);
        }
    }
}
