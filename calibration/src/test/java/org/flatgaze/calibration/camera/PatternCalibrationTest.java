package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.pipeline.reconstruct.FilterDesign;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;
import org.junit.jupiter.api.Test;

class PatternCalibrationTest {

    @Test
    void shouldPredictUnseenScenesWhenPatternsAreCaptured() throws IOException {
        FlatCamOptics optics = SmallBench.optics(0, 5);
        SimulatedCaptures bench = SmallBench.captures(optics, 4);

        CameraCalibration found =
                PatternCalibration.run(bench, SmallBench.PLAN, SmallBench.options(), CaptureProgress.SILENT);

        SimulatedTruth truth = new SimulatedTruth(optics, SmallBench.SCREEN_MM, bench.electronsPerUnit());
        double measured = truth.forwardError(found.measured(), found.sensor(), found.plane());
        double detailed = truth.forwardError(found.detailed(), found.sensor(), found.plane());
        assertTrue(measured < 0.06, "measured=" + measured);
        assertTrue(detailed < 0.04, "detailed=" + detailed);
        assertEquals(optics.geometry().shiftPerScenePixel(), found.left().slope(), 0.005);
        assertEquals(optics.geometry().shiftPerScenePixel(), found.right().slope(), 0.005);
        assertArrayEquals(bench.hotPixels(), found.hotPixels());
        assertTrue(found.plane().isWhole(found.sensor()));
    }

    @Test
    void shouldMakeThePictureOfTheTrueMatricesWhenCapturesWereNoisy() throws IOException {
        FlatCamOptics optics = SmallBench.optics(0, 5);
        SimulatedCaptures bench = SmallBench.captures(optics, 1);
        CameraCalibration found =
                PatternCalibration.run(bench, SmallBench.PLAN, SmallBench.options(), CaptureProgress.SILENT);
        FlatCamModel truth = FlatCamModel.of(
                "truth",
                bench.sensor(),
                SmallBench.SCENE,
                optics.phiLeft(SmallBench.SCREEN_MM),
                optics.phiRight(SmallBench.SCREEN_MM));
        short[] counts = new short[bench.sensor().samples()];
        int position = SmallBench.PLAN.testPosition(1);
        bench.read(SmallBench.PLAN.shots().get(position), position, 0, counts);
        float[] plane = new float[counts.length];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = counts[i] / 1023f;
        }

        float[] a = picture(truth, plane);
        float[] b = picture(found.model("found", "", ""), plane);

