package org.flatgaze.accel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.TestModels;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The backends that read graphs, held against ONNX Runtime and against themselves. */
final class CpuBackendTest {

    private static final List<String> BACKENDS = List.of("cpu-scalar", "cpu-vector", "emulator");

    private static Program compile(String backend, ModelSource model) {
        AcceleratorProvider provider = Accelerators.byId(backend);
        Assumptions.assumeTrue(provider.probe().usable(), provider.probe().detail());
        return provider.open().compile(model, CompileOptions.singleThreaded());
    }

    private static float[][] sample(ModelSource model, long seed) {
        return RandomGraphs.sample(OnnxImport.read(model), seed);
    }

    /** The models with "-all" hand out every activation, so each layer is compared. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mini-fbnet",
                "mini-fbnet-all",
                "mini-ritnet",
                "mini-ritnet-all",
                "mini-vit",
                "mini-vit-all",
                "tiny-vit",
                "tiny-vit-14",
                "tiny-levit",
                "mixed",
                "mixed-all"
            })
    void shouldAgreeWithOnnxRuntimeLayerByLayerWhenFloat(String name) {
        ModelSource model = TestModels.small(name);
        float[][] sample = sample(model, 3);
        try (Program reference = compile("onnx", model)) {
            float[][] expected = Runs.once(reference, sample);
            for (String backend : BACKENDS) {
                try (Program program = compile(backend, model)) {
                    requireNear(backend, reference.outputs(), expected, program, sample);
                }
            }
        }
    }

    private static void requireNear(
            String backend, List<TensorSpec> specs, float[][] expected, Program program, float[][] sample) {
        float[][] got = Runs.once(program, sample);
        assertEquals(expected.length, got.length);
        for (int i = 0; i < got.length; i++) {
            assertEquals(specs.get(i).name(), program.outputs().get(i).name());
            assertArrayEquals(specs.get(i).shape(), program.outputs().get(i).shape());
            assertArrayEquals(
                    expected[i], got[i], 2e-5f, backend + " " + specs.get(i).name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fbnet-c100", "ritnet-128"})
    void shouldAgreeWithOnnxRuntimeOnTrainedNets(String name) {
        ModelSource model = TestModels.trained(name);
        Assumptions.assumeTrue(model != null, "trained model is not there");
        float[][] sample = sample(model, 3);
        try (Program reference = compile("onnx", model)) {
            float[][] expected = Runs.once(reference, sample);
            float size = 1;
            for (float v : expected[0]) {
                size = Math.max(size, Math.abs(v));
            }
            for (String backend : BACKENDS) {
                try (Program program = compile(backend, model)) {
                    assertArrayEquals(expected[0], Runs.once(program, sample)[0], 1e-4f * size, backend);
                }
            }
        }
    }

    /**
     * One step of the output at most; the share of equal numbers goes into the report of the run. Both sides round half to
     * even after one product with a float32 factor, so on processors with exact 8-bit products nearly all are equal.
     */
    @ParameterizedTest
    @CsvSource({"mini-fbnet-qdq, 3.8157e-4", "mini-ritnet-qdq, 1.9702e-3", "mixed-qdq, 2.8179e-3"})
    void shouldBeWithinOneStepOfOnnxRuntimeWhenQuantised(String name, float outputStep) {
        ModelSource model = TestModels.small(name);
        int equal = 0;
        int total = 0;
        try (Program reference = compile("onnx", model);
                Program program = compile("emulator", model)) {
            for (int seed = 0; seed < 20; seed++) {
                float[][] sample = sample(model, seed);
                float[] expected = Runs.once(reference, sample)[0];
                float[] got = Runs.once(program, sample)[0];
                for (int i = 0; i < got.length; i++) {
                    assertTrue(
                            Math.abs(got[i] - expected[i]) <= 1.01f * outputStep,
                            "seed=" + seed + " element " + i + ": " + got[i] + " and " + expected[i]);
                    equal += got[i] == expected[i] ? 1 : 0;
                    total++;
                }
            }
        }
        System.out.printf(java.util.Locale.ROOT, "%s: %d of %d outputs equal ONNX Runtime%n", name, equal, total);
        assertTrue(equal >= 0.9 * total, "equal=" + equal + " of " + total);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mini-fbnet", "mini-ritnet-qdq", "mini-vit"})
    void shouldGiveTheSameWhenRunInSteps(String name) {
        ModelSource model = TestModels.small(name);
        float[][] sample = sample(model, 5);
        for (String backend : BACKENDS) {
            try (Program program = compile(backend, model);
                    Execution execution = program.newExecution()) {
                Runs.fill(execution, sample);
                execution.run();
                float[][] whole = Runs.outputs(program, execution);
                assertTrue(execution.isPreemptible());
                assertTrue(Accelerators.byId(backend).canYield());
                int yields = 0;
                while (execution.step(0) == Execution.StepResult.YIELDED) {
                    yields++;
                }
                assertTrue(yields > 5, backend + " yields=" + yields);
                assertArrayEquals(whole[0], Runs.outputs(program, execution)[0]);
                // A run in the middle of steps starts from the beginning.
                assertEquals(Execution.StepResult.YIELDED, execution.step(0));
                execution.run();
                assertArrayEquals(whole[0], Runs.outputs(program, execution)[0]);
                assertEquals(Execution.StepResult.DONE, execution.step(Long.MAX_VALUE));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mini-fbnet", "mini-fbnet-qdq", "mini-ritnet", "mini-ritnet-qdq", "mixed"})
    void shouldAllocateNothingWhenRunning(String name) {
        ModelSource model = TestModels.small(name);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Program program = compile("cpu-vector", model);
                Execution execution = program.newExecution()) {
            long bytes = Long.MAX_VALUE;
            for (int block = 0; block < 60 && bytes > 0; block++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 200; i++) {
                    execution.run();
                }
                bytes = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertEquals(0, bytes, "bytes per 200 runs");
        }
    }

    @Test
    void shouldRefuseToRunWhenClosed() {
        for (String backend : BACKENDS) {
            Program program = compile(backend, TestModels.small("mini-fbnet"));
            Execution execution = program.newExecution();
            Execution other = program.newExecution();
            execution.close();
            assertThrows(AcceleratorException.class, execution::run);
            program.close();
            assertEquals(
                    "model mini-fbnet: the program is closed",
                    assertThrows(AcceleratorException.class, other::run).getMessage());
            assertThrows(AcceleratorException.class, program::newExecution);
        }
    }

    @Test
    void shouldShareMemoryBetweenTensorsWhoseLivesDoNotOverlap() {
        LayerGraph graph = OnnxImport.read(TestModels.small("mini-fbnet"));
        long all = graph.tensors().stream().mapToLong(t -> t.shape().elements()).sum();
        int planned = new VectorProgram(graph).arenaFloats();
        assertTrue(planned < all / 2, planned + " of " + all);
    }

    @Test
    void shouldExchangeBytesWhenInputsAreQuantised() {
        LayerGraph graph = RandomGraphs.of(12);
        LayerGraph quantized = Quantizer.quantize(
                graph, List.<float[][]>of(RandomGraphs.sample(graph, 1)), Quantizer.Options.standard());
        // Without the ends that talk float32.
        LayerGraph bytes = new LayerGraph(
                "bytes",
                quantized.tensors().subList(0, graph.tensors().size() + 1),
                quantized.layers().subList(1, 2),
                List.of(0),
                List.of(quantized.layers().get(1).output()));
        try (Program scalar = new CpuAccelerator("cpu-scalar", false).compile(bytes);
                Program vector = new CpuAccelerator("cpu-vector", true).compile(bytes);
                Execution a = scalar.newExecution();
                Execution b = vector.newExecution()) {
            assertEquals(
                    TensorSpec.ElementType.UINT8, vector.inputs().getFirst().type());
            for (int i = 0; i < a.input(0).limit(); i++) {
                a.input(0).put(i, (byte) (37 * i));
                b.input(0).put(i, (byte) (37 * i));
            }
            a.run();
            b.run();
            assertEquals(a.output(0), b.output(0));
        }
    }
}
