package org.flatgaze.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.pipeline.models.FilterMismatch;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraFilterTest {

    @TempDir
    Path folder;

    @Test
    void shouldHaveNothingToTellWhenNetworksWereTrainedWithIt() {
        CameraFilter reference = CameraFilter.reference();
        assertEquals(0, reference.difference(), 1e-6);
        assertEquals(List.of(), reference.remarks(List.of()));
    }

    @Test
    void shouldAcceptACalibrationOfTheSameDeviceAndSayHowFarItIs() throws IOException {
        CameraFilter camera = noisy(0.004);
        List<String> lines =
                camera.remarks(List.of(mismatch(CameraFilter.reference()), mismatch(CameraFilter.reference())));
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().contains("its matrices differ by 0.40 %"), lines.getFirst());
        assertTrue(lines.getFirst().contains("validate --camera"), lines.getFirst());
    }

    @Test
    void shouldWarnWhenItIsAnotherDeviceOrTheNetworksAreNotTheReference() throws IOException {
        CameraFilter far = noisy(0.1);
        List<String> lines = far.remarks(List.of(mismatch(CameraFilter.reference())));
        assertTrue(lines.getFirst().startsWith("warning: model net was trained with filter"), lines.getFirst());
        assertTrue(lines.getFirst().endsWith("(matrices differ by 10.0 %)"), lines.getFirst());
        List<String> unknown = noisy(0.004).remarks(List.of(new FilterMismatch("net", "abc", "def")));
        assertTrue(unknown.getFirst().startsWith("warning: "), unknown.getFirst());
    }

    @Test
    void shouldSayWhichFileWhenThereIsNone() {
        IOException e = assertThrows(IOException.class, () -> CameraFilter.of(folder.resolve("no.npz")));
        assertTrue(e.getMessage().contains("no.npz"), e.getMessage());
    }

    private static FilterMismatch mismatch(CameraFilter trainedWith) {
        return new FilterMismatch("net", trainedWith.filter().id(), "another");
    }

    /** The reference device as a calibration with that much noise would find it, twice as bright, on another pedestal. */
    private CameraFilter noisy(double share) throws IOException {
        FlatCamModel truth = CameraFilter.reference().filter().model();
        FlatCamModel found = FlatCamModel.of(
                "rig-1",
                truth.sensor(),
                truth.sceneRows(),
                noisy(truth.phiLeft(), truth.sceneRows(), share, 1),
                noisy(truth.phiRight(), truth.sceneCols(), share, 2));
        Path file = folder.resolve("rig-" + share + ".npz");
        FlatCamModels.save(found, file);
        return CameraFilter.of(file);
    }

    private static float[] noisy(float[] matrix, int columns, double share, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int rows = matrix.length / columns;
        double squares = 0;
        for (int col = 0; col < columns; col++) {
            double mean = 0;
            for (int row = 0; row < rows; row++) {
                mean += matrix[row * columns + col] / rows;
            }
            for (int row = 0; row < rows; row++) {
                double off = matrix[row * columns + col] - mean;
                squares += off * off;
            }
        }
        double sigma = share * Math.sqrt(squares / matrix.length);
        float[] out = new float[matrix.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (2 * (matrix[i] + sigma * random.nextGaussian()) + 0.01);
        }
        return out;
    }
}
