package org.flatgaze.calibration.gaze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GazeValidationTest {

    @Test
    void shouldGiveTheKnownFiguresWhenErrorsAreKnown() {
        List<Direction> seen = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            seen.add(new Direction(1 + (i % 2 == 0 ? 0.1 : -0.1), 0));
        }
        GazeValidation v =
                GazeValidation.of(null, List.of(new TargetSamples(new Direction(0, 0), seen, 20)), List.of());

        assertEquals(1, v.accuracyDeg(), 1e-6);
        assertEquals(0.2, v.precisionRmsDeg(), 1e-6);
        assertEquals(0.1, v.precisionSdDeg(), 1e-6);
        assertEquals(1, v.biasYawDeg(), 1e-6);
        assertEquals(0, v.biasPitchDeg(), 1e-6);
        assertEquals(0.5, v.loss(), 1e-9);
        assertEquals(GazeValidation.Rating.FAIR, v.rating());
        assertEquals(1, v.perTarget().size());
    }

    @Test
    void shouldRefuseATargetWhenItWasUsedToFit() {
        List<TargetSamples> samples = GazeMapFitTest.look(TargetGrid.calibration(5), d -> d, 0.1);
        assertThrows(IllegalArgumentException.class, () -> GazeValidation.of(null, samples, TargetGrid.calibration(1)));
    }

    @Test
    void shouldNeverShareATargetWithAnyCalibrationGrid() {
        for (int points : new int[] {1, 5, 9, 13}) {
            for (Direction target : TargetGrid.validation()) {
                assertFalse(TargetGrid.calibration(points).contains(target));
            }
            assertEquals(points, TargetGrid.calibration(points).size());
        }
        assertThrows(IllegalArgumentException.class, () -> TargetGrid.calibration(4));
    }

    @Test
    void shouldRefuseWhenTheEyeWasNeverSeen() {
        List<TargetSamples> none = List.of(new TargetSamples(new Direction(1, 1), List.of(), 9));
        GazeRefusedException e =
                assertThrows(GazeRefusedException.class, () -> GazeValidation.of(null, none, List.of()));
        assertTrue(e.getMessage().contains("closed or lost"), e.getMessage());
    }

    @Test
    void shouldLeaveOutTheSaccadeAndStraysWhenSamplesAreTaken() {
        List<TargetSamples.Estimate> seen = new ArrayList<>();
        for (int i = 0; i <= 100; i++) {
            Direction d = i < 30 ? new Direction(-20, 0) : i == 90 ? new Direction(30, 5) : new Direction(10, 5);
            seen.add(new TargetSamples.Estimate(1_000_000_000L + i * 10_000_000L, i == 80 ? null : d));
        }
        TargetSamples samples = TargetSamples.of(new Direction(10, 5), 1_000_000_000L, 2_000_000_000L, seen);
        assertEquals(31, samples.shown());
        assertEquals(29, samples.directions().size());
        assertEquals(new Direction(10, 5), samples.median());
        assertThrows(IllegalArgumentException.class, () -> TargetSamples.of(new Direction(0, 0), 5, 5, List.of()));
    }
}
