package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.accel.kernels.KernelSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconstructorTest {

    private static final double LAMBDA = 0.03;

    @Test
    void shouldSolveTheNormalEquationsWhenModeIsExact() {
        FlatCamModel model = SmallModels.random(5, 13, 11, 6, 4);
        float[] plane = SmallModels.noise(9, 13 * 11);
        ModelSpectrum spectrum = ModelSpectrum.of(model);

        float[] picture = picture(SeparableFilter.of(spectrum, FilterDesign.exact(LAMBDA)), plane);

        float[] expected = dense(model, plane, LAMBDA * spectrum.lambdaUnit());
        assertArrayEquals(expected, picture, 2e-5f);
    }

    @ParameterizedTest
    @EnumSource(FilterMode.class)
    void shouldIgnoreConstantRowAndColumnOffsetsWhenCentringIsFolded(FilterMode mode) {
        FlatCamModel model = SmallModels.random(6, 40, 52, 12, 16);
        SeparableFilter filter = SeparableFilter.of(model, FilterDesign.of(mode, LAMBDA));
        float[] plane = SmallModels.noise(1, 40 * 52);
        float[] shifted = plane.clone();
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 52; j++) {
                shifted[i * 52 + j] += 3 + 0.2f * (i % 7) - 0.1f * (j % 5);
            }
        }

        float[] clean = picture(filter, plane);

        assertArrayEquals(clean, picture(filter, shifted), 2e-5f);
        assertArrayEquals(clean, picture(filter, centred(plane, 40, 52)), 2e-5f);
    }

    @ParameterizedTest
    @EnumSource(FilterMode.class)
    void shouldEqualCropAndBoxMeanOfTheWholeWhenTargetIsRegionOrHalf(FilterMode mode) {
        FlatCamModel model = SmallModels.random(7, 180, 220, 108, 170);
        Reconstructor reconstructor = new Reconstructor(SeparableFilter.of(model, FilterDesign.of(mode, LAMBDA)));
        float[] plane = SmallModels.noise(2, 180 * 220);
        float[] full = new float[108 * 170];
        float[] half = new float[54 * 85];
        float[] roi = new float[96 * 160];

        reconstructor.reconstruct(plane, Target.FULL, 0, 0, full);
        reconstructor.reconstruct(plane, Target.HALF, 0, 0, half);

        for (int i = 0; i < half.length; i++) {
            int at = 2 * (i / 85) * 170 + 2 * (i % 85);
            assertEquals((full[at] + full[at + 1] + full[at + 170] + full[at + 171]) / 4, half[i], 1e-5);
        }
        for (int[] corner : new int[][] {{0, 0}, {10, 12}, {7, 3}}) {
            reconstructor.reconstruct(plane, Target.ROI, corner[0], corner[1], roi);
            for (int i = 0; i < roi.length; i++) {
                assertEquals(full[(corner[1] + i / 160) * 170 + corner[0] + i % 160], roi[i], 1e-5);
            }
        }
    }

    @Test
    void shouldMakeTheSamePictureWhenRidgeIsSolvedByCholeskyOrBySingularValues() {
        FlatCamModel model = SmallModels.random(8, 60, 44, 20, 18);
        ModelSpectrum spectrum = ModelSpectrum.of(model);
        SeparableFilter fitted = SeparableFilter.of(spectrum, FilterDesign.onePairFitted(LAMBDA));
        SeparableFilter given =
                SeparableFilter.of(model, FilterDesign.onePair(fitted.alphaLeft(), fitted.alphaRight()));
        float[] plane = SmallModels.noise(3, 60 * 44);

        float[] a = picture(fitted, plane);
        float[] b = picture(given, plane);

        // The fitted pair carries a gain that makes it closest to the exact picture.
        double gain = PictureFit.of(absolute(b), absolute(a), 1).gain();
        for (int i = 0; i < a.length; i++) {
            assertEquals(a[i], gain * b[i], 2e-5);
        }
    }

    @Test
    void shouldComeCloserToExactWhenTermsAreAdded() {
        FlatCamModel model = SmallModels.random(10, 60, 44, 20, 18);
        ModelSpectrum spectrum = ModelSpectrum.of(model);
        float[] scene = SmallModels.noise(4, 20 * 18);
        float[] plane = SmallModels.measure(model, scene, 1);
        float[] exact = picture(SeparableFilter.of(spectrum, FilterDesign.exact(LAMBDA)), plane);

        double two = distance(exact, picture(SeparableFilter.of(spectrum, FilterDesign.twoTerm(LAMBDA)), plane));
        double one = distance(exact, picture(SeparableFilter.of(spectrum, FilterDesign.onePairFitted(LAMBDA)), plane));

        assertEquals(0, two / distance(exact, new float[exact.length]), 0.02);
        assertTrue(two < one);
    }

    @ParameterizedTest
    @EnumSource(FilterMode.class)
    void shouldAllocateNothingWhenFramesFollowEachOther(FilterMode mode) {
        FlatCamModel model = SmallModels.random(11, 100, 164, 96, 160);
        Reconstructor reconstructor =
                new Reconstructor(SeparableFilter.of(model, FilterDesign.of(mode, LAMBDA)), KernelSet.scalar());
        float[] plane = SmallModels.noise(5, 100 * 164);
        float[] out = new float[96 * 160];

        long bytes = Allocation.bytesPerRound(() -> {
            reconstructor.reconstruct(plane, Target.FULL, 0, 0, out);
            reconstructor.reconstruct(plane, Target.HALF, 0, 0, out);
            reconstructor.reconstruct(plane, Target.ROI, 0, 0, out);
        });

        assertEquals(0, bytes);
    }

    @Test
    void shouldRefuseWhenRegionLeavesThePictureOrArrayIsShort() {
        FlatCamModel model = SmallModels.random(12, 100, 164, 96, 160);
        Reconstructor reconstructor = new Reconstructor(SeparableFilter.of(model, FilterDesign.onePair(0.1, 0.1)));
        float[] plane = new float[100 * 164];
        float[] out = new float[96 * 160];

        assertThrows(IllegalArgumentException.class, () -> reconstructor.reconstruct(plane, Target.ROI, 1, 0, out));
        assertThrows(IllegalArgumentException.class, () -> reconstructor.reconstruct(plane, Target.ROI, 0, -1, out));
        assertThrows(
                IllegalArgumentException.class, () -> reconstructor.reconstruct(new float[5], Target.FULL, 0, 0, out));
    }

    @Test
    void shouldMakeThePictureOfTheBinnedMatricesWhenADesignIsBinned() {
        FlatCamModel fine = SmallModels.random(15, 40, 48, 8, 10);
        FlatCamModel coarse = SmallModels.of(20, 24, 8, 10, binned(fine.phiLeft(), 8), binned(fine.phiRight(), 10));
        float[] plane = SmallModels.noise(6, 20 * 24);

        SeparableFilter filter =
                SeparableFilter.of(fine, FilterDesign.onePair(0.1, 0.2).withBinning(2));

        assertEquals(20, filter.rows());
        assertEquals(24, filter.cols());
        assertArrayEquals(
                picture(SeparableFilter.of(coarse, FilterDesign.onePair(0.1, 0.2)), plane),
                picture(filter, plane),
                1e-5f);
    }

    private static float[] binned(float[] phi, int cols) {
        float[] out = new float[phi.length / 2];
        for (int i = 0; i < out.length; i++) {
            int at = i / cols * 2 * cols + i % cols;
            out[i] = (phi[at] + phi[at + cols]) / 2;
        }
        return out;
    }

    @Test
    void shouldBinForTheFramePathOnlyWhereNothingIsLost() {
        FlatCamModel coarse = SmallModels.coarse(16, 40, 48, 8, 10);
        FlatCamModel fine = SmallModels.random(16, 40, 48, 8, 10);
        FlatCamModel odd = SmallModels.coarse(16, 41, 48, 8, 10);

        assertEquals(2, FilterDesign.framePath(coarse).binning());
        assertEquals(1, FilterDesign.framePath(fine).binning());
        assertEquals(1, FilterDesign.framePath(odd).binning());
        assertThrows(
                IllegalArgumentException.class,
                () -> SeparableFilter.of(odd, FilterDesign.onePair(0.1, 0.2).withBinning(2)));
    }

    @Test
    void shouldChangeTheIdWhenModelOrDesignChanges() {
        FlatCamModel model = SmallModels.random(13, 20, 24, 8, 10);
        String id = SeparableFilter.of(model, FilterDesign.onePair(0.1, 0.2)).id();

        assertEquals(
                id, SeparableFilter.of(model, FilterDesign.onePair(0.1, 0.2)).id());
        assertNotEquals(
                id, SeparableFilter.of(model, FilterDesign.onePair(0.1, 0.3)).id());
        assertNotEquals(id, SeparableFilter.of(model, FilterDesign.exact(0.1)).id());
        assertNotEquals(
                id,
                SeparableFilter.of(model, FilterDesign.onePair(0.1, 0.2).withBinning(2))
                        .id());
        assertNotEquals(
                id,
                SeparableFilter.of(SmallModels.random(14, 20, 24, 8, 10), FilterDesign.onePair(0.1, 0.2))
                        .id());
    }

    @Test
    void shouldRefuseWhenDesignIsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> FilterDesign.exact(0));
        assertThrows(IllegalArgumentException.class, () -> FilterDesign.twoTerm(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> FilterDesign.onePair(0.1, 0));
        assertThrows(
                IllegalArgumentException.class, () -> FilterDesign.exact(0.1).withBinning(2));
        assertThrows(IllegalArgumentException.class, () -> FilterMode.of("fast"));
    }

    private static float[] picture(SeparableFilter filter, float[] plane) {
        Reconstructor reconstructor = new Reconstructor(filter);
        float[] out = new float[filter.model().sceneRows() * filter.model().sceneCols()];
        reconstructor.reconstruct(plane, Target.FULL, 0, 0, out);
        return out;
    }

    private static float[] absolute(float[] x) {
        float[] out = x.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.abs(out[i]);
        }
        return out;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    private static float[] centred(float[] x, int rows, int cols) {
        double[] row = new double[rows];
        double[] col = new double[cols];
        double all = 0;
        for (int i = 0; i < x.length; i++) {
            row[i / cols] += x[i] / cols;
            col[i % cols] += x[i] / rows;
            all += x[i] / ((double) rows * cols);
        }
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (float) (x[i] - row[i / cols] - col[i % cols] + all);
        }
        return out;
    }

    /** Least squares over all unknowns at once, by Gaussian elimination on the Kronecker normal equations. */
    private static float[] dense(FlatCamModel model, float[] plane, double lambda) {
        double[] l = model.centredLeft();
        double[] r = model.centredRight();
        int n = model.sceneRows();
        int w = model.sceneCols();
        int unknowns = n * w;
        double[][] a = new double[unknowns][unknowns + 1];
        for (int i = 0; i < model.rows(); i++) {
            for (int c = 0; c < model.cols(); c++) {
                double[] k = new double[unknowns];
                for (int u = 0; u < unknowns; u++) {
                    k[u] = l[i * n + u / w] * r[c * w + u % w];
                }
                for (int p = 0; p < unknowns; p++) {
                    for (int q = 0; q < unknowns; q++) {
                        a[p][q] += k[p] * k[q];
                    }
                    a[p][unknowns] += k[p] * plane[i * model.cols() + c];
                }
            }
        }
        for (int p = 0; p < unknowns; p++) {
            a[p][p] += lambda;
        }
        for (int p = 0; p < unknowns; p++) {
            for (int q = p + 1; q < unknowns; q++) {
                double f = a[q][p] / a[p][p];
                for (int c = p; c <= unknowns; c++) {
                    a[q][c] -= f * a[p][c];
                }
            }
        }
        float[] x = new float[unknowns];
        for (int p = unknowns - 1; p >= 0; p--) {
            double sum = a[p][unknowns];
            for (int q = p + 1; q < unknowns; q++) {
                sum -= a[p][q] * x[q];
            }
            x[p] = (float) (sum / a[p][p]);
        }
        return x;
    }
}
