package org.flatgaze.accel.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;
import org.junit.jupiter.api.Test;

/** Numbers worked out by hand. */
final class Int8InterpreterTest {

    private static Tensor bytes(String name, Shape shape, float scale, int zeroPoint) {
        return new Tensor(name, shape, QuantParams.uniform(false, scale, zeroPoint));
    }

    private static int[] run(LayerGraph graph, int[] input) {
        Int8Interpreter interpreter = new Int8Interpreter(graph);
        System.arraycopy(input, 0, interpreter.quantized(0), 0, input.length);
        interpreter.run();
        return interpreter.quantized(graph.outputs().getFirst());
    }

    @Test
    void shouldPadWithZeroPointWhenWindowHangsOverEdge() {
        byte[] ones = {1, 1, 1};
        Weights weights = new Weights.Int8(ones, new int[] {2}, new float[] {0.5f});
        Window window = new Window(1, 3, 1, 1, 0, 1, 0, 1, 1, 1);
        LayerGraph graph = new LayerGraph(
                "m",
                List.of(bytes("x", Shape.of(1, 1, 1, 3), 0.5f, 10), bytes("y", Shape.of(1, 1, 1, 3), 1, 5)),
                List.of(new Layer.Conv("c", 0, 1, window, 1, weights, Activation.leakyRelu(0.5f))),
                List.of(0),
                List.of(1));
        // q - 10 = 1, 2, -13; sums with bias 5, -8, -9; halves 2.5, -4, -4.5; leaky 2.5, -2, -2.25; even 2, -2, -2.
        assertArrayEquals(new int[] {7, 3, 3}, run(graph, new int[] {11, 12, -3}));
    }

    @Test
    void shouldKeepScaleOfEachSourceBehindConcatenation() {
        Shape shape = Shape.of(1, 1, 1, 2);
        Tensor first = bytes("a", shape, 1, 0);
        Tensor second = bytes("b", shape, 0.01f, 100);
        QuantParams both = new QuantParams(false, new float[] {1, 0.01f}, new int[] {0, 100});
        Tensor joined = new Tensor("ab", Shape.of(1, 2, 1, 2), both);
        Tensor one = bytes("one", Shape.of(1, 2, 1, 2), 1, 0);
        LayerGraph graph = new LayerGraph(
                "m",
                List.of(first, second, joined, one),
                List.of(new Layer.Concat("join", List.of(0, 1), 2, 1), new Layer.Concat("again", List.of(0, 1), 3, 1)),
                List.of(0, 1),
                List.of(2));
        Int8Interpreter interpreter = new Int8Interpreter(graph);
        interpreter.quantized(0)[0] = 7;
        interpreter.quantized(1)[0] = 250;
        interpreter.quantized(1)[1] = 50;
        interpreter.run();
        assertArrayEquals(new int[] {7, 0, 250, 50}, interpreter.quantized(2));
        // 150 steps of 0.01 are 1.5 of 1, to even 2; -0.5 clamps to 0.
        assertArrayEquals(new int[] {7, 0, 2, 0}, interpreter.quantized(3));
    }

    @Test
    void shouldWrapAndReportWhenSumsAreNarrow() {
        byte[] values = new byte[600];
        java.util.Arrays.fill(values, (byte) 127);
        Weights weights = new Weights.Int8(values, new int[0], new float[] {1});
        LayerGraph graph = new LayerGraph(
                "m",
                List.of(bytes("x", Shape.of(1, 600), 1, 0), Tensor.ofFloats("y", Shape.of(1, 1))),
                List.of(new Layer.Linear("fc", 0, 1, weights, Activation.NONE)),
                List.of(0),
                List.of(1));
        long exact = 600L * 127 * 255;
        for (Accumulators.Width width : Accumulators.Width.values()) {
            Int8Interpreter interpreter = new Int8Interpreter(graph, width);
            java.util.Arrays.fill(interpreter.quantized(0), 255);
            interpreter.run();
            boolean narrow = width == Accumulators.Width.BITS_24;
            assertEquals(
                    (float) (narrow ? exact - (1 << 24) : exact), interpreter.floats(1)[0]);
            assertEquals(List.of(new Accumulators.Reached("fc", exact, narrow ? 1 : 0)), interpreter.accumulators());
        }
    }

    @Test
    void shouldLoseLittleWhenNetIsQuantised() {
        for (Quantizer.Granularity granularity : Quantizer.Granularity.values()) {
            LayerGraph graph =
                    org.flatgaze.accel.graph.OnnxImport.read(org.flatgaze.accel.graph.TestModels.small("mini-ritnet"));
            List<float[][]> samples = List.of(RandomGraphs.sample(graph, 1), RandomGraphs.sample(graph, 2));
            LayerGraph quantized = Quantizer.quantize(graph, samples, new Quantizer.Options(granularity, 100));
            assertEquals(graph.macs(), quantized.macs());
            float[] exact = output(graph, RandomGraphs.sample(graph, 3));
            float[] rounded = output(quantized, RandomGraphs.sample(graph, 3));
            double error = 0;
            double size = 0;
            for (int i = 0; i < exact.length; i++) {
                error += Math.pow(exact[i] - rounded[i], 2);
                size += Math.pow(exact[i], 2);
            }
            assertTrue(Math.sqrt(error / size) < 0.05, granularity + " " + Math.sqrt(error / size));
        }
    }

    private static float[] output(LayerGraph graph, float[][] sample) {
        Int8Interpreter interpreter = new Int8Interpreter(graph);
        float[] in = interpreter.floats(graph.inputs().getFirst());
        System.arraycopy(sample[0], 0, in, 0, in.length);
        interpreter.run();
        return interpreter.floats(graph.outputs().getFirst());
    }
}
