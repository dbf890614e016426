package org.flatgaze.accel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.device.DeviceAccelerator;
import org.flatgaze.accel.device.DeviceClock;
import org.flatgaze.accel.device.DeviceDriver;
import org.flatgaze.accel.device.DeviceLimits;
import org.flatgaze.accel.device.LoopbackBus;
import org.flatgaze.accel.device.SimulatedDevice;
import org.flatgaze.accel.emulator.Int8Interpreter;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.emulator.Quantizer.Granularity;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.TestModels;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 8-bit graphs give the same bits in the interpreter, in plain loops, in vectors and on the loopback device. */
final class CpuExactnessTest {

    private static final int GRAPHS = 1000;

    private final DeviceAccelerator device = new DeviceAccelerator(DeviceDriver.open(
            new LoopbackBus(SimulatedDevice.of(InterpretedProgram::new)), DeviceLimits.LIVE, DeviceClock.SYSTEM));

    @BeforeEach
    void requireVectors() {
        Assumptions.assumeTrue(
                Accelerators.byId("cpu-vector").probe().usable(),
                Accelerators.byId("cpu-vector").probe().detail());
    }

    @Test
    void shouldBeEqualBitByBitOnRandomGraphs() {
        for (int seed = 0; seed < GRAPHS; seed++) {
            LayerGraph graph = RandomGraphs.of(seed);
            Quantizer.Options options = new Quantizer.Options(
                    seed % 2 == 0 ? Granularity.PER_TENSOR : Granularity.PER_CHANNEL, seed % 5 == 0 ? 99.9 : 100);
            LayerGraph quantized = Quantizer.quantize(
                    graph, List.of(RandomGraphs.sample(graph, seed), RandomGraphs.sample(graph, seed + 1)), options);
            requireEqual("seed=" + seed, quantized, RandomGraphs.sample(graph, seed + 2));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fbnet-c100", "ritnet-128"})
    void shouldBeEqualBitByBitOnTrainedNets(String name) {
        ModelSource model = TestModels.trained(name);
        Assumptions.assumeTrue(model != null, "trained model is not there");
        LayerGraph graph = OnnxImport.read(model);
        LayerGraph quantized = Quantizer.quantize(
                graph, List.<float[][]>of(RandomGraphs.sample(graph, 1)), Quantizer.Options.standard());
        requireEqual(name, quantized, RandomGraphs.sample(graph, 2));
    }

    private void requireEqual(String what, LayerGraph graph, float[][] sample) {
        Int8Interpreter oracle = new Int8Interpreter(graph);
        System.arraycopy(sample[0], 0, oracle.floats(graph.inputs().getFirst()), 0, sample[0].length);
        oracle.run();
        float[][] scalar = Runs.once(new CpuAccelerator("cpu-scalar", false).compile(graph), sample);
        float[][] vector = Runs.once(new CpuAccelerator("cpu-vector", true).compile(graph), sample);
        float[][] remote;
        try (Program program = device.compile(graph)) {
            remote = Runs.once(program, sample);
        }
        for (int i = 0; i < scalar.length; i++) {
            float[] expected = oracle.floats(graph.outputs().get(i));
            assertArrayEquals(expected, scalar[i], what);
            assertArrayEquals(expected, remote[i], what);
            for (int e = 0; e < expected.length; e++) {
                // 0 and -0 stand for the same 8 bits.
                assertEquals(expected[e] + 0f, vector[i][e] + 0f, what + " output " + i + " element " + e);
            }
        }
    }

    @Test
    void shouldBeNearWhenGraphsAreFloat() {
        for (int seed = 0; seed < 300; seed++) {
            LayerGraph graph = RandomGraphs.of(seed);
            float[][] sample = RandomGraphs.sample(graph, seed);
            float[][] scalar = Runs.once(new CpuAccelerator("cpu-scalar", false).compile(graph), sample);
            float[][] vector = Runs.once(new CpuAccelerator("cpu-vector", true).compile(graph), sample);
            for (int i = 0; i < scalar.length; i++) {
                float size = 1;
                for (float v : scalar[i]) {
                    size = Math.max(size, Math.abs(v));
                }
                assertArrayEquals(scalar[i], vector[i], 2e-5f * size, "seed=" + seed + " output " + i);
            }
        }
    }

    @Test
    void shouldKeepSumsWholeWhenTheyOutgrowFloats() {
        LayerGraph graph = LargeSums.graph();
        float[][] sample = {new float[LargeSums.INPUTS]};
        java.util.Arrays.fill(sample[0], 255);
        float[][] vector = Runs.once(new CpuAccelerator("cpu-vector", true).compile(graph), sample);
        assertTrue(LargeSums.expected() > 1 << 24);
        assertEquals((float) LargeSums.expected(), vector[0][0]);
        requireEqual("large sums", graph, sample);
    }
}
