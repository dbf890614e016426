package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.sim.EyeRenderer;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.EyeState;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.Person;
import org.flatgaze.flatcam.sim.SensorModel;
import org.flatgaze.flatcam.sim.Session;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RegionSplinesTest {

    private static final int SIDE = 256;
    private static final int ROWS = Reconstructor.ROI_ROWS;
    private static final int COLS = Reconstructor.ROI_COLS;

    private static FlatCamOptics optics;
    private static SeparableFilter reference;

    @BeforeAll
    static void makeReference() {
        FlatCamGeometry geometry = FlatCamGeometry.REFERENCE;
        optics = new FlatCamOptics(geometry, SensorModel.REFERENCE);
        FlatCamModel model = FlatCamModel.of(
                "reference",
                SensorFormat.REFERENCE,
                geometry.scenePixels(),
                optics.phiLeft(geometry.eyeReliefMm()),
                optics.phiRight(geometry.eyeReliefMm()));
        reference = SeparableFilter.of(model, FilterDesign.reference());
    }

    @Test
    void shouldMakeTheCropOfTheWholePictureWhereverTheRegionLies() {
        assertTrue(reference.regionSplines().isPresent(), "the reference filter is smooth");
        assertCropIsMade(noise(), 0.07);
        assertCropIsMade(eye(), 0.01);
    }

    private static void assertCropIsMade(float[] plane, double tolerance) {
        float[] whole = new float[SIDE * SIDE];
        float[] region = new float[ROWS * COLS];
        for (KernelSet kernels : new KernelSet[] {KernelSet.scalar(), KernelSet.best()}) {
            Reconstructor reconstructor = new Reconstructor(reference, kernels);
            reconstructor.reconstruct(plane, Target.FULL, 0, 0, whole);
            for (int[] corner : new int[][] {{0, 0}, {96, 160}, {48, 80}, {1, 159}, {95, 2}, {31, 77}}) {
                int x = corner[0];
                int y = corner[1];
                reconstructor.reconstruct(plane, Target.ROI, x, y, region);
                float[] crop = crop(whole, x, y);
                double deviation = Math.sqrt(squares(crop, new float[crop.length]));
                double error = Math.sqrt(squares(region, crop));
                assertTrue(error < tolerance * deviation, () -> x + "," + y + ": " + error / deviation);
            }
        }
    }

    @Test
    void shouldTakeAThirdOfTheArithmeticWhenAPairIsSmoothAndANinthWhenItIsBinnedToo() {
        long pair = SeparableFactors.macsOfPair(480, 640, ROWS, COLS);
        assertEquals(39.3, pair * 1e-6, 0.1);
        assertTrue(new Reconstructor(sampled()).macs(Target.ROI) < 0.35 * pair);
        assertTrue(new Reconstructor(reference).macs(Target.ROI) < 0.12 * pair);
    }

    @Test
    void shouldSetKnotsCloserWhenAPairHasFinerDetail() {
        SeparableFilter sharper = SeparableFilter.of(reference.model(), FilterDesign.onePair(0.03, 0.05));
        long macs = new Reconstructor(sharper).macs(Target.ROI);
        assertTrue(macs > new Reconstructor(sampled()).macs(Target.ROI), () -> "macs=" + macs);
        assertTrue(macs < SeparableFactors.macsOfPair(480, 640, ROWS, COLS), () -> "macs=" + macs);
    }

    /** The reference filter without its binning. */
    private static SeparableFilter sampled() {
        return SeparableFilter.of(reference.model(), FilterDesign.reference().withBinning(1));
    }

    @Test
    void shouldLeaveAFilterAsItIsWhenItIsNotSmooth() {
        SplittableRandom random = new SplittableRandom(5);
        double[] a = random.doubles(SIDE * 300).map(v -> v - 0.5).toArray();
        double[] b = random.doubles(SIDE * 300).map(v -> v - 0.5).toArray();
        assertFalse(RegionSplines.of(a, SIDE, b, SIDE, ROWS, COLS).isPresent());
    }

    @Test
    void shouldLeaveAFilterAsItIsWhenTheSceneIsSmallerThanARegion() {
        double[] flat = new double[64 * 80];
        Arrays.fill(flat, 1);
        assertFalse(RegionSplines.of(flat, 64, flat, 64, ROWS, COLS).isPresent());
    }

    /** White noise, the hardest plane: every row and column of the matrices counts alike. */
    private static float[] noise() {
        SplittableRandom random = new SplittableRandom(3);
        float[] plane = new float[240 * 320];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (float) random.nextDouble();
        }
        return plane;
    }

    /** What the sensor sees of an open eye, noise included. */
    private static float[] eye() {
        Person person = Person.ofSeed(4);
        EyeState state = new EyeState();
        state.yawDeg = 9;
        state.pitchDeg = -4;
        state.openness = 1;
        state.pupilDiameterMm = person.eyeball().pupilMeanMm();
        EyeScene scene = new EyeScene();
        new EyeRenderer().render(person, Session.of(person, 1), state, scene);
        short[] counts = new short[480 * 640];
        optics.expose(scene.radiance, scene.depthMm, 0.9, new SplittableRandom(6), counts);
        SensorFrame frame = new SensorFrame(SensorFormat.REFERENCE);
        RawPacking.pack(counts, frame);
        float[] plane = new float[240 * 320];
        new FrameUnpacker(reference, KernelSet.best()).unpack(frame, plane);
        return plane;
    }

    private static float[] crop(float[] whole, int x, int y) {
        float[] crop = new float[ROWS * COLS];
        for (int row = 0; row < ROWS; row++) {
            System.arraycopy(whole, (y + row) * SIDE + x, crop, row * COLS, COLS);
        }
        return crop;
    }

    private static double squares(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
