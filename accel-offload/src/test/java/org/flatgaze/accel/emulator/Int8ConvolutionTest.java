package org.flatgaze.accel.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Random;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;
import org.junit.jupiter.api.Test;

/** The sums of a convolution against its definition, for windows of every kind. */
final class Int8ConvolutionTest {

    private static final int SHAPES = 2000;

    @Test
    void shouldSumAsDefinedForEveryWindow() {
        Random random = new Random(11);
        for (int i = 0; i < SHAPES; i++) {
            Case next = Case.random(random);
            Int8Convolution convolution = new Int8Convolution(next.graph());
            convolution.load(next.conv(), next.input(), next.output(), next.q());
            int[] plane = new int[next.out().rows() * next.out().columns()];
            for (int o = 0; o < next.out().channels(); o++) {
                convolution.sum(next.conv(), next.input(), next.output(), next.weights(), o - 3, o, plane);
                assertArrayEquals(next.expected(o, o - 3), plane, "case " + i + " channel " + o + " " + next.conv());
            }
        }
    }

    /** Extreme bytes and zero points are as likely as any. */
    private record Case(LayerGraph graph, int[] q, byte[] weights) {

        static Case random(Random random) {
            int groups = 1 + random.nextInt(3);
            int inputs = groups * (1 + random.nextInt(5));
            int outputs = groups * (1 + random.nextInt(3));
            Window window = new Window(
                    1 + random.nextInt(5),
                    1 + random.nextInt(5),
                    1 + random.nextInt(3),
                    1 + random.nextInt(3),
                    random.nextInt(4),
                    random.nextInt(4),
                    random.nextInt(4),
                    random.nextInt(4),
                    1 + random.nextInt(2),
                    1 + random.nextInt(2));
            Shape in = Shape.of(1, inputs, 9 + random.nextInt(9), 9 + random.nextInt(25));
            Shape out = Shape.of(1, outputs, window.outRows(in.rows()), window.outColumns(in.columns()));
            int[] q = random.ints(in.elements(), 0, 256).toArray();
            byte[] weights = new byte[outputs * inputs / groups * window.taps()];
            random.nextBytes(weights);
            QuantParams quant = QuantParams.uniform(false, 1, random.nextInt(3) * 127);
            Layer.Conv conv = new Layer.Conv(
                    "conv",
                    0,
                    1,
                    window,
                    groups,
                    new Weights.Int8(weights, new int[0], new float[outputs]),
                    Activation.NONE);
            LayerGraph graph = new LayerGraph(
                    "one convolution",
                    List.of(new Tensor("x", in, quant), Tensor.ofFloats("y", out)),
                    List.of(conv),
                    List.of(0),
                    List.of(1));
            return new Case(graph, q, weights);
        }

        Layer.Conv conv() {
            return (Layer.Conv) graph.layers().getFirst();
        }

        Tensor input() {
            return graph.tensors().get(0);
        }

        Tensor output() {
            return graph.tensors().get(1);
        }

        Shape out() {
            return output().shape();
        }

        int[] expected(int output, int bias) {
            int[] plane = new int[out().rows() * out().columns()];
            for (int i = 0; i < plane.length; i++) {
                plane[i] = bias + sum(output, i / out().columns(), i % out().columns());
            }
            return plane;
        }

        private int sum(int output, int row, int column) {
            Window window = conv().window();
            Shape in = input().shape();
            int inputs = in.channels() / conv().groups();
            int first = output / (out().channels() / conv().groups()) * inputs;
            int sum = 0;
            for (int c = 0; c < inputs; c++) {
                for (int tap = 0; tap < window.taps(); tap++) {
                    int r = row * window.strideRows()
                            - window.padTop()
                            + tap / window.kernelColumns() * window.dilationRows();
                    int k = column * window.strideColumns()
                            - window.padLeft()
                            + tap % window.kernelColumns() * window.dilationColumns();
                    if (r >= 0 && r < in.rows() && k >= 0 && k < in.columns()) {
                        int step = q[((first + c) * in.rows() + r) * in.columns() + k]
                                - input().quant().zeroPoint(0);
                        sum += weights[(output * inputs + c) * window.taps() + tap] * step;
                    }
                }
            }
            return sum;
        }
    }
}
