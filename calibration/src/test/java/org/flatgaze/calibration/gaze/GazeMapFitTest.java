package org.flatgaze.calibration.gaze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GazeMapFitTest {

    @Test
    void shouldTakeTheRichestMapThatTheTargetsBearWhenItForetellsBetter() {
        assertEquals(
                GazeMap.Kind.OFFSET, fit(1, GazeMapFitTest::shifted, 0).map().kind());
        assertEquals(
                GazeMap.Kind.OFFSET, fit(9, GazeMapFitTest::shifted, 0.3).map().kind());
        assertEquals(
                GazeMap.Kind.AFFINE,
                fit(5, GazeMapFitTest::stretched, 0.1).map().kind());
        assertEquals(
                GazeMap.Kind.QUADRATIC,
                fit(13, GazeMapFitTest::curved, 0.05).map().kind());
    }

    @Test
    void shouldBringUnseenTargetsHomeWhenFitted() {
        GazeMapFit.Result result = fit(13, GazeMapFitTest::curved, 0.05);
        double before = 0;
        double after = 0;
        for (Direction target : TargetGrid.validation()) {
            before += curved(target).angleTo(target) / TargetGrid.validation().size();
            after += result.map().apply(curved(target)).angleTo(target)
                    / TargetGrid.validation().size();
        }
        assertTrue(after < 0.5 * before, "before=" + before + " after=" + after);
    }

    @Test
    void shouldHardlyMoveWhenTheUserMissesOneTarget() {
        List<TargetSamples> samples = look(TargetGrid.calibration(9), GazeMapFitTest::shifted, 0.2);
        samples.set(4, new TargetSamples(samples.get(4).target(), Collections.nCopies(10, new Direction(6, 5)), 10));
        GazeMap map = GazeMapFit.fit(samples, GazeMap.Kind.QUADRATIC).map();
        assertTrue(map.apply(new Direction(4, -2)).angleTo(new Direction(0, 0)) < 1);
    }

    @Test
    void shouldFallBackWhenTargetsAreMissing() {
        List<TargetSamples> samples = look(TargetGrid.calibration(5), GazeMapFitTest::stretched, 0.1);
        for (int blink = 3; blink < 5; blink++) {
            samples.set(blink, new TargetSamples(samples.get(blink).target(), List.of(), 20));
        }
        GazeMapFit.Result result = GazeMapFit.fit(samples, GazeMap.Kind.QUADRATIC);
        assertEquals(GazeMap.Kind.OFFSET, result.map().kind());
        assertEquals(2, result.dropped().size());
        assertTrue(
                result.dropped().get(0).contains("eye closed or lost in 100 %"),
                result.dropped().get(0));
    }

    @Test
    void shouldRefuseWhenTheUserNeverLooks() {
        List<TargetSamples> gone = new ArrayList<>();
        for (Direction target : TargetGrid.calibration(5)) {
            gone.add(new TargetSamples(target, List.of(), 30));
        }
        assertRefused(gone);
        List<TargetSamples> away = look(TargetGrid.calibration(5), d -> new Direction(d.yawDeg() + 40, 0), 0.1);
        assertRefused(away);
    }

    @Test
    void shouldMoveOnlyTheOffsetWhenRecentred() {
        GazeMap map = fit(5, GazeMapFitTest::stretched, 0.1).map();
        GazeMap moved = map.recentred(1, -1);
        assertEquals(map.yaw()[1], moved.yaw()[1]);
        assertEquals(map.yaw()[0] + 1, moved.yaw()[0]);
        assertNotEquals(map.id(), moved.id());
    }

    @Test
    void shouldAnswerAUnitVectorWhenAppliedToOne() {
        GazeMap map = fit(5, GazeMapFitTest::stretched, 0.1).map();
        Direction from = new Direction(20, -15);
        double[] unit = from.unit();
        float[] v = {(float) unit[0], (float) unit[1], (float) unit[2]};
        map.apply(v);
        assertEquals(1, Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), 1e-6);
        assertTrue(Direction.of(v[0], v[1], v[2]).angleTo(map.apply(from)) < 1e-4);
    }

    @Test
    void shouldRefuseCoefficientsWhenTheyAreNotNumbersOrTooFew() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new GazeMap(GazeMap.Kind.OFFSET, new double[] {Double.NaN}, new double[1]));
        assertThrows(
                IllegalArgumentException.class, () -> new GazeMap(GazeMap.Kind.AFFINE, new double[1], new double[1]));
    }

    private static Direction shifted(Direction d) {
        return new Direction(d.yawDeg() + 4, d.pitchDeg() - 2);
    }

    private static Direction stretched(Direction d) {
        return new Direction(1.25 * d.yawDeg() + 3, 0.8 * d.pitchDeg() + 0.1 * d.yawDeg());
    }

    private static Direction curved(Direction d) {
        return new Direction(
                d.yawDeg() + 0.025 * d.yawDeg() * d.yawDeg(), d.pitchDeg() + 0.02 * d.yawDeg() * d.pitchDeg());
    }

    private static void assertRefused(List<TargetSamples> samples) {
        GazeRefusedException e =
                assertThrows(GazeRefusedException.class, () -> GazeMapFit.fit(samples, GazeMap.Kind.QUADRATIC));
        assertTrue(e.getMessage().startsWith("only 0 of 5 targets"), e.getMessage());
    }

    private static GazeMapFit.Result fit(int points, UnaryOperator<Direction> seen, double noiseDeg) {
        return GazeMapFit.fit(look(TargetGrid.calibration(points), seen, noiseDeg), GazeMap.Kind.QUADRATIC);
    }

    static List<TargetSamples> look(List<Direction> targets, UnaryOperator<Direction> seen, double noiseDeg) {
        SplittableRandom random = new SplittableRandom(17);
        List<TargetSamples> out = new ArrayList<>();
        for (Direction target : targets) {
            List<Direction> samples = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Direction d = seen.apply(target);
                samples.add(new Direction(
                        d.yawDeg() + noiseDeg * random.nextGaussian(),
                        d.pitchDeg() + noiseDeg * random.nextGaussian()));
            }
            out.add(new TargetSamples(target, samples, 20));
        }
        return out;
    }
}
