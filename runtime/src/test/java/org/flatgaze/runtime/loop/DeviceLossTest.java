package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
import org.flatgaze.accel.fallback.FallbackAccelerator;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device that dies in frame 1,000 and returns 500 frames later: every frame has its own result, none is missing. */
@Timeout(120)
final class DeviceLossTest {

    private static final int FRAMES = 2_000;
    private static final int DIES_AT = 1_000;
    private static final int RETURNS_AT = 1_500;
    private static final long RETURN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<String> news = new CopyOnWriteArrayList<>();
    private final SimulatedDevice device = SimulatedDevice.of(InterpretedProgram::new);

    /** One number in, four times that out, in 8 bits. */
    private static ModelSource model() {
        Shape one = Shape.of(1, 1);
        LayerGraph graph = new LayerGraph(
                "times-four",
                List.of(Tensor.ofFloats("x", one), Tensor.ofFloats("y", one)),
                List.of(new Layer.Linear(
                        "times", 0, 1, new Weights.Float32(new float[] {4}, new float[0]), Activation.NONE)),
                List.of(0),
                List.of(1));
        List<float[][]> samples = List.of(new float[][] {{0}}, new float[][] {{255}});
        return new ModelSource(
                "times-four", GraphFile.write(Quantizer.quantize(graph, samples, Quantizer.Options.standard())));
    }

    private static float number(long sequence) {
        return sequence % 256;
    }

    @Test
    void shouldGiveEveryFrameItsOwnResultWhenTheDeviceDiesAndReturns() throws Exception {
        DeviceAccelerator first = new DeviceAccelerator(
                DeviceDriver.open(new LoopbackBus(device), DeviceLimits.LIVE, DeviceClock.SYSTEM));
        try (FallbackAccelerator both = new FallbackAccelerator(
                        first, Accelerators.byId("cpu-scalar").open(), BackendListener.saying(news::add), 1);
                Program program = both.compile(model(), CompileOptions.singleThreaded());
                NetworkProcessor one = new NetworkProcessor(program.newExecution());
                NetworkProcessor two = new NetworkProcessor(program.newExecution());
                ThroughputLoop loop = new ThroughputLoop(
                        new FakeFrames(FRAMES, NanoClock.SYSTEM, sequence -> plug(sequence, both)),
                        List.of(one, two),
                        sequence -> {},
                        NanoClock.SYSTEM,
                        Long.MAX_VALUE)) {
            List<Float> expected = new ArrayList<>();
            try (Program oracle =
                            Accelerators.byId("emulator").open().compile(model(), CompileOptions.singleThreaded());
                    NetworkProcessor alone = new NetworkProcessor(oracle.newExecution())) {
                for (int i = 0; i < 256; i++) {
                    expected.add(alone.times(i));
                }
            }
            loop.start();
            GazeSample sample = new GazeSample();
            long next = 0;
            while (!loop.isFinished()) {
                if (!loop.poll(sample)) {
                    loop.awaitSample(TimeUnit.MILLISECONDS.toNanos(5));
                    continue;
                }
                assertEquals(next, sample.sequence, "no gap");
                assertEquals(FrameStatus.OK, sample.status, "frame " + next);
                assertEquals(
                        expected.get((int) (next % 256)), sample.dirX, "frame " + next + ": its own, not an old one");
                next++;
            }
            assertNull(loop.failure());
            assertEquals(FRAMES, next);
            assertTrue(both.spareRuns() >= RETURNS_AT - DIES_AT - 2, both.spareRuns() + " runs of the spare");
            assertTrue(both.spareRuns() < RETURNS_AT - DIES_AT + 64, both.spareRuns() + " runs of the spare");
            assertEquals(
                    List.of(
                            "accelerator device is lost, cpu-scalar goes on: loopback device: nobody answers",
                            "accelerator device is back"),
                    news);
        }
    }

    private void plug(long sequence, FallbackAccelerator both) {
        if (sequence == DIES_AT) {
            device.unplug();
        } else if (sequence == RETURNS_AT) {
            device.plugIn();
            long begun = System.nanoTime();
            while (both.isLost() && System.nanoTime() - begun < RETURN_NANOS) {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    /** Stands in for the pipeline: the frame's number goes through the network. */
    private static final class NetworkProcessor implements FrameProcessor {
        private final Execution execution;

        NetworkProcessor(Execution execution) {
            this.execution = execution;
        }

        float times(float number) {
            execution.input(0).asFloatBuffer().put(0, number);
            execution.run();
            return execution.output(0).asFloatBuffer().get(0);
        }

        @Override
        public void process(SensorFrame frame, GazeSample into) {
            into.clear();
            into.sequence = frame.sequence();
            into.dirX = times(number(frame.sequence()));
            into.status = FrameStatus.OK;
        }

        @Override
        public boolean isRegionDue(SensorFrame frame) {
            return false;
        }

        @Override
        public boolean refreshRegion(SensorFrame frame) {
            return true;
        }

        @Override
        public Throwable lastFailure() {
            return null;
        }

        @Override
        public void close() {
            execution.close();
        }
    }
}
