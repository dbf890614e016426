package org.flatgaze.accel.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.cpu.Runs;
import org.flatgaze.accel.emulator.FusableForm;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.emulator.Quantizer.Granularity;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written means the same to our own import and to ONNX Runtime. */
final class OnnxExportTest {

    private static final int GRAPHS = 150;
    private static final int SAMPLES = 6;

    @Test
    void shouldReadBackFloatGraphsAsTheyWere() {
        int written = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            LayerGraph graph = RandomGraphs.of(seed);
            byte[] file = writtenOrRefused(graph);
            if (file != null) {
                float[][] sample = RandomGraphs.sample(graph, seed);
                LayerGraph read = OnnxImport.read(new ModelSource(graph.name(), file));
                requireNear("seed=" + seed, interpreted(graph, sample), interpreted(read, sample), 1e-4f);
                requireNear("seed=" + seed, interpreted(graph, sample), byOnnx(file, sample), 1e-4f);
                written++;
            }
        }
        assertTrue(written > GRAPHS / 4, "written=" + written);
    }

    @Test
    void shouldReadBackTheSameIntegersWhenEveryTensorHasOneScale() {
        int written = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            LayerGraph graph = quantized(RandomGraphs.of(seed), seed);
            byte[] file = hasOneScalePerTensor(graph) ? writtenOrRefused(graph) : null;
            if (file != null) {
                LayerGraph read = OnnxImport.read(new ModelSource(graph.name(), file));
                assertTrue(read.isQuantized());
                float[][] sample = RandomGraphs.sample(graph, seed + 2);
                float[][] expected = interpreted(graph, sample);
                float[][] actual = interpreted(read, sample);
                for (int i = 0; i < expected.length; i++) {
                    assertArrayEquals(expected[i], actual[i], 1e-5f * size(expected[i]), "seed=" + seed);
                }
                written++;
            }
        }
        assertTrue(written > GRAPHS / 8, "written=" + written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fbnet-c100", "ritnet-128"})
    void shouldMeanTheSameToOnnxRuntimeWhenANetIsTrained(String name) {
        ModelSource model = TestModels.trained(name);
        Assumptions.assumeTrue(model != null, "trained model is not there");
        LayerGraph floats = OnnxImport.read(model);
        List<float[][]> samples = new ArrayList<>();
        for (int seed = 0; seed < SAMPLES; seed++) {
            samples.add(RandomGraphs.sample(floats, seed));
        }
        LayerGraph graph = Quantizer.quantize(floats, samples, Quantizer.Options.standard());
        // What onnx-int8 runs where the processor has fast integer products, and always where every tensor has one
        // scale.
        byte[] halvedFile = OnnxExport.writeHalved(FusableForm.of(graph));
        LayerGraph meant = OnnxImport.read(new ModelSource(name, halvedFile));
        // Our kernels give the interpreter's bits for integers, and are many times as fast.
        List<float[]> reference = byEach("cpu", GraphFile.write(floats), samples);
        List<float[]> expected = byEach("cpu", GraphFile.write(graph), samples);
        double rounding = distance(expected, reference);
        double whole = distance(expected, byEach("onnx", OnnxExport.write(graph), samples));
        List<float[]> meantAnswers = byEach("cpu", GraphFile.write(meant), samples);
        double halved = distance(meantAnswers, byEach("onnx", halvedFile, samples));
        double chosen = distance(reference, byEach("onnx-int8", GraphFile.write(graph), samples));
        // As far from the interpreter as that is from float32 would be noise; a wrong scale is tens of times further.
        assertTrue(whole <= rounding, name + ": " + whole + " from the interpreter, rounding itself " + rounding);
        assertTrue(halved <= rounding, name + ": " + halved + " from what is meant, rounding itself " + rounding);
        double allowed = distance(reference, meantAnswers) + 2 * rounding;
        assertTrue(chosen <= allowed, name + ": " + chosen + " from float32, of " + allowed);
    }

    @Test
    void shouldMeanTheSameWithoutIntegersWhenFormIsReal() {
        double rounded = 0;
        double unrounded = 0;
        for (int seed = 0; seed < GRAPHS; seed++) {
            LayerGraph floats = RandomGraphs.of(seed);
            LayerGraph integers = Quantizer.quantize(
                    floats,
                    List.of(RandomGraphs.sample(floats, seed), RandomGraphs.sample(floats, seed + 1)),
                    new Quantizer.Options(seed % 2 == 0 ? Granularity.PER_TENSOR : Granularity.PER_CHANNEL, 100));
            LayerGraph real = RealForm.of(integers);
            assertFalse(real.isQuantized());
            float[][] sample = RandomGraphs.sample(floats, seed);
            float[][] expected = interpreted(floats, sample);
            float[][] inIntegers = interpreted(integers, sample);
            float[][] actual = interpreted(real, sample);
            for (int i = 0; i < expected.length; i++) {
                rounded += distance(expected[i], inIntegers[i]) / size(expected[i]);
                unrounded += distance(expected[i], actual[i]) / size(expected[i]);
            }
        }
        assertTrue(unrounded < rounded, unrounded + " from float32, 8 bits " + rounded);
    }

    @Test
    void shouldNameLayerWhenItHasNoPlaceInTheFile() {
        Tensor rows = Tensor.ofFloats("rows", Shape.of(1, 3, 4));
        Tensor out = Tensor.ofFloats("out", Shape.of(1, 3, 4));
        LayerGraph graph = new LayerGraph(
                "m", List.of(rows, out), List.of(new Layer.Softmax("soft", 0, 1)), List.of(0), List.of(1));
        String message = assertThrows(AcceleratorException.class, () -> OnnxExport.write(graph))
                .getMessage();
        assertEquals("model m: layer soft: only layers of convolutional networks are written", message);
    }

    @Test
    void shouldKeepTensorsApartWhenTheyHaveOneName() {
        List<Tensor> tensors = new ArrayList<>();
        for (String name : List.of("x", "same", "same", "out:sum", "y")) {
            tensors.add(Tensor.ofFloats(name, Shape.of(1, 3)));
        }
        LayerGraph graph = new LayerGraph(
                "m",
                tensors,
                List.of(
                        new Layer.Activate("relu", 0, 1, Activation.RELU),
                        new Layer.Activate("relu6", 1, 2, Activation.RELU6),
                        new Layer.Add("sum", 1, 2, 3, Activation.NONE),
                        new Layer.Add("out", 3, 1, 4, Activation.RELU)),
                List.of(0),
                List.of(4));
        assertArrayEquals(new float[] {0, 6, 22}, byOnnx(OnnxExport.write(graph), new float[][] {{-1, 2, 8}})[0]);
    }

    @Test
    void shouldDeclareEightBitsWhenAnOutputIsQuantized() throws IOException {
        Tensor x = Tensor.ofFloats("x", Shape.of(1, 3));
        Tensor y = new Tensor("y", Shape.of(1, 3), QuantParams.uniform(false, 0.5f, 3));
        LayerGraph graph =
                new LayerGraph("m", List.of(x, y), List.of(new Layer.Quantize("q", 0, 1)), List.of(0), List.of(1));
        ValueInfoProto output =
                ModelProto.parseFrom(OnnxExport.write(graph)).getGraph().getOutput(0);
        assertEquals(
                TensorProto.DataType.UINT8_VALUE,
                output.getType().getTensorType().getElemType());
    }

    private static LayerGraph quantized(LayerGraph graph, int seed) {
        return Quantizer.quantize(
                graph,
                List.of(RandomGraphs.sample(graph, seed), RandomGraphs.sample(graph, seed + 1)),
                Quantizer.Options.standard());
    }

    private static boolean hasOneScalePerTensor(LayerGraph graph) {
        return graph.tensors().stream()
                .noneMatch(t -> t.isQuantized() && t.quant().isPerChannel());
    }

    private static byte[] writtenOrRefused(LayerGraph graph) {
        try {
            return OnnxExport.write(graph);
        } catch (AcceleratorException e) {
            assertTrue(e.getMessage().startsWith("model " + graph.name() + ": layer "), e.getMessage());
            return null;
        }
    }

    private static float[][] interpreted(LayerGraph graph, float[][] sample) {
        try (Program program = new InterpretedProgram(graph)) {
            return Runs.once(program, sample);
        }
    }

    private static float[][] byOnnx(byte[] file, float[][] sample) {
        try (Accelerator accelerator = Accelerators.byId("onnx").open();
                Program program = compile(accelerator, file)) {
            return Runs.once(program, sample);
        }
    }

    /** The first output for every sample, of one compiled program. */
    private static List<float[]> byEach(String backend, byte[] file, List<float[][]> samples) {
        try (Accelerator accelerator = Accelerators.byId(backend).open();
                Program program = compile(accelerator, file)) {
            return samples.stream().map(sample -> Runs.once(program, sample)[0]).toList();
        }
    }

    private static Program compile(Accelerator accelerator, byte[] file) {
        return accelerator.compile(new ModelSource("written", file), CompileOptions.singleThreaded());
    }

    private static void requireNear(String what, float[][] expected, float[][] actual, float relative) {
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], relative * size(expected[i]), what + " output " + i);
        }
    }

    private static float size(float[] values) {
        float size = 1;
        for (float value : values) {
            size = Math.max(size, Math.abs(value));
        }
        return size;
    }

    private static double distance(List<float[]> a, List<float[]> b) {
        double sum = 0;
        for (int i = 0; i < a.size(); i++) {
            sum += distance(a.get(i), b.get(i));
        }
        return sum;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(sum / a.length);
    }
}
