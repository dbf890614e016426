package org.flatgaze.runtime.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.dataset.DatasetFormat.Truth;
import org.flatgaze.runtime.dataset.DatasetReader.Pictures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the files of both OpenEDS layouts to a set that every reader takes. */
final class OpenEdsPicturesTest {

    /** Picture pixels to scene pixels: 640 rows fill 256. */
    private static final double SCALE = 256.0 / OpenEdsFiles.ROWS;

    private static final ReferenceDevice DEVICE = ReferenceDevice.open();

    @TempDir
    private Path folder;

    private Path split;
    private Path set;

    @BeforeEach
    void nameFolders() {
        split = folder.resolve("train");
        set = folder.resolve("set");
    }

    private DatasetFactory.Outcome write(int every, long seed, int framesPerShard) throws Exception {
        OpenEdsSpec spec = new OpenEdsSpec(split, null, every, GazeAxes.OPENEDS_2020, seed, false);
        try (OpenEdsPictures pictures = new OpenEdsPictures(spec, framesPerShard)) {
            return new DatasetFactory(pictures, set, DEVICE).write(1, (done, made) -> {});
        }
    }

    private String complaint() {
        String message = assertThrows(IOException.class, () -> write(1, 1, 2)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static double sceneX(double x) {
        return (x - (OpenEdsFiles.COLUMNS - 1) / 2.0) * SCALE + 127.5;
    }

    private static double sceneY(double y) {
        return (y - (OpenEdsFiles.ROWS - 1) / 2.0) * SCALE + 127.5;
    }

    private static int index(double x, double y, int side) {
        int row = (int) y;
        return row * side + (int) x;
    }

    @Test
    void shouldKeepMasksAndNameNoGazeWhenTheFolderHasMasks() throws Exception {
        OpenEdsFiles.addMasked(split, "000000000001", 210, 300);
        OpenEdsFiles.picture(split.resolve("images/000000000002.png"), new byte[640 * 400]);
        OpenEdsFiles.labels(split.resolve("labels/000000000002.npy"), new byte[640 * 400]);
        assertEquals(2, write(1, 1, 400).renderedFrames());

        DatasetReader reader = DatasetReader.open(set);
        assertTrue(reader.knows(Truth.SEGMENTATION) && !reader.knows(Truth.GAZE) && !reader.knows(Truth.OPTICAL_AXIS));
        assertTrue(assertThrows(IOException.class, () -> reader.require(Truth.GAZE, "a gaze network"))
                .getMessage()
                .contains("knows no gaze, only segmentation"));
        DatasetReader.Shard shard = reader.shard(0, Pictures.LENS);
        assertEquals(sceneX(210), shard.truth(0, "pupil_x"), 0.6);
        assertEquals(sceneY(300), shard.truth(0, "pupil_y"), 0.6);
        assertEquals(OpenEdsFiles.PUPIL_RADIUS * SCALE, shard.truth(0, "pupil_major"), 0.6);
        assertEquals(1, shard.truth(0, "pupil_visible"), 0.05);
        assertEquals(1, shard.truth(0, "openness"), 0.05);
        assertEquals(sceneX(210 - OpenEdsFiles.IRIS_RADIUS), shard.truth(0, "iris_left"), 1.5);
        assertEquals(sceneX(210 + OpenEdsFiles.IRIS_RADIUS), shard.truth(0, "iris_right"), 1.5);
        assertTrue(Float.isNaN(shard.truth(0, "gaze_x")) && Float.isNaN(shard.truth(0, "optical_z")));
        assertEquals(3, shard.labels()[index(sceneX(210) / 2, sceneY(300) / 2, 128)]);
        assertEquals(0, shard.labels()[64 * 128 + 2], "beside the picture there is no eye");

        int pupil = shard.pictures()[index(sceneX(210), sceneY(300), 256)] & 0xff;
        int beside = shard.pictures()[index(2, sceneY(300), 256)] & 0xff;
        assertEquals(20 / 1.4, pupil, 2);
        assertTrue(beside > 80, "the picture's edge goes on");

        assertEquals(0, shard.truth(1, "pupil_visible"), "no eye in the second picture");
        assertTrue(shard.truth(1, "iris_right") < shard.truth(1, "iris_left"));
    }

    @Test
    void shouldKeepGazeAndFindIrisesWhenTheFolderHasDirections() throws Exception {
        OpenEdsFiles.addSequence(split, "0001", 3);
        assertEquals(2, write(2, 1, 400).renderedFrames(), "every other of three");

        DatasetReader reader = DatasetReader.open(set);
        assertTrue(reader.knows(Truth.GAZE) && !reader.knows(Truth.SEGMENTATION));
        DatasetReader.Shard shard = reader.shard(0, Pictures.RECONSTRUCTION);
        assertEquals(Math.sin(Math.toRadians(10)), shard.truth(1, "gaze_x"), 1e-5);
        assertEquals(-Math.cos(Math.toRadians(10)), shard.truth(1, "gaze_z"), 1e-5);
        assertTrue(Float.isNaN(shard.truth(1, "pupil_visible")) && Float.isNaN(shard.truth(1, "openness")));
        assertTrue(Float.isNaN(shard.truth(1, "optical_x")));
        double middle = (shard.truth(0, "iris_left") + shard.truth(0, "iris_right")) / 2;
        assertEquals(sceneX(200), middle, 6, "the network finds even a drawn iris");
        String manifest = Files.readString(set.resolve("manifest.json"));
        GazeAgreement agreement = GazeAgreement.of(set);
        assertEquals(-1, agreement.across(), 1e-6, "two frames lie on a line");
        assertTrue(Double.isNaN(agreement.upright()), "nobody looks up or down");
        assertTrue(manifest.contains("ritnet-128 ") && manifest.contains("x,y,-z"), manifest);
    }

    @Test
    void shouldKeepWhatItHasAndGoOnWhenADamagedPictureIsPutRight() throws Exception {
        for (int i = 0; i < 3; i++) {
            OpenEdsFiles.addMasked(split, "p" + i, 200, 320);
        }
        Path last = split.resolve("images/p2.png");
        byte[] whole = Files.readAllBytes(last);
        Files.write(last, Arrays.copyOf(whole, whole.length / 2));
        String message = complaint();
        assertTrue(message.contains("p2.png is damaged") && message.contains("shards so far are kept"), message);
        byte[] kept = Files.readAllBytes(set.resolve("shard-00000/recon256.npy"));

        Files.write(last, whole);
        assertEquals(1, write(1, 1, 2).renderedFrames());
        assertEquals(2, DatasetReader.open(set).shards());
        assertTrue(Arrays.equals(kept, Files.readAllBytes(set.resolve("shard-00000/recon256.npy"))));
        assertTrue(assertThrows(IOException.class, () -> write(1, 2, 2))
                .getMessage()
                .contains("another set"));
        OpenEdsFiles.addMasked(split, "p3", 200, 320);
        assertTrue(complaint().contains("another set"), "one picture more");
    }

    @Test
    void shouldNameTheFileWhenLabelsDoNotFitTheirPicture() throws Exception {
        OpenEdsFiles.addMasked(split, "p0", 200, 320);
        Path file = split.resolve("labels/p0.npy");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1000));
        assertTrue(complaint().contains("p0.npy: truncated"));
        Npy.write(file, NpyArray.ofBytes(new byte[400 * 640], 400, 640));
        assertTrue(complaint().contains("expected integers [640, 400]"));
        Npy.write(file, NpyArray.ofFloats(new float[400 * 640], 640, 400));
        assertTrue(complaint().contains("expected integers"));
        int[] classes = new int[400 * 640];
        classes[77] = 259;
        Npy.write(file, NpyArray.ofInts(classes, 640, 400));
        assertTrue(complaint().contains("class 259"));
        try (var entries = Files.list(set)) {
            assertEquals(2, entries.count(), "manifest and lock, and nothing half made");
        }
    }
}
