package org.flatgaze.accel.shiftadd.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.cpu.CpuAccelerator;
import org.flatgaze.accel.emulator.Int8Interpreter;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.shiftadd.cost.LayerKind;
import org.junit.jupiter.api.Test;

/** Conversion of a small trained-like network: exactness, error report, and what is refused. */
final class ShiftConversionTest {

    private final Random random = new Random(1);

    private LayerGraph network() throws IOException {
        try (InputStream in = LayerGraph.class.getResourceAsStream("mini-fbnet.onnx")) {
            return OnnxImport.read(new ModelSource("mini-fbnet", in.readAllBytes()));
        }
    }

    private List<float[][]> samples(LayerGraph graph, int count) {
        List<float[][]> samples = new java.util.ArrayList<>();
        for (int s = 0; s < count; s++) {
            float[] x = new float
                    [graph.tensors().get(graph.inputs().getFirst()).shape().elements()];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            samples.add(new float[][] {x});
        }
        return samples;
    }

    private static LayerGraph linear(float... weights) {
        int inputs = weights.length / 2;
        return new LayerGraph(
                "linear",
                List.of(Tensor.ofFloats("x", Shape.of(1, inputs)), Tensor.ofFloats("y", Shape.of(1, 2))),
                List.of(new Layer.Linear("fc", 0, 1, new Weights.Float32(weights, new float[2]), Activation.NONE)),
                List.of(0),
                List.of(1));
    }

    @Test
    void shouldChangeNothingWhenWeightsArePowersOfTwoOfARowsFactor() {
        // Two rows with their own factor each, all seven exponents and a zero.
        float[] weights = {3f, -1.5f, 0.75f, 0.046875f, 5f, 0f, -0.3125f, 2.5f};
        ShiftConversion converted =
                ShiftConversion.of(linear(weights), new ShiftPolicy(4, false, false, false, Set.of()));
        Weights.Float32 rounded =
                (Weights.Float32) ((Layer.Linear) converted.graph().layers().getFirst()).weights();
        assertArrayEquals(weights, rounded.values(), 1e-6f);
        assertTrue(converted.layers().getFirst().weightError() < 1e-6);
        assertEquals(1, converted.layers().getFirst().zeros());
    }

    @Test
    void shouldConvertWhatWasTrainedAsPowersOfTwoAndNothingElse() {
        LayerGraph graph = trainedAndNot();
        ShiftPolicy policy = ShiftPolicy.trained(graph, 4);
        assertEquals(Set.of("free"), policy.keep());
        ShiftConversion converted = ShiftConversion.of(graph, policy);
        assertTrue(converted.layers().getFirst().isExact());
        assertFalse(converted.layers().getLast().shifted());

        // In 8 bits the steps of 127 are not powers of two; the factor puts the trained ones back.
        LayerGraph int8 = Quantizer.quantize(graph, samples(graph, 2), Quantizer.Options.standard());
        Weights.Int8 rounded =
                (Weights.Int8) linear(ShiftConversion.of(int8, policy).graph(), "powers");
        Weights.Int8 before = (Weights.Int8) linear(int8, "powers");
        float[] trained = ((Weights.Float32) linear(graph, "powers")).values();
        for (int i = 0; i < trained.length; i++) {
            int row = i / (trained.length / 2);
            // accumulatorScale holds the input's scale as well, which both have in common.
            double step = before.accumulatorScale()[row] * 127 / (row == 0 ? 3 : 5);
            assertEquals(
                    trained[i],
                    rounded.values()[i] * rounded.accumulatorScale()[row] / step,
                    2e-6 * Math.abs(trained[i]),
                    "weight " + i);
        }
    }

