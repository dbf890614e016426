package org.flatgaze.pipeline.gaze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.FakeModels;
import org.flatgaze.pipeline.gaze.GazeEstimator.Result;
import org.flatgaze.pipeline.models.Normalisation;
import org.junit.jupiter.api.Test;

class GazeEstimatorTest {

    private final float[] region = new float[96 * 160];
    private final float[] direction = {9, 9, 9};

    private static GazeEstimator estimator(FakeModels.Network network) {
        return estimator(network, 0.5f);
    }

    private static GazeEstimator estimator(FakeModels.Network network, float threshold) {
        Execution execution = FakeModels.execution(FakeModels.gazeIn(), FakeModels.gazeOut(), network);
        return new GazeEstimator(execution, Normalisation.STANDARDIZE, threshold, KernelSet.scalar());
    }

    private static GazeEstimator selfReporting(float... answer) {
        Execution execution =
                FakeModels.execution(FakeModels.gazeIn(), FakeModels.selfReportingOut(), FakeModels.vector(answer));
        return new GazeEstimator(execution, Normalisation.STANDARDIZE, 0.5f, KernelSet.scalar());
    }

    @Test
    void shouldNormaliseDirectionAndKeepLengthAsConfidence() {
        GazeEstimator estimator = estimator(FakeModels.vector(0.3f, -0.4f, -0.6f));
        assertEquals(Result.OPEN, estimator.estimate(region, direction));
        double length = Math.sqrt(0.09 + 0.16 + 0.36);
        assertEquals(length, estimator.confidence(), 1e-6);
        assertEquals(0.3 / length, direction[0], 1e-6);
        assertEquals(-0.4 / length, direction[1], 1e-6);
        assertEquals(-0.6 / length, direction[2], 1e-6);
    }

    @Test
    void shouldLimitConfidenceWhenVectorIsLong() {
        GazeEstimator estimator = estimator(FakeModels.vector(0, 0, -3));
        assertEquals(Result.OPEN, estimator.estimate(region, direction));
        assertEquals(1, estimator.confidence());
        assertEquals(-1, direction[2]);
    }

    @Test
    void shouldCallEyeClosedWhenVectorIsShort() {
        GazeEstimator estimator = estimator(FakeModels.vector(0, 0.1f, -0.3f));
        assertEquals(Result.CLOSED, estimator.estimate(region, direction));
        assertTrue(Float.isNaN(direction[0]) && Float.isNaN(direction[1]) && Float.isNaN(direction[2]));
        assertEquals(0.316, estimator.confidence(), 1e-3);
    }

    @Test
    void shouldCallEyeClosedWhenVectorIsZeroAndThresholdToo() {
        assertEquals(Result.CLOSED, estimator(FakeModels.vector(0, 0, 0), 0).estimate(region, direction));
    }

    @Test
    void shouldGiveNoDirectionWhenNetworkAnswersNonsense() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
            GazeEstimator estimator = estimator(FakeModels.vector(bad, bad, 0));
            assertEquals(Result.NOT_FINITE, estimator.estimate(region, direction));
            assertEquals(0, estimator.confidence());
            assertTrue(Float.isNaN(direction[2]));
        }
    }

    @Test
    void shouldTakeErrorAndOpennessFromNetworkThatSaysThem() {
        GazeEstimator estimator = selfReporting(0, 0, -0.8f, (float) Math.log(5), 1.3f);
        assertEquals(Result.OPEN, estimator.estimate(region, direction));
        assertEquals(5, estimator.uncertaintyDeg(), 1e-5);
        assertEquals(1, estimator.openness());
        assertEquals(0.8 * (1 - Math.exp(-1)), estimator.confidence(), 1e-6);
        assertEquals(-1, direction[2]);
    }

    @Test
    void shouldSayNothingOfErrorAndOpennessWhenNetworkDoesNot() {
        GazeEstimator estimator = estimator(FakeModels.vector(0, 0, -0.8f));
        estimator.estimate(region, direction);
        assertTrue(Float.isNaN(estimator.uncertaintyDeg()) && Float.isNaN(estimator.openness()));
    }

    @Test
    void shouldGiveNoDirectionWhenErrorOrOpennessIsNonsense() {
        for (float[] bad : new float[][] {{Float.NaN, 0.5f}, {1, Float.POSITIVE_INFINITY}}) {
            GazeEstimator estimator = selfReporting(0, 0, -1, bad[0], bad[1]);
            assertEquals(Result.NOT_FINITE, estimator.estimate(region, direction));
            assertEquals(0, estimator.confidence());
            assertTrue(Float.isNaN(estimator.uncertaintyDeg()) && Float.isNaN(direction[2]));
        }
    }

    @Test
    void shouldNotRunWhenPictureIsNotFinite() {
        GazeEstimator estimator = estimator((in, out) -> {
            throw new AssertionError("must not run");
        });
        region[100] = Float.NaN;
        assertEquals(Result.BAD_PICTURE, estimator.estimate(region, direction));
        assertTrue(Float.isNaN(direction[0]));
    }

    @Test
    void shouldForgetOldDirectionWhenBackendThrows() {
        GazeEstimator estimator = estimator((in, out) -> {
            throw new IllegalStateException("lost");
        });
        assertThrows(IllegalStateException.class, () -> estimator.estimate(region, direction));
        assertTrue(Float.isNaN(direction[0]));
        assertEquals(0, estimator.confidence());
    }

    @Test
    void shouldRejectThresholdOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> estimator(FakeModels.vector(0, 0, -1), 1.5f));
        assertThrows(IllegalArgumentException.class, () -> estimator(FakeModels.vector(0, 0, -1), Float.NaN));
    }

    @Test
    void shouldLeaveDirectionAloneWhenNotCalibrated() {
        float[] v = {0, 0.6f, -0.8f};
        UserCalibration.IDENTITY.apply(v);
        assertEquals(0.6f, v[1]);
        assertEquals("none", UserCalibration.IDENTITY.id());
    }
}
