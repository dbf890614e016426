package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.RegionPolicy;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.demo.DemoSpec;
import org.flatgaze.runtime.demo.SimulatedEye;
import org.flatgaze.runtime.loop.FrameProcessor.RegionStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real segmentation in parts between real frames: the same region, bit by bit, as in one go. */
@Timeout(60)
final class SlicedRegionTest {

    private static final Path MODELS = Path.of("..", "pipeline", "models");
    private static final int FIRST = 0;
    private static final int SECOND = 40;

    private final List<String> notes = new ArrayList<>();
    private final GazeSample sample = new GazeSample();

    @Test
    void shouldFindTheSameRegionAsInOneGoWhenFramesComeBetween() {
        ReferenceDevice device = ReferenceDevice.open();
        SimulatedEye eye = new SimulatedEye(new DemoSpec(60, 1, 5), device.newOptics());
        SensorFrame first = frame(eye, FIRST);
        SensorFrame second = frame(eye, SECOND);
        PipelineConfig config = PipelineConfig.DEFAULT
                .withNetworks(Networks.COMPACT)
                .withRegions(RoiSchedule.DEFAULT, RegionPolicy.NEWEST);
        try (PipelineStack stack = PipelineStack.open(
                "onnx",
                MODELS,
                device.filter(),
                config,
                RegionMode.SLICED,
                UnaryOperator.identity(),
                BackendListener.saying(notes::add))) {
            PipelineProcessor sliced = stack.newProcessor();
            PipelineProcessor whole = stack.newProcessor();
            // Without any region the first frame is segmented at once.
            whole.process(first, sample);
            byte[] labels = whole.pipeline().lastLabels().clone();
            RoiEstimate expected = new RoiEstimate();
            stack.tracker().newest(expected);
            assertTrue(expected.found, "the eye is open in frame " + FIRST);

            sliced.process(first, sample);
            int parts = 0;
            RegionStep step = RegionStep.GOING_ON;
            while (step == RegionStep.GOING_ON) {
                step = sliced.stepRegion(parts == 0 ? first : second);
                if (parts % 10 == 0) {
                    sliced.process(second, sample);
                    assertEquals(SECOND - FIRST, sample.roiAge);
                }
                parts++;
            }
            assertEquals(RegionStep.RENEWED, step, () -> String.valueOf(sliced.lastFailure()));
            assertTrue(parts > 10, "parts=" + parts);
            assertArrayEquals(labels, sliced.pipeline().lastLabels());
            RoiEstimate got = new RoiEstimate();
            stack.tracker().newest(got);
            assertEquals(FIRST, got.sourceSequence, "the frame of the first part");
            assertEquals(expected.roiX, got.roiX);
            assertEquals(expected.roiY, got.roiY);
            assertEquals(expected.pupilX, got.pupilX);
            assertEquals(expected.pupilMajor, got.pupilMajor);
            assertEquals(expected.openness, got.openness);
        }
        assertEquals(List.of("accelerator onnx cannot stop half-way: compact-seg runs on cpu"), notes);
    }

    private static SensorFrame frame(SimulatedEye eye, int index) {
        SensorFrame frame = new SensorFrame(SensorFormat.REFERENCE);
        eye.render(index, frame, new FrameTruth());
        frame.stamp(index, index, 0);
        return frame;
    }
}
