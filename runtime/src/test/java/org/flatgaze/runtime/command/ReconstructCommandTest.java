package org.flatgaze.runtime.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReconstructCommandTest {

    private static final int SCENE = 160;

    @TempDir
    private Path folder;

    private Path calibration;
    private Path raw;
    private Path out;
    private Path json;

    @BeforeEach
    void setUp() throws Exception {
        calibration = folder.resolve("device.npz");
        raw = folder.resolve("raw.png");
        out = folder.resolve("picture.png");
        json = folder.resolve("result.json");
        SensorFormat sensor = new SensorFormat(180, 170, 10, Packing.U16_LOW);
        FlatCamModel model = FlatCamModel.of("small", sensor, SCENE, waves(170 * SCENE, 0.7), waves(180 * SCENE, 0.9));
        FlatCamModels.save(model, calibration);
        short[] counts = new short[sensor.samples()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (short) (i * 37 % 800);
        }
        OpenCvImages.writePng(raw, new Picture(180, 170, 1, 16, counts));
    }

    @Test
    void shouldWritePictureAndResultWhenInputsFit() throws Exception {
        call("--out", out.toString(), "--json", json.toString(), "--mode", "one-pair", "--lambda", "0.1");

        Picture picture = OpenCvImages.read(out);
        assertEquals(SCENE, picture.width());
        assertEquals(1, picture.channels());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(0.1, result.get("lambda_rel").asDouble());
        assertEquals("one-pair", result.get("mode").asText());
        assertTrue(result.get("roi_max_abs_diff").asDouble() < 1e-4);
        assertEquals(0, result.get("saturated_fraction").asDouble());
        assertTrue(result.get("millis").asDouble() > 0);
        assertFalse(result.has("psnr_db"), "nothing to compare with");

        call("--out", folder.resolve("again.png").toString(), "--json", json.toString(), "--reference", out.toString());
        result = new ObjectMapper().readTree(json.toFile());
        assertEquals(1, result.get("psnr_db").size());
        assertEquals(1, result.get("correlation").size());
    }

    @Test
    void shouldMakeTheRegionWhenAsked() throws Exception {
        call("--out", out.toString(), "--roi", "0,64");

        Picture picture = OpenCvImages.read(out);
        assertEquals(160, picture.width());
        assertEquals(96, picture.height());
    }

    @Test
    void shouldWriteNothingWhenUsageIsWrong() throws Exception {
        assertRefused("expected exact, two-term or one-pair", "--mode", "fast");
        assertRefused("lambdaRelative=-1.0", "--lambda", "-1");
        assertRefused("expected X,Y", "--roi", "12");
        assertRefused("expected 0..0 and 0..64", "--roi", "0,65");
        assertRefused(
                "no such picture file",
                "--reference",
                folder.resolve("absent.png").toString());
        Files.delete(calibration);
        assertRefused("no such calibration");
    }

    @Test
    void shouldRefuseWhenOutIsNoPngOrItsFolderIsMissing() {
        assertRefused("ends in .png", "--out", folder.resolve("picture.jpg").toString());
        assertRefused(
                "no writable folder",
                "--out",
                folder.resolve("absent").resolve("picture.png").toString());
    }

    private void assertRefused(String expected, String... more) {
        String[] all = new String[more.length + 4];
        all[0] = "--out";
        all[1] = out.toString();
        all[2] = "--json";
        all[3] = json.toString();
        System.arraycopy(more, 0, all, 4, more.length);
        String[] arguments = more.length > 0 && more[0].equals("--out") ? more : all;
        UsageError error = assertThrows(UsageError.class, () -> call(arguments));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
        assertEquals(1, error.getMessage().lines().count());
        assertFalse(Files.exists(out));
        assertFalse(Files.exists(json));
    }

    private void call(String... more) throws Exception {
        ReconstructCommand command = new ReconstructCommand();
        String[] arguments = new String[more.length + 4];
        arguments[0] = "--calibration";
        arguments[1] = calibration.toString();
        arguments[2] = "--raw";
        arguments[3] = raw.toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        new CommandLine(command).parseArgs(arguments);
        assertEquals(0, command.call());
    }

    private static float[] waves(int length, double step) {
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = (float) Math.sin(step * i + 1e-3 * i * i % 3);
        }
        return x;
    }
}
