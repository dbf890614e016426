package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import org.flatgaze.pipeline.reconstruct.ModelSpectrum;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceFileTest {

    private static CameraCalibration calibration;
    private static FlatCamModel model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void calibrate() throws IOException {
        calibration = PatternCalibration.run(
                SmallBench.captures(SmallBench.optics(0, 5), 2),
                SmallBench.PLAN,
                SmallBench.options(),
                CaptureProgress.SILENT);
        model = calibration.model("bench", "test", "2026-01-01T00:00:00Z");
    }

    @Test
    void shouldBeReadByThePipelineWhenSaved() throws IOException {
        Path file = folder.resolve("device.npz");
        DeviceFile.save(calibration, model, Map.of("forward_error", 0.01), file);

        FlatCamModel loaded = FlatCamModels.load(file);
        assertEquals(model.id(), loaded.id());
        assertArrayEquals(
                new int[] {calibration.hotPixels().length, 2},
                Npz.read(file).get("hot_pixels").shape());
        assertArrayEquals(
                calibration.hotPixels(),
                DeviceFile.hotPixels(file, calibration.sensor()).pixels());
        assertTrue(Npz.readText(file, "manifest.json").orElseThrow().contains("forward_error"));
        assertEquals(calibration.variancePerLight(), DeviceFile.noise(file).variancePerLight(), 1e-12);
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void shouldKeepTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
        Path file = folder.resolve("device.npz");
        DeviceFile.save(calibration, model, Map.of(), file);
        byte[] before = Files.readAllBytes(file);
        assertThrows(
                IllegalArgumentException.class,
                () -> DeviceFile.save(calibration, model, Map.of("bad", new Object()), file));
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void shouldAcceptItsDeviceAndRefuseAnotherWhenAFrameIsHeldAgainstIt() throws IOException {
        float[] right = frame(SmallBench.optics(0, 5));
        CameraHealth health = CameraHealth.of(model, calibration.noise(), right, null);

        assertEquals(FrameHealth.Verdict.RIGHT, health.right().verdict(), health.text());
        assertEquals(FrameHealth.Verdict.WRONG, health.wrong().verdict(), health.text());
        assertTrue(health.passes());
        assertTrue(health.lambdaDiscrepancy() > 1e-7 && health.lambdaDiscrepancy() < 10, health.text());
        assertTrue(health.lambdaCrossValidation() > 1e-7 && health.lambdaCrossValidation() < 10, health.text());

        Path html = folder.resolve("report.html");
        CameraReport.write(model, health, right, Map.of("forward_error", 0.01), html);
        String page = Files.readString(html);
        assertTrue(page.contains("data:image/png;base64,") && page.contains("forward_error") && page.contains("Pass"));
    }

    @Test
    void shouldCallAFrameDarkOrSaturatedWhenItShowsNothing() {
        FrameHealth health = new FrameHealth(ModelSpectrum.of(model));
        float[] plane = new float[model.rows() * model.cols()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (float) (0.1 + 0.01 * random.nextGaussian());
        }
        assertEquals(FrameHealth.Verdict.DARK, health.check(plane, 0.01).verdict());
        for (int i = 0; i < plane.length; i += 50) {
            plane[i] = 1;
        }
        assertEquals(
                FrameHealth.Verdict.SATURATED, health.check(plane, Double.NaN).verdict());
    }

    private static float[] frame(FlatCamOptics optics) {
        PatternPlan plan = SmallBench.PLAN;
        SimulatedCaptures bench = SmallBench.captures(optics, 1);
        short[] counts = new short[bench.sensor().samples()];
        int position = plan.testPosition(3);
        bench.read(plan.shots().get(position), position, 0, counts);
        float[] frame = new float[counts.length];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = counts[i] / 1023f;
        }
        SensorFormat sensor = bench.sensor();
        HotPixels.of(sensor.height(), sensor.width(), calibration.hotPixels()).repair(frame);
        return frame;
    }
}