        double match = Centring.dot(a, b) / Math.sqrt(Centring.energy(a) * Centring.energy(b));
        assertTrue(match > 0.995, "match=" + match);
    }

    private static float[] picture(FlatCamModel model, float[] plane) {
        float[] out = new float[SmallBench.SCENE * SmallBench.SCENE];
        new Reconstructor(SeparableFilter.of(model, FilterDesign.reference()))
                .reconstruct(plane, Target.FULL, 0, 0, out);
        return out;
    }

    @Test
    void shouldFindTheTurnWhenTheMaskIsAskew() throws IOException {
        for (double turn : new double[] {-0.9, 0.35}) {
            CameraCalibration found = PatternCalibration.run(
                    SmallBench.captures(SmallBench.optics(turn, 6), 4),
                    SmallBench.PLAN,
                    SmallBench.options(),
                    CaptureProgress.SILENT);
            assertEquals(turn, found.rotationDeg(), 0.02);
            assertEquals(Math.toRadians(turn), found.plane().rotationRad(), 0.001);
        }
    }

    @Test
    void shouldAnswerForAnotherDistanceWhenTheShadowIsMagnified() throws IOException {
        FlatCamOptics optics = SmallBench.optics(0, 5);
        CameraCalibration found = PatternCalibration.run(
                SmallBench.captures(optics, 4), SmallBench.PLAN, SmallBench.options(), CaptureProgress.SILENT);
        double ratio = optics.geometry().magnification(30) / optics.geometry().magnification(SmallBench.SCREEN_MM);
        float[] near = optics.phiLeft(30);

        double magnified = similarity(near, found.atMagnification(ratio).left());
        double plain = similarity(near, found.atMagnification(1).left());
        assertTrue(magnified > 0.98 && plain < magnified, "magnified=" + magnified + " plain=" + plain);
    }

    private static double similarity(float[] a, float[] b) {
        float[] x = a.clone();
        float[] y = b.clone();
        Centring.centreColumns(x, x.length / SmallBench.SCENE, SmallBench.SCENE);
        Centring.centreColumns(y, y.length / SmallBench.SCENE, SmallBench.SCENE);
        // The sign is the pair's: both sides may turn over together.
        return Math.abs(Centring.dot(x, y)) / Math.sqrt(Centring.energy(x) * Centring.energy(y));
    }

    @Test
    void shouldNameThePatternWhenCapturesAreExchanged() {
        int a = SmallBench.PLAN.position(Shot.Kind.LEFT, 20, true);
        int b = SmallBench.PLAN.position(Shot.Kind.LEFT, 24, true);
        assertRefused("left-020", p -> p == a ? b : p == b ? a : p == a + 1 ? b + 1 : p == b + 1 ? a + 1 : p);
        int right = SmallBench.PLAN.position(Shot.Kind.RIGHT, 6, true);
        assertRefused("exchanged", p -> p == right ? right + 1 : p == right + 1 ? right : p);
    }

    @Test
    void shouldRefuseWhenOneCaptureIsMissingFromTheMiddleOfTheOrder() {
        assertRefused("order", p -> p > 20 && p < SmallBench.PLAN.shots().size() - 1 ? p + 1 : p);
    }

    @Test
    void shouldRefuseWhenACaptureIsSaturatedOrDark() {
        int at = SmallBench.PLAN.position(Shot.Kind.RIGHT, 9, false);
        assertRefused("0085-right-009-neg is saturated", new Touched(at, at + 1, 4f));
        assertRefused("0085-right-009-neg is dark", new Touched(at, at + 1, 0.1f));
    }

    @Test
    void shouldRefuseWhenTheExposureFollowsTheLight() {
        assertRefused("automatic exposure", new Touched(1, 2, 0.55f));
    }

    @Test
    void shouldRefuseWhenTheCameraMovesHalfWay() {
        int half = SmallBench.PLAN.position(Shot.Kind.RIGHT, 5, true);
        assertRefused("moved", new SmallBench.Change() {
            @Override
            public int apply(int position) {
                return position;
            }

            @Override
            public void touch(int position, short[] counts, SensorFormat sensor) {
                if (position >= half) {
                    System.arraycopy(counts, 0, counts, 4, counts.length - 4);
                }
            }
        });
    }

    @Test
    void shouldRefuseWhenTheSensorIsReadOutInAnotherOrder() {
        assertRefused("not shifted copies of one shadow", new SmallBench.Change() {
            @Override
            public int apply(int position) {
                return position;
            }

            @Override
            public void touch(int position, short[] counts, SensorFormat sensor) {
                // Every matrix is there, but no column is another one moved: rows in the order of a bad driver.
                short[] whole = counts.clone();
                int width = sensor.width();
                for (int row = 0; row < sensor.height(); row++) {
                    int from = row * 37 % sensor.height();
                    System.arraycopy(whole, from * width, counts, row * width, width);
                }
            }
        });
    }

    @Test
    void shouldNameTheAxisWhenTheScreenIsMirrored() {
        assertRefused("horizontal axis", new SmallBench.Change() {
            @Override
            public int apply(int position) {
                return position;
            }

            @Override
            public void touch(int position, short[] counts, SensorFormat sensor) {
                int w = sensor.width();
                for (int row = 0; row < sensor.height(); row++) {
                    for (int col = 0; col < w / 2; col++) {
                        short keep = counts[row * w + col];
                        counts[row * w + col] = counts[row * w + w - 1 - col];
                        counts[row * w + w - 1 - col] = keep;
                    }
                }
            }
        });
    }

    @Test
    void shouldRefuseWhenTheRoomIsLit() {
        assertRefused("dark", new Touched(65, 66, 8f));
    }

    private static void assertRefused(String expected, SmallBench.Change change) {
        CaptureSource source = SmallBench.changed(SmallBench.captures(SmallBench.optics(0, 5), 2), change);
        CalibrationRefusedException e = assertThrows(
                CalibrationRefusedException.class,
                () -> PatternCalibration.run(source, SmallBench.PLAN, SmallBench.options(), CaptureProgress.SILENT));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    /** Multiplies the counts of some shots. */
    private record Touched(int from, int to, float factor) implements SmallBench.Change {
        @Override
        public int apply(int position) {
            return position;
        }

        @Override
        public void touch(int position, short[] counts, SensorFormat sensor) {
            if (position >= from && position < to) {
                for (int i = 0; i < counts.length; i++) {
                    counts[i] = (short) Math.min(sensor.maxValue(), Math.round(counts[i] * factor));
                }
            }
        }
    }
}