    @Test
    void shouldRefuseWhenNothingWasTrainedAsPowersOfTwo() throws IOException {
        LayerGraph graph = network();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ShiftPolicy.trained(graph, 4));
        assertTrue(e.getMessage().contains("no layer's weights are powers of two of 4 bits"), e.getMessage());
    }

    private static Weights linear(LayerGraph graph, String name) {
        return graph.layers().stream()
                .filter(layer -> layer.name().equals(name))
                .map(layer -> ((Layer.Linear) layer).weights())
                .findFirst()
                .orElseThrow();
    }

    /** Two rows of powers of two, then weights of any size. */
    private static LayerGraph trainedAndNot() {
        float[] powers = {3f, -1.5f, 0.75f, 0.046875f, 5f, 0f, -0.3125f, 2.5f};
        float[] free = {0.9f, -0.4f, 0.31f, 0.77f};
        return new LayerGraph(
                "two layers",
                List.of(
                        Tensor.ofFloats("x", Shape.of(1, 4)),
                        Tensor.ofFloats("h", Shape.of(1, 2)),
                        Tensor.ofFloats("y", Shape.of(1, 2))),
                List.of(
                        new Layer.Linear("powers", 0, 1, new Weights.Float32(powers, new float[2]), Activation.NONE),
                        new Layer.Linear("free", 1, 2, new Weights.Float32(free, new float[2]), Activation.NONE)),
                List.of(0),
                List.of(2));
    }

    @Test
    void shouldKeepFirstLastAndNamedLayersWhenThePolicySaysSo() throws IOException {
        LayerGraph graph = network();
        ShiftConversion standard = ShiftConversion.of(graph, ShiftPolicy.standard());
        assertFalse(standard.layers().getFirst().shifted());
        assertFalse(standard.layers().getLast().shifted());
        LayerRounding shifted = standard.layers().stream()
                .filter(LayerRounding::shifted)
                .findFirst()
                .orElseThrow();
        assertTrue(shifted.weightError() > 0.01 && shifted.weightError() < 0.3, () -> "" + shifted);
        ShiftConversion kept = ShiftConversion.of(graph, new ShiftPolicy(4, true, true, true, Set.of(shifted.layer())));
        for (int l = 0; l < graph.layers().size(); l++) {
            if (graph.layers().get(l).name().equals(shifted.layer())) {
                assertSame(graph.layers().get(l), kept.graph().layers().get(l));
            }
        }
    }

    @Test
    void shouldErrLessWhenThereAreMoreBits() throws IOException {
        LayerGraph graph = network();
        double[] errors = new double[3];
        for (int bits = 3; bits <= 5; bits++) {
            ShiftConversion converted = ShiftConversion.of(graph, new ShiftPolicy(bits, false, false, false, Set.of()));
            for (LayerRounding layer : converted.layers()) {
                errors[bits - 3] += layer.weightError();
            }
        }
        assertTrue(errors[2] <= errors[1] && errors[1] < errors[0], () -> java.util.Arrays.toString(errors));
    }

    @Test
    void shouldGiveTheSameBitsOnCpuAndInterpreterWhenTheGraphIsQuantized() throws IOException {
        LayerGraph graph = network();
        List<float[][]> samples = samples(graph, 3);
        LayerGraph int8 = Quantizer.quantize(graph, samples, Quantizer.Options.standard());
        ShiftConversion converted = ShiftConversion.of(int8, ShiftPolicy.standard());
        int checked = 0;
        for (int l = 0; l < converted.graph().layers().size(); l++) {
            Layer layer = converted.graph().layers().get(l);
            if (!layer.equals(int8.layers().get(l)) && layer instanceof Layer.Conv conv) {
                for (byte w : ((Weights.Int8) conv.weights()).values()) {
                    assertTrue(Math.abs(w) <= 64 && Integer.bitCount(Math.abs(w)) <= 1, "weight " + w);
                    checked++;
                }
            }
        }
        assertTrue(checked > 100);
        Int8Interpreter oracle = new Int8Interpreter(converted.graph());
        int input = converted.graph().inputs().getFirst();
        System.arraycopy(samples.getFirst()[0], 0, oracle.floats(input), 0, samples.getFirst()[0].length);
        oracle.run();
        try (CpuAccelerator cpu = (CpuAccelerator) Accelerators.byId("cpu").open();
                Program program = cpu.compile(converted.graph());
                Execution execution = program.newExecution()) {
            execution.input(0).order(ByteOrder.nativeOrder()).asFloatBuffer().put(samples.getFirst()[0]);
            execution.run();
            float[] expected = oracle.floats(converted.graph().outputs().getFirst());
            float[] actual = new float[expected.length];
            execution.output(0).order(ByteOrder.nativeOrder()).asFloatBuffer().get(actual);
            assertArrayEquals(expected, actual);
        }
    }

    @Test
    void shouldReportErrorPerLayerWhenGraphsAreCompared() throws IOException {
        LayerGraph graph = network();
        List<float[][]> samples = samples(graph, 2);
        GraphComparison same = GraphComparison.of(graph, graph, samples);
        assertEquals(0, same.outputError());
        ShiftConversion converted = ShiftConversion.of(graph, ShiftPolicy.standard());
        GraphComparison different = GraphComparison.of(graph, converted.graph(), samples);
        assertEquals(graph.layers().size(), different.layers().size());
        assertTrue(different.outputError() > 0 && different.outputError() < 1, () -> "" + different.outputError());
        assertTrue(different.largestOutputDifference() > 0);
    }

    @Test
    void shouldTableTheLayersAsShiftsWhenConverted() throws IOException {
        LayerGraph graph = network();
        ShiftConversion converted = ShiftConversion.of(graph, ShiftPolicy.standard());
        var before = GraphShapes.of(graph, List.of());
        var after = GraphShapes.of(graph, converted.layers());
        assertEquals(before.size(), after.size());
        assertEquals(graph.macs(), after.stream().mapToLong(s -> s.taps()).sum());
        assertEquals(
                converted.layers().stream().filter(LayerRounding::shifted).count(),
                after.stream().filter(s -> s.kind() == LayerKind.SHIFT).count());
        assertEquals(0, before.stream().filter(s -> s.kind() == LayerKind.SHIFT).count());
    }

    @Test
    void shouldRefuseWhenThePolicyDoesNotFit() throws IOException {
        LayerGraph graph = network();
        IllegalArgumentException unknown = assertThrows(
                IllegalArgumentException.class,
                () -> ShiftConversion.of(graph, new ShiftPolicy(4, true, true, true, Set.of("no such layer"))));
        assertTrue(unknown.getMessage().startsWith("keep=[no such layer]"), unknown.getMessage());
        LayerGraph int8 = Quantizer.quantize(graph, samples(graph, 1), Quantizer.Options.standard());
        IllegalArgumentException wide = assertThrows(
                IllegalArgumentException.class,
                () -> ShiftConversion.of(int8, new ShiftPolicy(5, true, true, true, Set.of())));
        assertTrue(wide.getMessage().contains("15 exponents do not fit int8 weights"), wide.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new ShiftPolicy(6, true, true, true, Set.of()));
        assertThrows(IllegalArgumentException.class, () -> GraphComparison.of(graph, graph, List.of()));
    }
}
