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
import org.flatgaze.runtime.dataset.DatasetReader.Pictures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about a set that is not whole; nothing of it is changed. */
final class DatasetReaderTest {

    private static final int COLUMNS = DatasetFormat.TRUTH_COLUMNS.size();

    @TempDir
    private Path folder;

    private Path shard;

    @BeforeEach
    void writeSet() throws IOException {
        writeManifest(
                "\"version\": 1, \"filter_id\": \"f\", \"split\": \"test\", \"seed\": 3, \"shards\": [\"shard-00000\"]");
        shard = Files.createDirectories(folder.resolve("shard-00000"));
        float[] truth = new float[2 * COLUMNS];
        truth[COLUMNS] = 7;
        Npy.write(shard.resolve("truth.npy"), NpyArray.ofFloats(truth, 2, COLUMNS));
        Npy.write(shard.resolve("labels128.npy"), NpyArray.ofBytes(new byte[2 * 128 * 128], 2, 128, 128));
        byte[] pictures = new byte[2 * 256 * 256];
        Arrays.fill(pictures, (byte) 9);
        Npy.write(shard.resolve("recon256.npy"), NpyArray.ofBytes(pictures, 2, 256, 256));
        Arrays.fill(pictures, (byte) 5);
        Npy.write(shard.resolve("lens256.npy"), NpyArray.ofBytes(pictures, 2, 256, 256));
    }

    private void writeManifest(String content) throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\"format\": \"flatgaze-dataset\", " + content + "}");
    }

    private String complaint() {
        String message = assertThrows(
                        IOException.class, () -> DatasetReader.open(folder).shard(0, Pictures.RECONSTRUCTION))
                .getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void shouldReadEitherPictureWhenTheSetIsWhole() throws IOException {
        DatasetReader reader = DatasetReader.open(folder);
        assertEquals("test", reader.split());
        assertEquals(3, reader.seed());
        DatasetReader.Shard recon = reader.shard(0, Pictures.RECONSTRUCTION);
        assertEquals(2, recon.frames());
        assertEquals(9, recon.pictures()[100]);
        assertEquals(7, recon.truth(1, "person"));
        assertEquals(5, reader.shard(0, Pictures.LENS).pictures()[100]);
    }

    @Test
    void shouldReadASetThatHoldsRawFramesLikeAnyOther() throws IOException {
        writeManifest("\"version\": 1, \"raw\": true, \"shards\": [\"shard-00000\"]");
        assertEquals(2, DatasetReader.open(folder).shard(0, Pictures.LENS).frames());
    }

    @Test
    void shouldKnowEverythingUnlessTheManifestSaysWhat() throws IOException {
        assertTrue(DatasetReader.open(folder).knows(DatasetFormat.Truth.OPTICAL_AXIS));
        writeManifest("\"version\": 1, \"truth\": [\"gaze\"], \"shards\": [\"shard-00000\"]");
        DatasetReader reader = DatasetReader.open(folder);
        assertTrue(reader.knows(DatasetFormat.Truth.GAZE));
        assertFalse(reader.knows(DatasetFormat.Truth.SEGMENTATION));
        writeManifest("\"version\": 1, \"truth\": [\"mood\"], \"shards\": [\"shard-00000\"]");
        assertTrue(complaint().contains("truth has \"mood\""));
    }

    @Test
    void shouldNameTheFileWhenItIsTruncated() throws IOException {
        Path file = shard.resolve("recon256.npy");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1000));
        assertTrue(complaint().contains("recon256.npy: truncated"));
    }

    @Test
    void shouldNameTheFileWhenItHoldsAnotherNumberOfFrames() throws IOException {
        Npy.write(shard.resolve("labels128.npy"), NpyArray.ofBytes(new byte[128 * 128], 1, 128, 128));
        String message = complaint();
        assertTrue(message.contains("labels128.npy") && message.contains("[2, 128, 128]"), message);
    }

    @Test
    void shouldNameTheTypeWhenPicturesAreFloats() throws IOException {
        Npy.write(shard.resolve("recon256.npy"), NpyArray.ofFloats(new float[2 * 256 * 256], 2, 256, 256));
        String message = complaint();
        assertTrue(message.contains("float32") && message.contains("uint8"), message);
    }

    @Test
    void shouldNameTheClassWhenThereIsNoSuch() throws IOException {
        byte[] labels = new byte[2 * 128 * 128];
        labels[17] = (byte) 200;
        Npy.write(shard.resolve("labels128.npy"), NpyArray.ofBytes(labels, 2, 128, 128));
        assertTrue(complaint().contains("class 200"));
    }

    @Test
    void shouldNameTheFileWhenItIsMissing() throws IOException {
        Files.delete(shard.resolve("truth.npy"));
        assertTrue(complaint().contains("truth.npy"));
    }

    @Test
    void shouldNameTheVersionWhenItIsUnknown() throws IOException {
        writeManifest("\"version\": 9, \"shards\": [\"shard-00000\"]");
        String message = complaint();
        assertTrue(message.contains("version 9") && message.contains("expected"), message);
    }

    @Test
    void shouldSaySoWhenTheManifestIsDamagedOrNamesNothing() throws IOException {
        writeManifest("\"version\": 1, \"shards\": []");
        assertTrue(complaint().contains("no shards"));
        Files.writeString(folder.resolve("manifest.json"), "{\"format\"");
        assertTrue(complaint().contains("damaged"));
    }
}
