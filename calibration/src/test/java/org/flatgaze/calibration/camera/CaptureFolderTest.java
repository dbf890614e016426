package org.flatgaze.calibration.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureFolderTest {

    @TempDir
    private Path folder;

    @Test
    void shouldGoOnWhereItStoppedWhenCapturesAreKept() throws IOException {
        SimulatedCaptures bench = SmallBench.captures(SmallBench.optics(0, 5), 2);
        int shots = SmallBench.PLAN.shots().size();
        assertEquals(
                shots,
                CaptureStore.fill(bench, SmallBench.PLAN, folder, CaptureLimits.DEFAULT, CaptureProgress.SILENT));
        Path one = folder.resolve(SmallBench.PLAN.shots().get(30).name(30) + ".npy");
        Files.delete(one);

        CalibrationRefusedException e = assertThrows(
                CalibrationRefusedException.class, () -> CaptureFolder.open(folder, SmallBench.PLAN, bench.sensor()));
        assertTrue(
                e.getMessage().contains("1 of " + shots)
                        && e.getMessage().contains(one.getFileName().toString()),
                e.getMessage());

        assertEquals(
                2, CaptureStore.fill(bench, SmallBench.PLAN, folder, CaptureLimits.DEFAULT, CaptureProgress.SILENT));
        CameraCalibration direct =
                PatternCalibration.run(bench, SmallBench.PLAN, SmallBench.options(), CaptureProgress.SILENT);
        CameraCalibration kept = PatternCalibration.run(
                CaptureFolder.open(folder, SmallBench.PLAN, bench.sensor()),
                SmallBench.PLAN,
                SmallBench.options(),
                CaptureProgress.SILENT);
        assertEquals(2, kept.frames());
        assertArrayEquals(direct.detailed().left(), kept.detailed().left(), 1e-3f);
    }

    @Test
    void shouldReadPicturesWhenThereAreNoArrays() throws IOException {
        PatternPlan plan = new PatternPlan(8);
        SensorFormat sensor = SmallBench.captures(SmallBench.optics(0, 5), 1).sensor();
        for (int position = 0; position < plan.shots().size(); position++) {
            write(plan.shots().get(position).name(position) + ".png", sensor, 16, (short) position);
        }
        CaptureFolder source = CaptureFolder.open(folder, plan, sensor);
        short[] counts = new short[sensor.samples()];
        source.read(plan.shots().get(7), 7, 0, counts);
        assertEquals(1, source.frames());
        assertEquals(7, counts[100]);

        write(plan.shots().get(7).name(7) + ".png", sensor, 16, (short) 5000);
        assertRefused(source, plan, "expected 0..1023");
        write(plan.shots().get(7).name(7) + ".png", sensor, 8, (short) 5);
        assertRefused(source, plan, "8-bit picture");
        OpenCvImages.writePng(
                folder.resolve(plan.shots().get(7).name(7) + ".png"), new Picture(20, 20, 1, 16, new short[400]));
        assertRefused(source, plan, "like the others");
    }

    @Test
    void shouldRefuseAnArrayWhenASampleIsNotANumber() throws IOException {
        PatternPlan plan = new PatternPlan(8);
        SensorFormat sensor = SmallBench.captures(SmallBench.optics(0, 5), 1).sensor();
        float[] values = new float[sensor.samples()];
        for (int position = 0; position < plan.shots().size(); position++) {
            values[3] = position == 7 ? Float.NaN : 1;
            Npy.write(
                    folder.resolve(plan.shots().get(position).name(position) + ".npy"),
                    NpyArray.ofFloats(values.clone(), sensor.height(), sensor.width()));
        }
        assertRefused(CaptureFolder.open(folder, plan, sensor), plan, "sample NaN");
    }

    @Test
    void shouldListThePatternsInOrderWhenTheyAreWritten() throws IOException {
        PatternPlan plan = new PatternPlan(8);
        assertEquals(39, PatternFolder.write(plan, folder, 32));
        assertEquals(39, Files.readAllLines(folder.resolve("order.txt")).size());
        Picture left = OpenCvImages.read(folder.resolve("0003-left-001-pos.png"));
        assertEquals(255, left.sample(0, 31, 0));
        assertEquals(0, left.sample(4, 31, 0));
        assertTrue(Files.readString(folder.resolve("show.html")).contains("0003-left-001-pos.png"));
        Files.delete(folder.resolve("0003-left-001-pos.png"));
        assertEquals(1, PatternFolder.write(plan, folder, 32));
    }

    private void write(String name, SensorFormat sensor, int bitDepth, short value) throws IOException {
        short[] samples = new short[sensor.samples()];
        Arrays.fill(samples, value);
        OpenCvImages.writePng(folder.resolve(name), new Picture(sensor.width(), sensor.height(), 1, bitDepth, samples));
    }

    private static void assertRefused(CaptureFolder source, PatternPlan plan, String expected) {
        short[] counts = new short[source.sensor().samples()];
        IOException e =
                assertThrows(IOException.class, () -> source.read(plan.shots().get(7), 7, 0, counts));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }
}
