package org.flatgaze.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.gaze.UserCalibration;
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
class EyePipelineTest {

    private static final SensorFormat SENSOR = new SensorFormat(20, 16, 10, Packing.U16_LOW);
    private static final SeparableFilter FILTER = filter();

    @TempDir
    Path directory;

    private ModelStore store;
    private final GazeSample sample = new GazeSample();
    private byte[] labelMap = EyeMaps.open(80, 60);
    private FakeModels.Network gaze = FakeModels.vector(0.5f, 0.5f, -0.70710677f);
    private int segmentations;

    @BeforeEach
    void writeStore() throws IOException {
        store = ModelStore.open(FakeModels.writeStore(directory));
    }

    private static SeparableFilter filter() {
        Random random = new Random(11);
        float[] left = new float[SENSOR.height() * 256];
        float[] right = new float[SENSOR.width() * 256];
        for (int i = 0; i < left.length; i++) {
            left[i] = random.nextFloat();
        }
        for (int i = 0; i < right.length; i++) {
            right[i] = random.nextFloat();
        }
        return SeparableFilter.of(FlatCamModel.of("test", SENSOR, 256, left, right), FilterDesign.reference());
    }

    private EyePipelines pipelines(RegionPolicy policy) {
        FakeModels accelerator = FakeModels.paper((in, out) -> gaze.run(in, out), (in, out) -> {
            segmentations++;
            FakeModels.labels(labelMap).run(in, out);
        });
        return new EyePipelines(
                accelerator, store, FILTER, PipelineConfig.DEFAULT.withRegions(new RoiSchedule(50, 8), policy));
    }

    private EyePipeline pipeline(RegionPolicy policy) {
        return pipelines(policy).newPipeline(KernelSet.scalar());
    }

    private static SensorFrame frame(long sequence) {
        return frame(sequence, 300, 400);
    }

    private static SensorFrame frame(long sequence, int lowest, int highest) {
        SensorFrame frame = new SensorFrame(SENSOR);
        Random random = new Random(sequence);
        byte[] data = frame.data();
        for (int i = 0; i < data.length; i += 2) {
            int value = lowest + random.nextInt(highest - lowest + 1);
            data[i] = (byte) value;
            data[i + 1] = (byte) (value >> 8);
        }
        frame.stamp(sequence, 1000 + sequence, 500);
        return frame;
    }

    /** What the loop does with a frame. */
    private FrameStatus turn(EyePipeline pipeline, SensorFrame frame) {
        FrameStatus status = pipeline.process(frame, sample);
        if (pipeline.isRegionDue(frame.sequence())) {
            pipeline.refreshRegion();
        }
        return status;
    }

