package org.flatgaze.accel.fallback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.device.DeviceAccelerator;
import org.flatgaze.accel.device.DeviceClock;
import org.flatgaze.accel.device.DeviceDriver;
import org.flatgaze.accel.device.DeviceLimits;
import org.flatgaze.accel.device.LoopbackBus;
import org.flatgaze.accel.device.SimulatedDevice;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FallbackAcceleratorTest {

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    private final FallbackListener listener = new FallbackListener() {
        @Override
        public void onLost(String line) {
            news.add(line);
        }

        @Override
        public void onReturned(String line) {
            news.add(line);
        }
    };

    private static List<Float> run(Execution execution, float[][] sample) {
        for (int i = 0; i < sample.length; i++) {
            execution.input(i).asFloatBuffer().put(sample[i]);
        }
        execution.run();
        List<Float> numbers = new ArrayList<>();
        for (var view = execution.output(0).asFloatBuffer(); view.hasRemaining(); ) {
            numbers.add(view.get());
        }
        return numbers;
    }

    @Test
    void shouldGoOnWithTheSameNumbersWhenTheDeviceIsLostAndReturnToIt() throws InterruptedException {
        LayerGraph graph = RandomGraphs.of(3);
        LayerGraph quantized = Quantizer.quantize(
                graph, List.<float[][]>of(RandomGraphs.sample(graph, 3)), Quantizer.Options.standard());
        ModelSource source = new ModelSource("m", GraphFile.write(quantized));
        SimulatedDevice device = SimulatedDevice.of(InterpretedProgram::new);
        DeviceAccelerator first = new DeviceAccelerator(
                DeviceDriver.open(new LoopbackBus(device), DeviceLimits.LIVE, DeviceClock.SYSTEM));
        try (FallbackAccelerator both = new FallbackAccelerator(
                        first, Accelerators.byId("cpu-scalar").open(), listener, 1);
                Program program = both.compile(source, CompileOptions.singleThreaded());
                Execution execution = program.newExecution()) {
            List<List<Float>> expected = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                expected.add(run(execution, RandomGraphs.sample(quantized, i)));
            }
            assertEquals(0, both.spareRuns());

            device.unplug();
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(
                        expected.get(i).toArray(),
                        run(execution, RandomGraphs.sample(quantized, i)).toArray(),
                        "input " + i + ": this input's own result, from the spare");
            }
            assertTrue(both.isLost());
            assertEquals(5, both.spareRuns());
            assertEquals(
                    "accelerator device is lost, cpu-scalar goes on: loopback device: nobody answers", news.take());

            device.plugIn();
            assertEquals("accelerator device is back", news.poll(30, TimeUnit.SECONDS));
            long before = first.driver().counters().operations();
            assertEquals(expected.get(2), run(execution, RandomGraphs.sample(quantized, 2)));
            assertFalse(both.isLost());
            assertEquals(5, both.spareRuns());
            assertTrue(first.driver().counters().operations() > before, "the device works again");
            assertEquals(1, both.losses());
        }
    }
}
