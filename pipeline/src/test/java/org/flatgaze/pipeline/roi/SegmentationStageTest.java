package org.flatgaze.pipeline.roi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.EyeMaps;
import org.flatgaze.pipeline.FakeModels;
import org.flatgaze.pipeline.models.Normalisation;
import org.junit.jupiter.api.Test;

class SegmentationStageTest {

    private static final int PIXELS = 128 * 128;

    private static SegmentationStage stage(FakeModels.Network network) {
        Execution execution = FakeModels.execution(FakeModels.segmentationIn(), FakeModels.segmentationOut(), network);
        return new SegmentationStage(execution, Normalisation.STANDARDIZE, KernelSet.scalar());
    }

    private static float[] picture() {
        Random random = new Random(9);
        float[] picture = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            picture[i] = 5 + random.nextFloat();
        }
        return picture;
    }

    @Test
    void shouldLabelEveryPixelWithItsHighestScore() {
        byte[] map = EyeMaps.open(70, 60);
        SegmentationStage stage = stage(FakeModels.labels(map));
        assertTrue(stage.segment(picture()));
        assertArrayEquals(map, stage.labels());
    }

    @Test
    void shouldMatchPlainArgmaxWhenScoresAreRandom() {
        Random random = new Random(4);
        float[] scores = new float[4 * PIXELS];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextGaussian();
        }
        SegmentationStage stage = stage((in, out) -> out.put(0, scores));
        stage.segment(picture());
        for (int i = 0; i < PIXELS; i++) {
            int best = 0;
            for (int c = 1; c < 4; c++) {
                best = scores[c * PIXELS + i] > scores[best * PIXELS + i] ? c : best;
            }
            assertEquals(best, stage.labels()[i]);
        }
    }

    @Test
    void shouldFeedStandardisedPicture() {
        float[] seen = new float[PIXELS];
        SegmentationStage stage = stage((FloatBuffer in, FloatBuffer out) -> in.get(0, seen));
        stage.segment(picture());
        double mean = 0;
        double square = 0;
        for (float value : seen) {
            mean += value / PIXELS;
            square += (double) value * value / PIXELS;
        }
        assertEquals(0, mean, 1e-4);
        assertEquals(1, square, 1e-3);
    }

    @Test
    void shouldNotRunWhenPictureIsNotFinite() {
        SegmentationStage stage = stage((in, out) -> {
            throw new AssertionError("must not run");
        });
        float[] picture = picture();
        picture[777] = Float.NaN;
        assertFalse(stage.segment(picture));
        picture[777] = Float.POSITIVE_INFINITY;
        assertFalse(stage.begin(picture));
    }

    @Test
    void shouldRejectExecutionOfAnotherSize() {
        Execution gaze = FakeModels.execution(FakeModels.gazeIn(), FakeModels.gazeOut(), FakeModels.vector(0, 0, -1));
        Exception e = assertThrows(
                IllegalArgumentException.class,
                () -> new SegmentationStage(gaze, Normalisation.STANDARDIZE, KernelSet.scalar()));
        assertEquals("input=15360 output=3 elements: expected 16384 and 65536", e.getMessage());
    }

    @Test
    void shouldSegmentTheNewPictureWhenTheOneBeforeWasGivenUpHalfWay() {
        Copying execution = new Copying();
        SegmentationStage stage = new SegmentationStage(execution, Normalisation.NONE, KernelSet.scalar());
        float[] bright = new float[PIXELS];
        Arrays.fill(bright, 1);
        assertTrue(stage.begin(bright));
        assertFalse(stage.step(0));
        float[] dark = new float[PIXELS];
        assertTrue(stage.begin(dark));
        assertFalse(stage.step(0));
        assertTrue(stage.step(0));
        assertEquals(EyeLabel.BACKGROUND, stage.labels()[0]);
        assertTrue(stage.begin(bright));
        assertFalse(stage.step(0));
        assertTrue(stage.step(0));
        assertEquals(EyeLabel.PUPIL, stage.labels()[0]);
    }

    /** Reads its input in the first of two parts; a pixel's value is its pupil score. */
    private static final class Copying implements Execution {

        private final ByteBuffer in = ByteBuffer.allocateDirect(PIXELS * 4).order(ByteOrder.nativeOrder());
        private final ByteBuffer out = ByteBuffer.allocateDirect(PIXELS * 16).order(ByteOrder.nativeOrder());
        private boolean read;

        @Override
        public ByteBuffer input(int index) {
            return in.clear();
        }

        @Override
        public ByteBuffer output(int index) {
            return out.clear();
        }

        @Override
        public void run() {
            read = false;
            while (step(0) == StepResult.YIELDED) {}
        }

        @Override
        public StepResult step(long budgetNanos) {
            read = !read;
            if (read) {
                out.put(3 * PIXELS * 4, in, 0, PIXELS * 4);
            }
            return read ? StepResult.YIELDED : StepResult.DONE;
        }

        @Override
        public boolean isPreemptible() {
            return true;
        }

        @Override
        public void close() {}
    }
}
