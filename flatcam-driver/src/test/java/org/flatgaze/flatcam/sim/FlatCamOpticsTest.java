package org.flatgaze.flatcam.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlatCamOpticsTest {

    /** Small enough for a reference that visits every sensor pixel for every scene pixel. */
    private static final FlatCamGeometry SMALL =
            new FlatCamGeometry(38, 46, 12.9, 1.33, 30, 5, 35, 6, 20, 850, 28, 46, 3, true, 0);

    private static final FlatCamOptics SMALL_OPTICS = new FlatCamOptics(SMALL, SensorModel.REFERENCE);

    @Test
    void shouldMatchTheDirectSumWhenEveryPointLiesOnALayer() {
        int size = SMALL.scenePixels();
        double[] layerDepths = {46, 1 / (0.5 / 46 + 0.5 / 28), 28};
        SplittableRandom random = new SplittableRandom(5);
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        for (int i = 0; i < radiance.length; i++) {
            radiance[i] = random.nextInt(3) == 0 ? 0 : (float) random.nextDouble();
            depth[i] = (float) layerDepths[random.nextInt(3)];
        }
        float[] result = new float[SMALL.rows() * SMALL.cols()];
        SMALL_OPTICS.project(radiance, depth, result);
        double[] expected = directSum(radiance, depth);
        double largest = Arrays.stream(expected).max().orElseThrow();
        for (int i = 0; i < result.length; i++) {
            assertEquals(expected[i], result[i], 2e-4 * largest, "pixel " + i);
        }
    }

    @Test
    void shouldBeTheSeparablePartAloneAfterRemovingRowAndColumnMeans() {
        int size = SMALL.scenePixels();
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        Arrays.fill(depth, 28f);
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < radiance.length; i++) {
            radiance[i] = (float) random.nextDouble();
        }
        float[] frame = new float[SMALL.rows() * SMALL.cols()];
        SMALL_OPTICS.project(radiance, depth, frame);
        double[] separable = separable(SMALL_OPTICS, radiance, 28);
        double[] centredFrame = centred(toDouble(frame), SMALL.rows(), SMALL.cols());
        double[] centredSeparable = centred(separable, SMALL.rows(), SMALL.cols());
        for (int i = 0; i < frame.length; i++) {
            assertEquals(centredSeparable[i], centredFrame[i], 1e-3);
        }
    }

    @Test
    void shouldMagnifyTheShadowMoreWhenAPointIsNearer() {
        FlatCamGeometry geometry = FlatCamGeometry.REFERENCE;
        MaskShadow near = new MaskShadow(geometry, 30);
        MaskShadow far = new MaskShadow(geometry, 40);
        double ratio = geometry.magnification(30) / geometry.magnification(40);
        double scaled = 0;
        double same = 0;
        int samples = 0;
        for (double position = -310; position < 310; position += 0.7) {
            scaled += square(near.at(position * ratio) - far.at(position));
            same += square(near.at(position) - far.at(position));
            samples++;
        }
        assertTrue(Math.sqrt(scaled / samples) < 0.02, "scaled to fit: " + Math.sqrt(scaled / samples));
        assertTrue(Math.sqrt(same / samples) > 0.5, "as they are: " + Math.sqrt(same / samples));
    }

    @Test
    void shouldShiftTheShadowByTheSameAmountWhateverTheDepth() {
        FlatCamGeometry geometry = FlatCamGeometry.REFERENCE;
        assertEquals(0.485, geometry.shiftPerScenePixel(), 1e-9);
        MaskShadow shadow = new MaskShadow(geometry, 33);
        float[] phi = new FlatCamOptics(
                        new FlatCamGeometry(
                                100,
                                100,
                                12.9,
                                geometry.maskDistanceMm(),
                                30,
                                8,
                                35,
                                42,
                                256,
                                850,
                                28,
                                46,
                                2,
                                false,
                                0),
                        SensorModel.REFERENCE)
                .phiLeft(33);
        // 200 scene pixels are 97 sensor pixels
        for (int row = 0; row < 3; row++) {
            assertEquals(phi[row * 256 + 20], phi[(row + 97) * 256 + 220], 1e-5);
            assertEquals(shadow.at(row - 49.5 - 0.485 * (20 - 127.5)), phi[row * 256 + 20], 1e-6);
        }
    }

    @Test
    void shouldStayCloseToAContinuousSceneWithTheReferenceLayers() {
        FlatCamGeometry geometry = FlatCamGeometry.REFERENCE;
        FlatCamOptics optics = new FlatCamOptics(geometry, SensorModel.REFERENCE);
        int size = geometry.scenePixels();
        double nearer = 1 / (1 / 28.0 - (1 / 28.0 - 1 / 46.0) * 2.5 / 7); // worst place: half-way between two layers
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        Arrays.fill(depth, (float) nearer);
        for (int i = 0; i < radiance.length; i++) {
            int row = i / size;
            double radius = Math.hypot(row - 120, i % size - 140);
            radiance[i] = radius < 14 ? 0.05f : radius < 40 ? 0.25f : 0.4f;
        }
        float[] frame = new float[geometry.rows() * geometry.cols()];
        optics.project(radiance, depth, frame);
        double[] exact = centred(separable(optics, radiance, nearer), geometry.rows(), geometry.cols());
        double[] layered = centred(toDouble(frame), geometry.rows(), geometry.cols());
        double error = 0;
        double power = 0;
        for (int i = 0; i < exact.length; i++) {
            error += square(layered[i] - exact[i]);
            power += square(exact[i]);
        }
        assertTrue(Math.sqrt(error / power) < 0.02, "relative error " + Math.sqrt(error / power));
    }

    @Test
    void shouldProjectAScreenLikeASceneOnALayer() {
        int size = SMALL.scenePixels();
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        Arrays.fill(depth, 28f);
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < radiance.length; i++) {
            radiance[i] = (float) random.nextDouble();
        }
        float[] layered = new float[SMALL.rows() * SMALL.cols()];
        float[] screen = layered.clone();
        SMALL_OPTICS.projectScreen(radiance, 40, screen);
        SMALL_OPTICS.projectScreen(radiance, 28, screen);
        SMALL_OPTICS.project(radiance, depth, layered);
        assertArrayEquals(layered, screen, 1e-3f);
    }

    @Test
    void shouldTurnTheFrameWhenTheMaskIsGluedOnAskew() {
        int rows = SMALL.rows();
        int cols = SMALL.cols();
        FrameRotation turn = new FrameRotation(rows, cols, 3);
        float[] blob = new float[rows * cols];
        for (int i = 0; i < blob.length; i++) {
            int row = i / cols;
            blob[i] = (float) Math.exp(-0.5 * (square((row - 18.5) / 2) + square((i % cols - 36.0) / 2)));
        }
        float[] turned = new float[blob.length];
        turn.apply(blob, turned);
        double weight = 0;
        double meanRow = 0;
        double meanCol = 0;
        for (int i = 0; i < turned.length; i++) {
            int row = i / cols;
            weight += turned[i];
            meanRow += turned[i] * row;
            meanCol += turned[i] * (i % cols);
        }
        // 13.5 columns right of the centre of turn; clockwise on the screen is down
        assertEquals(18.5 + 13.5 * Math.sin(Math.toRadians(3)), meanRow / weight, 0.02);
        assertEquals(22.5 + 13.5 * Math.cos(Math.toRadians(3)), meanCol / weight, 0.02);

        int size = SMALL.scenePixels();
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        Arrays.fill(depth, 33f);
        radiance[3 * size + 4] = 1;
        float[] askew = new float[rows * cols];
        new FlatCamOptics(SMALL.withMaskRotation(3), SensorModel.REFERENCE).project(radiance, depth, askew);
        float[] straight = new float[rows * cols];
        SMALL_OPTICS.project(radiance, depth, straight);
        float[] expected = new float[rows * cols];
        turn.apply(straight, expected);
        assertArrayEquals(expected, askew);
    }

    @Test
    void shouldGiveTheSameFrameFromAnotherInstanceAndForgetTheLastScene() {
        int size = SMALL.scenePixels();
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        Arrays.fill(depth, 33f);
        radiance[3 * size + 4] = 1;
        short[] first = new short[SMALL.rows() * SMALL.cols()];
        short[] second = first.clone();
        SMALL_OPTICS.expose(radiance, depth, 1, new SplittableRandom(8), first);
        FlatCamOptics other = SMALL_OPTICS.newInstance();
        float[] bright = new float[size * size];
        Arrays.fill(bright, 1f);
        other.expose(bright, depth, 1, new SplittableRandom(1), second);
        other.expose(radiance, depth, 1, new SplittableRandom(8), second);
        assertArrayEquals(first, second);
    }

    @Test
    void shouldShowOnlyTheBlackLevelWhenThereIsNoLight() {
        int size = SMALL.scenePixels();
        short[] counts = new short[SMALL.rows() * SMALL.cols()];
        SMALL_OPTICS.expose(new float[size * size], new float[size * size], 1, new SplittableRandom(8), counts);
        for (short count : counts) {
            assertEquals(64, count, 6);
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        int size = SMALL.scenePixels();
        float[] radiance = new float[size * size];
        float[] depth = new float[size * size];
        Arrays.fill(depth, 33f);
        Arrays.fill(radiance, 1f);
        short[] counts = new short[SMALL.rows() * SMALL.cols()];
        SplittableRandom noise = new SplittableRandom(8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Vector code boxes until it is compiled, which takes as long as it takes; then it must stay at nothing.
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < 400 && allocated >= 16 * 100; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                SMALL_OPTICS.expose(radiance, depth, 1, noise, counts);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(allocated < 16 * 100, "allocated=" + allocated + " bytes in 100 frames");
    }

    @Test
    void shouldNameTheValueWhenAGeometryIsImpossible() {
        IllegalArgumentException depth = assertThrows(
                IllegalArgumentException.class,
                () -> new FlatCamGeometry(38, 46, 12.9, 1.33, 30, 5, 35, 6, 20, 850, 46, 28, 3, true, 0));
        assertTrue(depth.getMessage().contains("farthestMm=28.0"), depth.getMessage());
        IllegalArgumentException layers =
                assertThrows(IllegalArgumentException.class, () -> FlatCamGeometry.REFERENCE.withDepthLayers(1));
        assertTrue(layers.getMessage().contains("depthLayers=1"), layers.getMessage());
    }

    /** Every sensor pixel looks through the 0/1 mask at every scene pixel; blur and aperture by plain oversampling. */
    private static double[] directSum(float[] radiance, float[] depth) {
        int size = SMALL.scenePixels();
        double[] sum = new double[SMALL.rows() * SMALL.cols()];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                double z = depth[i * size + j];
                double light = radiance[i * size + j] * dimming(i) * dimming(j);
                if (light > 0) {
                    double[] vertical = shadow(z, i, SMALL.rows());
                    double[] horizontal = shadow(z, j, SMALL.cols());
                    for (int at = 0; at < sum.length; at++) {
                        sum[at] += light * 0.5 * (1 + vertical[at / SMALL.cols()] * horizontal[at % SMALL.cols()]);
                    }
                }
            }
        }
        return sum;
    }

    private static double dimming(int index) {
        double angle = Math.atan((index - 9.5) * 6.0 / 20 / 35);
        return Math.pow(Math.cos(angle), 4);
    }

    private static double[] shadow(double z, int scenePixel, int length) {
        byte[] code = MaskSequence.signs(SMALL.sequenceBits());
        double pitchMm = 12.9e-3;
        double sigmaMm = 0.886 * 850e-6 * 1.33 / 0.030 / 2.354820045;
        double tangent = (scenePixel - 9.5) * 6.0 / 20 / 35;
        double[] shadow = new double[length];
        int steps = 24;
        double[] offsets = new double[6 * steps + 1];
        double[] weights = new double[offsets.length];
        double total = 0;
        for (int k = 0; k < offsets.length; k++) {
            offsets[k] = sigmaMm * (k - 3.0 * steps) / steps * 5 / 3;
            weights[k] = Math.exp(-0.5 * square(offsets[k] / sigmaMm));
            total += weights[k];
        }
        for (int pixel = 0; pixel < length; pixel++) {
            for (int sub = 0; sub < steps; sub++) {
                double x = (pixel - 0.5 * (length - 1) + (sub + 0.5) / steps - 0.5) * pitchMm;
                for (int k = 0; k < offsets.length; k++) {
                    double onMask = (x + offsets[k] - 1.33 * tangent) / (1 + 1.33 / z);
                    int feature = (int) Math.floor(onMask / 0.030 + 0.5 * code.length);
                    shadow[pixel] += weights[k] / total / steps * code[Math.floorMod(feature, code.length)];
                }
            }
        }
        return shadow;
    }

    /** PhiL X PhiR^T / 2 in double precision. */
    private static double[] separable(FlatCamOptics optics, float[] x, double depthMm) {
        FlatCamGeometry geometry = optics.geometry();
        int size = geometry.scenePixels();
        float[] left = optics.phiLeft(depthMm);
        float[] right = optics.phiRight(depthMm);
        double[] half = new double[geometry.rows() * size];
        for (int row = 0; row < geometry.rows(); row++) {
            for (int i = 0; i < size; i++) {
                double weight = left[row * size + i];
                for (int j = 0; j < size; j++) {
                    half[row * size + j] += weight * x[i * size + j];
                }
            }
        }
        double[] result = new double[geometry.rows() * geometry.cols()];
        for (int row = 0; row < geometry.rows(); row++) {
            for (int col = 0; col < geometry.cols(); col++) {
                double sum = 0;
                for (int j = 0; j < size; j++) {
                    sum += half[row * size + j] * right[col * size + j];
                }
                result[row * geometry.cols() + col] = 0.5 * sum;
            }
        }
        return result;
    }

    private static double[] centred(double[] frame, int rows, int cols) {
        double[] rowMean = new double[rows];
        double[] colMean = new double[cols];
        double mean = 0;
        for (int i = 0; i < frame.length; i++) {
            rowMean[i / cols] += frame[i] / cols;
            colMean[i % cols] += frame[i] / rows;
            mean += frame[i] / frame.length;
        }
        double[] result = new double[frame.length];
        for (int i = 0; i < frame.length; i++) {
            result[i] = frame[i] - rowMean[i / cols] - colMean[i % cols] + mean;
        }
        return result;
    }

    private static double[] toDouble(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    private static double square(double value) {
        return value * value;
    }
}
