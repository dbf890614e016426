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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.NpyType;
import org.flatgaze.runtime.dataset.DatasetFormat.Truth;

/** Reads a labelled set that {@link DatasetFactory} wrote, one shard at a time. */
public final class DatasetReader {

    private final Path folder;
    private final String filterId;
    private final String split;
    private final long seed;
    private final Set<Truth> truth;
    private final List<String> shards = new ArrayList<>();

    private DatasetReader(Path folder, JsonNode manifest, Set<Truth> truth) {
        this.folder = folder;
        this.filterId = manifest.path("filter_id").asText();
        this.split = manifest.path("split").asText();
        this.seed = manifest.path("seed").asLong();
        this.truth = truth;
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
        DatasetReader reader = new DatasetReader(folder, manifest, truth(file, manifest));
        if (reader.shards.isEmpty()) {
            throw new IOException(file + " names no shards; make the set again");
        }
        for (String shard : reader.shards) {
            if (!Files.isDirectory(folder.resolve(shard))) {
                throw new IOException(folder + " is incomplete (" + shard
                        + " is missing); run the dataset command again, it continues where it stopped");
            }
        }
        return reader;
    }

    /** What a set knows; one that does not say knows everything. */
    private static Set<Truth> truth(Path file, JsonNode manifest) throws IOException {
        if (!manifest.has("truth")) {
            return EnumSet.allOf(Truth.class);
        }
        Set<Truth> known = EnumSet.noneOf(Truth.class);
        for (JsonNode word : manifest.path("truth")) {
            known.add(Arrays.stream(Truth.values())
                    .filter(truth -> truth.key().equals(word.asText()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(file + ": truth has " + word + ", expected words of "
                            + Arrays.stream(Truth.values()).map(Truth::key).toList())));
        }
        return known;
    }

    /** Whether the set knows something of its eyes; simulated sets know everything. */
    public boolean knows(Truth what) {
        return truth.contains(what);
    }

    /**
     * Refuses a set that does not know something.
     *
     * @param purpose who needs it
     * @throws IOException if it does not; one line
     */
    public void require(Truth what, String purpose) throws IOException {
        if (!knows(what)) {
            throw new IOException(folder + " knows no " + what.key() + ", only "
                    + String.join(", ", truth.stream().map(Truth::key).toList()) + "; " + purpose
                    + " needs a set that does");
        }
    }

    /** Id of the filter that made the reconstructions. */
    public String filterId() {
        return filterId;
    }

    /** Which range of people: train, validation or test. */
    public String split() {
        return split;
    }

    /** Seed of everything in the set that is not a person. */
    public long seed() {
        return seed;
    }

    /** Number of shards. */
    public int shards() {
        return shards.size();
    }

    /** What each frame of a set is shown as. */
    public enum Pictures {
        /** The reconstruction of the coded frame. */
        RECONSTRUCTION("recon256.npy"),
        /** The picture a lens would have made at that moment. */
        LENS("lens256.npy");

        private final String file;

        Pictures(String file) {
            this.file = file;
        }
    }

    /**
     * Reads one shard.
     *
     * @throws IOException if a file is missing, truncated, of another type or shape than the others say, or holds a class
     *     there is none of
     */
    public Shard shard(int index, Pictures pictures) throws IOException {
        Path shard = folder.resolve(shards.get(index));
        Path truthFile = shard.resolve("truth.npy");
        NpyArray truth = Npy.read(truthFile);
        int n = truth.shape().length == 0 ? 0 : truth.shape()[0];
        int side = DatasetFormat.PICTURE;
        int half = DatasetFormat.LABELS;
        require(truthFile, truth, NpyType.FLOAT32, n, DatasetFormat.TRUTH_COLUMNS.size());
        Path labelFile = shard.resolve("labels128.npy");
        byte[] labels = require(labelFile, Npy.read(labelFile), NpyType.UINT8, n, half, half)
                .bytes();
        for (byte label : labels) {
            if (label < 0 || label > DatasetFormat.LARGEST_LABEL) {
                throw new IOException(labelFile + " holds class " + (label & 0xff) + ", expected 0.."
                        + DatasetFormat.LARGEST_LABEL + "; make the set again");
            }
        }
        Path pictureFile = shard.resolve(pictures.file);
        NpyArray picture = require(pictureFile, Npy.read(pictureFile), NpyType.UINT8, n, side, side);
        return new Shard(n, picture.bytes(), labels, truth.floats());
    }

    private static NpyArray require(Path file, NpyArray array, NpyType type, int... shape) throws IOException {
        if (array.type() != type || !Arrays.equals(array.shape(), shape)) {
            throw new IOException(file + " is " + array.type() + " " + Arrays.toString(array.shape()) + ", expected "
                    + type + " " + Arrays.toString(shape) + "; make the set again");
        }
        return array;
    }

    /**
     * The frames of one shard.
     *
     * @param frames number of frames n
     * @param pictures n x 256 x 256
     * @param labels n x 128 x 128
     * @param truth n x columns
     */
    @SuppressWarnings("ArrayRecordComponent") // a view of one file, never compared
    public record Shard(int frames, byte[] pictures, byte[] labels, float[] truth) {

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