    @Test
    void shouldFillSampleWhenAllIsWell() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            assertEquals(FrameStatus.OK, pipeline.process(frame(0), sample));
            assertEquals(FrameStatus.OK, sample.status);
            assertEquals(1000, sample.captureNanos);
            assertEquals(0.5, sample.dirX, 1e-5);
            assertEquals(-0.7071, sample.dirZ, 1e-4);
            assertEquals(Math.toDegrees(Math.atan2(0.5, 0.70710678)), sample.yawDeg, 1e-3);
            assertEquals(30, sample.pitchDeg, 1e-3);
            assertEquals(1, sample.confidence, 1e-5);
            // The first region was found before the gaze, in this very frame: iris centre (160.5, 120.5).
            assertEquals(160.5, sample.roiX + 79.5, 0.5);
            assertEquals(0, sample.roiAge);
            assertEquals(160.5, sample.pupilX, 0.5);
            assertEquals(14, sample.pupilMajor, 0.6);
            assertEquals(1, sample.openness);
            assertTrue(sample.segmentNanos > 0);
            assertTrue(sample.reconstructNanos > 0 && sample.gazeNanos > 0);
            assertFalse(pipeline.isRegionDue(0));
        }
    }

    @Test
    void shouldRenewRegionByTheScheduleAndReportItsAge() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            for (int i = 0; i < 50; i++) {
                turn(pipeline, frame(i));
            }
            int before = sample.roiX;
            assertEquals(49, sample.roiAge);
            assertEquals(0, sample.segmentNanos);
            labelMap = EyeMaps.open(50, 60);
            for (int i = 50; i < 58; i++) {
                turn(pipeline, frame(i));
                assertEquals(before, sample.roiX, "frame " + i);
            }
            assertEquals(57, sample.roiAge);
            turn(pipeline, frame(58));
            assertEquals(100.5, sample.roiX + 79.5, 0.5);
            assertEquals(8, sample.roiAge);
            assertEquals(2, segmentations);
            assertEquals(2, pipeline.counters().regions());
            assertTrue(pipeline.lastSegmentNanos() > 0);
        }
    }

    @Test
    void shouldRenewOnAnyLaterFrameWhenLiveAndSourceFramesAreSkipped() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.NEWEST)) {
            turn(pipeline, frame(17));
            assertEquals(1, segmentations);
            turn(pipeline, frame(48));
            assertEquals(1, segmentations);
            // Frames 49..52 never came; on 53 the loop has no time to renew, on 54 it has.
            pipeline.process(frame(53), sample);
            turn(pipeline, frame(54));
            assertEquals(2, segmentations);
            turn(pipeline, frame(55));
            assertEquals(1, sample.roiAge);
            assertEquals(2, segmentations);
        }
    }

    @Test
    void shouldRenewBeforeItsTimeWhenLiveAndTheNetworkDoubts() {
        FakeModels.Network sure = gaze;
        for (RegionPolicy policy : RegionPolicy.values()) {
            gaze = sure;
            segmentations = 0;
            try (EyePipeline pipeline = early(policy)) {
                for (int i = 0; i < 20; i++) {
                    turn(pipeline, frame(i));
                }
                assertEquals(1, segmentations);
                gaze = FakeModels.vector(0, 0, -0.55f);
                turn(pipeline, frame(20));
                turn(pipeline, frame(21));
                boolean live = policy == RegionPolicy.NEWEST;
                assertEquals(live ? 2 : 1, segmentations, "regions by the schedule depend on frame numbers alone");
                assertEquals(live ? 1 : 21, sample.roiAge);
                assertEquals(live ? 1 : 0, pipeline.counters().early(EarlyCause.UNSURE));
                gaze = FakeModels.vector(-0.5f, 0.5f, -0.70710677f);
                for (int i = 22; i < 49; i++) {
                    turn(pipeline, frame(i));
                }
                assertEquals(live ? 1 : 0, pipeline.counters().early(EarlyCause.MOVED));
                assertEquals(live ? 2 : 0, pipeline.counters().early());
            }
        }
    }

    private EyePipeline early(RegionPolicy policy) {
        FakeModels accelerator = FakeModels.paper((in, out) -> gaze.run(in, out), (in, out) -> {
            segmentations++;
            FakeModels.labels(labelMap).run(in, out);
        });
        PipelineConfig config = PipelineConfig.DEFAULT.withRegions(new RoiSchedule(50, 8, 12), policy);
        return new EyePipelines(accelerator, store, FILTER, config).newPipeline(KernelSet.scalar());
    }

    @Test
    void shouldHoldRegionAndSayItsTrueAgeWhenEyeIsClosedAtTheSource() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            turn(pipeline, frame(0));
            int x = sample.roiX;
            labelMap = EyeMaps.closed();
            turn(pipeline, frame(50));
            turn(pipeline, frame(60));
            assertEquals(x, sample.roiX);
            assertEquals(60, sample.roiAge);
            assertTrue(Float.isNaN(sample.pupilX));
            assertEquals(0, sample.openness);
            assertEquals(1, pipeline.counters().regionsHeld());
        }
    }

    @Test
    void shouldLookAtMiddleWithoutAgeWhenNothingWasEverFound() {
        labelMap = EyeMaps.closed();
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            assertEquals(FrameStatus.OK, pipeline.process(frame(0), sample));
            assertEquals(48, sample.roiX);
            assertEquals(80, sample.roiY);
            assertEquals(-1, sample.roiAge);
        }
    }

    @Test
    void shouldGiveNoDirectionWhenFrameIsDarkOrSaturated() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            turn(pipeline, frame(0));
            assertEquals(FrameStatus.DARK, turn(pipeline, frame(1, 64, 65)));
            assertTrue(Float.isNaN(sample.dirX) && Float.isNaN(sample.yawDeg));
            assertEquals(FrameStatus.SATURATED, turn(pipeline, frame(2, 1000, 1023)));
            assertTrue(Float.isNaN(sample.dirX));
            assertEquals(0, sample.confidence);
            assertEquals(1, pipeline.counters().frames(FrameStatus.DARK));
            assertEquals(1, pipeline.counters().frames(FrameStatus.SATURATED));
            assertEquals(FrameStatus.OK, turn(pipeline, frame(3)));
        }
    }

    @Test
    void shouldHoldRegionWhenSourceFrameIsDark() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            turn(pipeline, frame(0));
            assertEquals(FrameStatus.DARK, turn(pipeline, frame(50, 64, 65)));
            assertEquals(FrameStatus.OK, turn(pipeline, frame(60)));
            assertEquals(60, sample.roiAge);
            assertEquals(1, segmentations);
        }
    }

    @Test
    void shouldSegmentFirstUsableFrameWhenLiveStartIsDark() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.NEWEST)) {
            assertEquals(FrameStatus.DARK, turn(pipeline, frame(0, 64, 65)));
            assertEquals(0, segmentations);
            assertEquals(FrameStatus.OK, turn(pipeline, frame(1)));
            assertEquals(0, sample.roiAge);
            assertEquals(1, segmentations);
        }
    }

    @Test
    void shouldSayClosedWhenVectorIsShort() {
        gaze = FakeModels.vector(0, 0, -0.2f);
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            assertEquals(FrameStatus.EYE_CLOSED, pipeline.process(frame(0), sample));
            assertEquals(0.2, sample.confidence, 1e-6);
            assertTrue(Float.isNaN(sample.dirZ));
            assertEquals(0, pipeline.counters().notFinite());
        }
    }

    @Test
    void shouldCountWhenNetworkAnswersNoNumber() {
        gaze = FakeModels.vector(Float.NaN, 0, -1);
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            assertEquals(FrameStatus.FAILED, pipeline.process(frame(0), sample));
            assertTrue(Float.isNaN(sample.dirZ));
            assertEquals(1, pipeline.counters().notFinite());
        }
    }

    @Test
    void shouldFailWithoutOldDirectionWhenGazeNetworkThrows() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            turn(pipeline, frame(0));
            gaze = (in, out) -> {
                throw new AcceleratorException("device gone");
            };
            assertEquals(FrameStatus.FAILED, turn(pipeline, frame(1)));
            assertEquals(FrameStatus.FAILED, sample.status);
            assertEquals(1, sample.sequence);
            assertTrue(Float.isNaN(sample.dirX) && Float.isNaN(sample.pitchDeg));
            assertEquals(0, sample.confidence);
            assertEquals("device gone", pipeline.lastFailure().getMessage());
            gaze = FakeModels.vector(0, 0, -1);
            assertEquals(FrameStatus.OK, turn(pipeline, frame(2)));
            assertEquals(1, pipeline.counters().frames(FrameStatus.FAILED));
        }
    }

    @Test
    void shouldGoOnWithHeldRegionWhenSegmentationThrows() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            turn(pipeline, frame(0));
            int x = sample.roiX;
            labelMap = null;
            turn(pipeline, frame(50));
            assertEquals(1, pipeline.counters().regionFailures());
            assertEquals(FrameStatus.OK, turn(pipeline, frame(58)));
            assertEquals(x, sample.roiX);
            assertEquals(58, sample.roiAge);
            assertTrue(pipeline.lastFailure() instanceof NullPointerException);
        }
    }

    @Test
    void shouldFailWhenFrameHasAnotherFormat() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            SensorFrame other = new SensorFrame(new SensorFormat(20, 16, 8, Packing.U8));
            assertEquals(FrameStatus.FAILED, pipeline.process(other, sample));
            assertTrue(pipeline.lastFailure().getMessage().startsWith("frame 0: SensorFormat[width=20"));
        }
    }

    @Test
    void shouldApplyUserCalibrationAndRefuseOneThatBreaksTheLength() {
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            pipeline.setCalibration(calibration(1));
            turn(pipeline, frame(0));
            assertEquals(-0.5, sample.dirX, 1e-5);
            assertTrue(sample.yawDeg < 0);
            pipeline.setCalibration(calibration(2));
            assertEquals(FrameStatus.FAILED, turn(pipeline, frame(1)));
            assertTrue(Float.isNaN(sample.dirX));
            assertTrue(
                    pipeline.lastFailure().getMessage().startsWith("user calibration mirror made a vector of length"));
        }
    }

    private static UserCalibration calibration(float scale) {
        return new UserCalibration() {
            @Override
            public String id() {
                return "mirror";
            }

            @Override
            public void apply(float[] direction) {
                direction[0] *= -scale;
                direction[1] *= scale;
                direction[2] *= scale;
            }
        };
    }

    @Test
    void shouldShowGazeNetworkTheRegionCutFromThePicture() {
        float[] seen = new float[96 * 160];
        gaze = (FloatBuffer in, FloatBuffer out) -> {
            in.get(0, seen);
            FakeModels.vector(0, 0, -1).run(in, out);
        };
        try (EyePipeline pipeline = pipeline(RegionPolicy.SCHEDULED)) {
            pipeline.process(frame(0), sample);
            float[] expected = new float[seen.length];
            KernelSet.scalar().standardize(pipeline.lastRegionPicture(), 0, seen.length, expected, 0);
            assertArrayEquals(expected, seen, 1e-5f);
            assertArrayEquals(labelMap, pipeline.lastLabels());
            assertNotEquals(0, pipeline.lastHalfPicture()[5]);
            pipeline.process(frame(1), sample);
            assertFalse(Arrays.equals(expected, seen));
        }
    }

    @Test
    void shouldSegmentForAnotherPipelineWhenUsedAsSecondCore() {
        EyePipelines shared = pipelines(RegionPolicy.NEWEST);
        try (EyePipeline frames = shared.newPipeline(KernelSet.scalar());
                EyePipeline second = shared.newPipeline(KernelSet.scalar())) {
            second.refreshRegion(frame(4));
            assertEquals(FrameStatus.OK, frames.process(frame(5), sample));
            assertEquals(0, sample.segmentNanos);
            assertEquals(1, sample.roiAge);
            assertEquals(1, segmentations);
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        // The fake must not allocate either, so it answers from arrays made once.
        FakeModels.Network labels = FakeModels.labels(labelMap);
        EyePipelines lean = new EyePipelines(
                FakeModels.paper(gaze, labels),
                store,
                FILTER,
                PipelineConfig.DEFAULT.withRegions(new RoiSchedule(4, 2), RegionPolicy.SCHEDULED));
        SensorFrame frame = frame(0);
        try (EyePipeline pipeline = lean.newPipeline(KernelSet.scalar())) {
            long sequence = 0;
            for (int i = 0; i < 300; i++) {
                sequence = leanTurn(pipeline, frame, sequence);
            }
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            // The JVM itself now and then allocates once, when it links or compiles; what we allocate shows in every
            // window.
            long least = Long.MAX_VALUE;
            for (int window = 0; window < 10; window++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 20; i++) {
                    sequence = leanTurn(pipeline, frame, sequence);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in 20 frames with 5 renewals");
            assertEquals(500, pipeline.counters().frames(FrameStatus.OK));
        }
    }

    private long leanTurn(EyePipeline pipeline, SensorFrame frame, long sequence) {
        frame.stamp(sequence, sequence, 0);
        turn(pipeline, frame);
        return sequence + 1;
    }
}
