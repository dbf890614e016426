package org.flatgaze.calibration.gaze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GazeStudyTest {

    @Test
    void shouldBringTheErrorDownWhenFivePointsAreShownToFiftyPeople() {
        List<GazeStudy.PersonResult> results =
                new GazeStudy(50, 5, 60, 1).run(() -> new SyntheticTracker(3), 2, done -> {});
        Map<String, Object> facts = GazeStudy.facts(results);

        assertEquals(50, facts.get("people"));
        assertTrue((double) facts.get("gain_percent") >= 25, facts.toString());
        assertTrue((double) facts.get("gain_reslip_percent") >= 15, facts.toString());
        assertEquals(TargetGrid.validation().size(), ((List<?>) facts.get("per_target")).size());
        assertTrue((double) facts.get("loss") < 0.2, facts.toString());
    }

    @Test
    void shouldGiveTheSameFiguresWhateverTheThreads() {
        var one = GazeStudy.facts(new GazeStudy(6, 9, 30, 4).run(() -> new SyntheticTracker(3), 1, done -> {}));
        var two = GazeStudy.facts(new GazeStudy(6, 9, 30, 4).run(() -> new SyntheticTracker(3), 2, done -> {}));
        assertEquals(one.toString(), two.toString());
    }

    @Test
    void shouldCountAPersonAsRefusedWhenTheEyeIsSeenOnTheValidationOnly() {
        int[] frames = {0};
        GazeTracker blind = new GazeTracker() {
            @Override
            public void begin(int person, int session) {}

            @Override
            public Direction estimate(Direction gaze, double openness) {
                return frames[0]++ < 5 * 31 ? null : gaze;
            }
        };
        GazeStudy.PersonResult result =
                new GazeStudy(1, 5, 30, 1).run(() -> blind, 1, done -> {}).get(0);
        assertNull(result.fit());
        assertEquals(result.before().accuracyDeg(), result.after().accuracyDeg());
    }

    @Test
    void shouldRefuseWhenNobodysEyeIsEverSeen() {
        GazeTracker blind = new GazeTracker() {
            @Override
            public void begin(int person, int session) {}

            @Override
            public Direction estimate(Direction gaze, double openness) {
                return null;
            }
        };
        assertThrows(GazeRefusedException.class, () -> new GazeStudy(2, 5, 30, 1).run(() -> blind, 1, done -> {}));
    }

    @Test
    void shouldRefuseWhenASettingIsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new GazeStudy(0, 5, 30, 1));
        assertThrows(IllegalArgumentException.class, () -> new GazeStudy(1, 6, 30, 1));
        assertThrows(IllegalArgumentException.class, () -> new SimulatedUser(1, 2, 30));
    }
}
