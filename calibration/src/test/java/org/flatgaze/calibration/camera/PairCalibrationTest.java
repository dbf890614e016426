package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.pipeline.reconstruct.FilterDesign;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.PictureFit;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class PairCalibrationTest {

    /** Relative lambda of the `reconstruct` command. */
    private static final double LAMBDA = 0.02;

    @Test
    void shouldReconstructTheThirdCaptureWhenTwoPairsAreKnown() throws IOException {
        Path data = realCaptures();
        RigDescription rig = RigDescription.read(data.resolve("derived"));
        List<PairCalibration.Pair> pairs = new ArrayList<>();
        for (int n = 7; n <= 8; n++) {
            float[] frame = rig.frame(data.resolve("flatnet-sep/fc_" + n + ".png"));
            for (int colour = 0; colour < rig.colours(); colour++) {
                pairs.add(new PairCalibration.Pair(
                        rig.plane(frame, colour), rig.picture(data.resolve("flatnet-sep/rec_" + n + ".png"), colour)));
            }
        }

        PairCalibration.Result found =
                PairCalibration.fit(pairs, rig.plane().rows(), rig.plane().cols(), rig.scene(), CaptureProgress.SILENT);

        FlatCamModel model = new FlatCamModel(
                "rig",
                rig.sensor(),
                rig.plane(),
                rig.scene(),
                rig.scene(),
                found.matrices().left(),
                found.matrices().right(),
                "",
                "");
        Reconstructor reconstructor = new Reconstructor(SeparableFilter.of(model, FilterDesign.exact(LAMBDA)));
        float[] frame = rig.frame(data.resolve("flatnet-sep/fc_9.png"));
        float[] picture = new float[rig.scene() * rig.scene()];
        double mean = 0;
        for (int colour = 0; colour < rig.colours(); colour++) {
            reconstructor.reconstruct(rig.plane(frame, colour), Target.FULL, 0, 0, picture);
            float[] published = rig.picture(data.resolve("flatnet-sep/rec_9.png"), colour);
            mean += PictureFit.of(picture, published, 255).correlation() / rig.colours();
        }
        assertTrue(mean >= 0.93, "mean correlation=" + mean);
        assertEquals(0.48, found.slope()[0], 0.015);
        assertEquals(0.48, found.slope()[1], 0.015);
    }

    @Test
    void shouldRefuseWhenFramesAndPicturesDoNotBelongTogether() {
        SplittableRandom random = new SplittableRandom(4);
        PairCalibration.Pair pair = new PairCalibration.Pair(noise(random, 80 * 96), noise(random, 32 * 32));
        CalibrationRefusedException e = assertThrows(
                CalibrationRefusedException.class,
                () -> PairCalibration.fit(List.of(pair), 80, 96, 32, CaptureProgress.SILENT));
        assertTrue(e.getMessage().contains("do not belong together"), e.getMessage());
    }

    private static float[] noise(SplittableRandom random, int length) {
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static Path realCaptures() {
        String configured = System.getProperty("flatgaze.shared");
        Path found = configured == null ? null : Path.of(configured);
        for (Path at = Path.of("").toAbsolutePath(); at != null && found == null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("shared/DESIGN.md"))) {
                found = at.resolve("shared");
            }
        }
        Path data = found == null ? null : found.resolve("data/flatcam");
        Assumptions.assumeTrue(data != null && Files.isDirectory(data), "real captures are not here");
        return data;
    }
}
