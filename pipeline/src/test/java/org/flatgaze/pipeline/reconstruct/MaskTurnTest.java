package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.SensorModel;
import org.junit.jupiter.api.Test;

class MaskTurnTest {

    private static final int ROWS = 160;
    private static final int COLS = 200;
    private static final int SCENE = 64;
    private static final double DEPTH_MM = 35;
    private static final int FRAMES = 4;

    private final ModelSpectrum spectrum = ModelSpectrum.of(FlatCamModel.of(
            "small",
            new SensorFormat(COLS, ROWS, 10, Packing.U16_LOW),
            SCENE,
            optics(0).phiLeft(DEPTH_MM),
            optics(0).phiRight(DEPTH_MM)));

    @Test
    void shouldFindTheTurnFromAnySceneWhenTheMaskIsAskew() {
        for (double turnDeg : new double[] {0, -0.2, 0.5}) {
            MaskTurn.Estimate found = estimate(turnDeg);
            assertEquals(FRAMES, found.frames());
            assertTrue(found.errorDeg() < 0.02, found.toString());
            // A first-order estimate of a scene with sharp edges: right in sign and size, not in the second digit.
            assertEquals(turnDeg, found.turnDeg(), 0.35 * Math.abs(turnDeg) + 4 * found.errorDeg(), found.toString());
        }
    }

    @Test
    void shouldBeginAnewWhenResetAndSayNothingWithoutStructure() {
        MaskTurn turn = new MaskTurn(spectrum, KernelSet.best());
        assertThrows(IllegalStateException.class, turn::estimate);
        turn.add(new float[ROWS * COLS]);
        assertThrows(IllegalStateException.class, turn::estimate);
        float[] plane = plane(optics(0.5), 0);
        turn.add(plane);
        double alone = turn.estimate().turnDeg();
        turn.add(plane(optics(0), 1));
        turn.reset();
        turn.add(plane);
        assertEquals(alone, turn.estimate().turnDeg(), 1e-9);
    }

    @Test
    void shouldAllocateNothingWhenAFrameIsAdded() {
        MaskTurn turn = new MaskTurn(spectrum, KernelSet.scalar());
        float[] plane = plane(optics(0), 0);
        assertEquals(0, Allocation.bytesPerRound(() -> turn.add(plane)));
    }

    private MaskTurn.Estimate estimate(double turnDeg) {
        FlatCamOptics optics = optics(turnDeg);
        MaskTurn turn = new MaskTurn(spectrum, KernelSet.best());
        for (int frame = 0; frame < FRAMES; frame++) {
            turn.add(plane(optics, frame));
        }
        return turn.estimate();
    }

    /** A scene of grey discs, another one for each number, with the sensor's noise. */
    private static float[] plane(FlatCamOptics optics, int number) {
        SplittableRandom random = new SplittableRandom(90 + number);
        float[] scene = new float[SCENE * SCENE];
        for (int disc = 0; disc < 8; disc++) {
            double row = SCENE * random.nextDouble();
            double col = SCENE * random.nextDouble();
            double radius = SCENE * (0.05 + 0.2 * random.nextDouble());
            float grey = random.nextFloat();
            for (int i = 0; i < scene.length; i++) {
                int down = i / SCENE;
                if (Math.hypot(down - row, i % SCENE - col) < radius) {
                    scene[i] = grey;
                }
            }
        }
        float[] irradiance = new float[ROWS * COLS];
        optics.projectScreen(scene, DEPTH_MM, irradiance);
        short[] counts = new short[ROWS * COLS];
        optics.sensor().expose(irradiance, optics.sensor().automaticExposure(irradiance), random, counts);
        float[] plane = new float[counts.length];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = counts[i] / 1023f;
        }
        return plane;
    }

    private static FlatCamOptics optics(double turnDeg) {
        FlatCamGeometry r = FlatCamGeometry.REFERENCE;
        return new FlatCamOptics(
                new FlatCamGeometry(
                        ROWS,
                        COLS,
                        25.8,
                        r.maskDistanceMm(),
                        60,
                        7,
                        DEPTH_MM,
                        42,
                        SCENE,
                        850,
                        28,
                        46,
                        2,
                        true,
                        turnDeg),
                SensorModel.REFERENCE);
    }
}
