package org.flatgaze.runtime.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;

/** Reads a labelled set that {@link DatasetFactory} wrote, one shard at a time. */
public final class DatasetReader {

    private final Path folder;
    private final String filterId;
    private final List<String> shards = new ArrayList<>();

    private DatasetReader(Path folder, JsonNode manifest) {
        this.folder = folder;
        this.filterId = manifest.path("filter_id").asText();
        manifest.path("shards").forEach(name -> shards.add(name.asText()));
    }

    /**
     * Opens a set.
     *
     * @throws IOException if it is missing, of another format or version, or not yet complete
     */
    public static DatasetReader open(Path folder) throws IOException {
        Path file = folder.resolve("manifest.json");
        JsonNode manifest;
        try {
            manifest = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new IOException("no set in " + folder + " (manifest.json is missing); make one: flatgaze dataset", e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage() + "; make the set again", e);
        }
        if (!DatasetFormat.NAME.equals(manifest.path("format").asText())
                || manifest.path("version").asInt() != DatasetFormat.VERSION) {
            throw new IOException(
                    file + " has format " + manifest.path("format").asText("?") + " version "
                            + manifest.path("version").asText("?") + ", expected " + DatasetFormat.NAME + " version "
                            + DatasetFormat.VERSION + "; make the set again with this version");
        }
        DatasetReader reader = new DatasetReader(folder, manifest);
        for (String shard : reader.shards) {
            if (!Files.isDirectory(folder.resolve(shard))) {
                throw new IOException(folder + " is incomplete (" + shard
                        + " is missing); run the dataset command again, it continues where it stopped");
            }
        }
        return reader;
    }

    /** Id of the filter that made the reconstructions. */
    public String filterId() {
        return filterId;
    }

    /** Number of shards. */
    public int shards() {
        return shards.size();
    }

    /**
     * Reads one shard.
     *
     * @throws IOException if a file is missing, truncated or of another shape than the others say
     */
    public Shard shard(int index) throws IOException {
        Path shard = folder.resolve(shards.get(index));
        NpyArray truth = Npy.read(shard.resolve("truth.npy"));
        int n = truth.shape()[0];
        int side = DatasetFormat.PICTURE;
        int half = DatasetFormat.LABELS;
        requireShape(shard.resolve("truth.npy"), truth, n, DatasetFormat.TRUTH_COLUMNS.size());
        NpyArray reconstructions = Npy.read(shard.resolve("recon256.npy"));
        requireShape(shard.resolve("recon256.npy"), reconstructions, n, side, side);
        NpyArray labels = Npy.read(shard.resolve("labels128.npy"));
        requireShape(shard.resolve("labels128.npy"), labels, n, half, half);
        return new Shard(n, reconstructions.bytes(), labels.bytes(), truth.floats());
    }

    private static void requireShape(Path file, NpyArray array, int... expected) throws IOException {
        if (!Arrays.equals(array.shape(), expected)) {
            throw new IOException(file + " has shape " + Arrays.toString(array.shape()) + ", expected "
                    + Arrays.toString(expected) + "; make the set again");
        }
    }

    /**
     * The frames of one shard.
     *
     * @param frames number of frames n
     * @param reconstructions n x 256 x 256
     * @param labels n x 128 x 128
     * @param truth n x columns
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of one file, never compared
    public record Shard(int frames, byte[] reconstructions, byte[] labels, float[] truth) {

        /** One column of the truth of one frame. */
        public float truth(int frame, String column) {
            int at = DatasetFormat.TRUTH_COLUMNS.indexOf(column);
            if (at < 0) {
                throw new IllegalArgumentException(
                        "column=" + column + ": expected one of " + DatasetFormat.TRUTH_COLUMNS);
            }
            return truth[frame * DatasetFormat.TRUTH_COLUMNS.size() + at];
        }
    }
}
