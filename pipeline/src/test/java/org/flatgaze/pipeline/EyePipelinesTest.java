package org.flatgaze.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.reconstruct.FilterDesign;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EyePipelinesTest {

    private static final SensorFormat SENSOR = new SensorFormat(20, 16, 8, Packing.U8);
    private static final FakeModels.Network AHEAD = FakeModels.vector(0, 0, -1);

    @TempDir
    Path directory;

    private ModelStore store;

    @BeforeEach
    void writeStore() throws IOException {
        store = ModelStore.open(FakeModels.writeStore(directory));
    }

    private static SeparableFilter filter(int scene) {
        Random random = new Random(12);
        float[] left = new float[SENSOR.height() * scene];
        float[] right = new float[SENSOR.width() * scene];
        for (int i = 0; i < left.length; i++) {
            left[i] = random.nextFloat();
        }
        for (int i = 0; i < right.length; i++) {
            right[i] = random.nextFloat();
        }
        return SeparableFilter.of(FlatCamModel.of("test", SENSOR, scene, left, right), FilterDesign.reference());
    }

    @Test
    void shouldReportModelsOfAnotherFilterAndCloseBothPrograms() {
        FakeModels accelerator = FakeModels.paper(AHEAD, FakeModels.labels(EyeMaps.open(64, 64)));
        SeparableFilter filter = filter(256);
        try (EyePipelines pipelines = new EyePipelines(accelerator, store, filter, PipelineConfig.DEFAULT)) {
            assertEquals(2, pipelines.filterMismatches().size());
            assertEquals(filter.id(), pipelines.filterMismatches().get(0).actual());
            assertEquals(50, pipelines.tracker().schedule().period());
        }
        assertTrue(accelerator.isClosed("fbnet-c100") && accelerator.isClosed("ritnet-128"));
    }

    @Test
    void shouldCloseFirstProgramWhenSecondDoesNotFit() {
        FakeModels accelerator = new FakeModels()
                .with("fbnet-c100", FakeModels.gazeIn(), FakeModels.gazeOut(), AHEAD)
                .with("ritnet-128", FakeModels.segmentationIn(), FakeModels.gazeOut(), AHEAD);
        SeparableFilter filter = filter(256);
        assertThrows(ModelException.class, () -> new EyePipelines(accelerator, store, filter, PipelineConfig.DEFAULT));
        assertTrue(accelerator.isClosed("fbnet-c100"));
    }

    @Test
    void shouldRefuseModelInTheWrongPlace() {
        FakeModels accelerator = FakeModels.paper(AHEAD, AHEAD);
        SeparableFilter filter = filter(256);
        PipelineConfig config = PipelineConfig.DEFAULT.withNetworks(new Networks("ritnet-128", "ritnet-128"));
        Exception e = assertThrows(ModelException.class, () -> new EyePipelines(accelerator, store, filter, config));
        assertEquals(
                "model ritnet-128 cannot be the gaze network: it is [1, 1, 128, 128] -> [1, 4, 128, 128], expected "
                        + "[1, 1, 96, 160] -> [1, 3] or [1, 5]",
                e.getMessage());
    }

    @Test
    void shouldRefuseFilterOfAnotherPictureSize() {
        FakeModels accelerator = FakeModels.paper(AHEAD, AHEAD);
        SeparableFilter filter = filter(128);
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new EyePipelines(accelerator, store, filter, PipelineConfig.DEFAULT));
        assertTrue(e.getMessage().contains("picture=128x128: expected 256x256"), e.getMessage());
    }

    @Test
    void shouldRejectConfigurationOutOfRange() {
        PipelineConfig d = PipelineConfig.DEFAULT;
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new PipelineConfig(
                        "a", "b", d.schedule(), d.regionPolicy(), 1000, 0.5f, 1.5f, 0.02f, d.expectedIrisPx()));
        assertEquals("saturatedAbove=1.5: expected 0..1", e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new PipelineConfig(
                        "a", "b", d.schedule(), d.regionPolicy(), 0, 0.5f, 0.5f, 0.02f, d.expectedIrisPx()));
    }

    @Test
    void shouldMakeSameSamplesWhenTwoThreadsTakeAlternateFrames() throws Exception {
        float[][] one = run(1);
        for (int repeat = 0; repeat < 3; repeat++) {
            float[][] two = run(2);
            for (int i = 0; i < one.length; i++) {
                assertArrayEquals(one[i], two[i], "frame " + i);
            }
        }
    }

    /** 200 frames over this many threads; the eye moves with the frame number and one segmentation fails. */
    private float[][] run(int threads) throws Exception {
        EyePipelines pipelines = new EyePipelines(
                FakeModels.paper(
                        (in, out) -> out.put(0, in.get(7)).put(1, in.get(8)).put(2, -1),
                        EyePipelinesTest::segmentMovingEye),
                store,
                filter(256),
                PipelineConfig.DEFAULT.withRegions(new RoiSchedule(20, 3), RegionPolicy.SCHEDULED));
        float[][] samples = new float[200][];
        for (int i = 0; i < samples.length; i++) {
            pipelines.tracker().admit(i);
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Future<?>[] done = new Future<?>[threads];
            for (int t = 0; t < threads; t++) {
                int first = t;
                done[t] = pool.submit(() -> work(pipelines, samples, first, threads));
            }
            for (Future<?> future : done) {
                future.get(20, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        return samples;
    }

    private static void work(EyePipelines pipelines, float[][] samples, int first, int step) {
        try (EyePipeline pipeline = pipelines.newPipeline(KernelSet.scalar())) {
            SensorFrame frame = new SensorFrame(SENSOR);
            GazeSample s = new GazeSample();
            for (int i = first; i < samples.length; i += step) {
                new Random(i).nextBytes(frame.data());
                for (int k = 0; k < frame.data().length; k++) {
                    frame.data()[k] = (byte) (60 + (frame.data()[k] & 63));
                }
                frame.stamp(i, i, 0);
                pipeline.process(frame, s);
                samples[i] =
                        new float[] {s.status.code(), s.dirX, s.dirY, s.roiX, s.roiY, s.roiAge, s.pupilX, s.openness};
                if (pipeline.isRegionDue(i)) {
                    pipeline.refreshRegion();
                }
            }
        }
    }

    /** Where the eye is depends on the picture; one picture in eight makes the network fail. */
    private static void segmentMovingEye(FloatBuffer in, FloatBuffer out) {
        int code = Float.floatToIntBits(in.get(100)) >>> 8;
        if (code % 8 == 0) {
            throw new AcceleratorException("fault on purpose");
        }
        FakeModels.labels(EyeMaps.open(40 + code % 50, 40 + code % 30)).run(in, out);
    }
}
