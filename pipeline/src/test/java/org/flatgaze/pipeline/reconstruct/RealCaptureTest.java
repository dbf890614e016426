package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden regression on the real rig's captures against the pictures its authors published. */
class RealCaptureTest {

    private static final int FIRST_FRAME = 7;
    private static final double[][] CORRELATION = {{.965, .965, .92}, {.97, .97, .935}, {.98, .98, .97}};
    private static final double[][] PSNR_DB = {{25, 29, 31}, {26, 30, 31}, {28, 31, 34}};

    @TempDir
    private Path folder;

    @Test
    void shouldComeCloseToThePublishedPicturesWhenModeIsAny() throws IOException {
        for (FilterMode mode : FilterMode.values()) {
            for (int i = 0; i < 3; i++) {
                ReconstructJob.Result result = run(FIRST_FRAME + i, mode, Optional.empty());
                for (int c = 0; c < 3; c++) {
                    PictureFit fit = result.fits()[c];
                    String what = mode.id() + " frame " + (FIRST_FRAME + i) + " colour " + c + ": " + fit;
                    assertTrue(fit.correlation() >= CORRELATION[i][c], what);
                    assertTrue(fit.psnrDb() >= PSNR_DB[i][c], what);
                }
                assertTrue(result.health() > 0.6, "health=" + result.health());
                assertEquals(0, result.saturatedFraction());
                assertTrue(result.roiMaxAbsDiff() < 1e-4, "roiMaxAbsDiff=" + result.roiMaxAbsDiff());
            }
        }
    }

    @Test
    void shouldMakeTheRegionAloneWhenAsked() throws IOException {
        ReconstructJob.Result whole = run(9, FilterMode.TWO_TERM, Optional.empty());
        ReconstructJob.Result part = run(9, FilterMode.TWO_TERM, Optional.of(new ReconstructJob.Region(31, 77)));

        assertEquals(160, part.width());
        assertEquals(96, part.height());
        for (int i = 0; i < 96 * 160; i++) {
            assertEquals(whole.pictures()[1][(77 + i / 160) * 256 + 31 + i % 160], part.pictures()[1][i], 1e-5);
        }
        Picture picture = part.toPicture();
        assertEquals(3, picture.channels());
        assertEquals(160, picture.width());
    }

    @Test
    void shouldStayWithin45DecibelsOfExactWhenTwoTermsAreUsed() throws IOException {
        Path data = SharedData.flatcam();
        FlatCamModel model = FlatCamModels.load(data.resolve("derived"));
        ModelSpectrum spectrum = ModelSpectrum.of(model);
        assertEquals(125, spectrum.rankLeft());
        assertEquals(125, spectrum.rankRight());
        float[] frame = RawCapture.read(data.resolve("flatnet-sep/fc_8.png"), model.sensor())
                .frame();
        for (double lambda : new double[] {0.01, 0.02, 0.05}) {
            float[] exact = green(SeparableFilter.of(spectrum, FilterDesign.exact(lambda)), frame);
            float[] twoTerm = green(SeparableFilter.of(spectrum, FilterDesign.twoTerm(lambda)), frame);
            double peak = 0;
            double error = 0;
            for (int i = 0; i < exact.length; i++) {
                peak = Math.max(peak, exact[i]);
                error += Math.pow(exact[i] - twoTerm[i], 2) / exact.length;
            }
            double psnrDb = 10 * Math.log10(peak * peak / error);
            assertTrue(psnrDb >= 45, "lambda=" + lambda + " psnrDb=" + psnrDb);
        }
    }

    @Test
    void shouldShowLowHealthWhenMatricesAreOfAnotherDevice() throws IOException {
        Path data = SharedData.flatcam();
        FlatCamModel model = FlatCamModels.load(data.resolve("derived"));
        FlatCamModel other = new FlatCamModel(
                "upside down",
                model.sensor(),
                model.geometry(),
                256,
                256,
                reversedRows(model.phiLeft(), 256),
                reversedRows(model.phiRight(), 256),
                "",
                "");
        Path file = folder.resolve("other.npz");
        FlatCamModels.save(other, file);

        ReconstructJob.Result result = ReconstructJob.run(options(data, file, 9, FilterMode.EXACT, Optional.empty()));

        assertTrue(result.health() < 0.25, "health=" + result.health());
        assertTrue(result.fits()[1].correlation() < 0.5, "correlation=" + result.fits()[1].correlation());
    }

    @Test
    void shouldSayWhatIsWrongWhenInputsDoNotBelongTogether() throws IOException {
        Path data = SharedData.flatcam();
        Path derived = data.resolve("derived");

        assertRefused(derived, data.resolve("flatnet-sep/rec_7.png"), "colour picture");
        Path small = folder.resolve("small.png");
        OpenCvImages.writePng(small, new Picture(64, 48, 1, 16, new short[64 * 48]));
        assertRefused(derived, small, "48 rows x 64 columns, but the calibration is for 1024 x 1280");
        Path shallow = folder.resolve("shallow.png");
        OpenCvImages.writePng(shallow, new Picture(1280, 1024, 1, 8, new short[1280 * 1024]));
        assertRefused(derived, shallow, "8-bit picture");
        assertRefused(derived, folder.resolve("absent.png"), "no such picture file");
        assertRefused(folder.resolve("absent"), small, "no such calibration");

        Path rig = folder.resolve("rig");
        Files.createDirectory(rig);
        Files.copy(derived.resolve("selfcal_kL.npy"), rig.resolve("selfcal_kL.npy"));
        Files.copy(derived.resolve("selfcal_kR.npy"), rig.resolve("selfcal_kR.npy"));
        String text = Files.readString(derived.resolve("rig.json"));
        Files.writeString(rig.resolve("rig.json"), text.replace("[6, 506]", "[6, 606]"));
        assertRefused(rig, small, "needs sample");
        Files.writeString(rig.resolve("rig.json"), text.replace("\"slope\"", "\"tilt\""));
        assertRefused(rig, small, "phi.slope is missing");
    }

    private static void assertRefused(Path calibration, Path raw, String expected) {
        IOException e = assertThrows(
                IOException.class,
                () -> ReconstructJob.run(new ReconstructJob.Options(
                        calibration, raw, Optional.empty(), FilterMode.EXACT, 0.02, Optional.empty())));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    private static float[] green(SeparableFilter filter, float[] frame) {
        float[] out = new float[256 * 256];
        new ColourReconstructor(filter, KernelSet.best()).reconstruct(frame, 1, Target.FULL, 0, 0, out);
        return out;
    }

    private static ReconstructJob.Result run(int number, FilterMode mode, Optional<ReconstructJob.Region> region)
            throws IOException {
        Path data = SharedData.flatcam();
        return ReconstructJob.run(options(data, data.resolve("derived"), number, mode, region));
    }

    private static ReconstructJob.Options options(
            Path data, Path calibration, int number, FilterMode mode, Optional<ReconstructJob.Region> region) {
        return new ReconstructJob.Options(
                calibration,
                data.resolve("flatnet-sep/fc_" + number + ".png"),
                Optional.of(data.resolve("flatnet-sep/rec_" + number + ".png")),
                mode,
                ReconstructJob.DEFAULT_LAMBDA_RELATIVE,
                region);
    }

    private static float[] reversedRows(float[] x, int cols) {
        float[] out = new float[x.length];
        int rows = x.length / cols;
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x, i * cols, out, (rows - 1 - i) * cols, cols);
        }
        return out;
    }
}
