package org.flatgaze.runtime.dataset;

import java.util.List;
import java.util.Locale;

/**
 * Layout of a labelled set on disk, version 1.
 *
 * <p>A set is a folder with {@code manifest.json} and shards {@code shard-00000/}, each of which appears by one rename
 * and holds, for its n frames: {@code recon256.npy} (uint8, n x 256 x 256, reconstruction as {@code 96 + 32 z} with z
 * standardised per picture), {@code lens256.npy} (uint8, n x 256 x 256, the lens picture of the same moment),
 * {@code labels128.npy} (uint8, n x 128 x 128, classes 0 background, 1 sclera, 2 iris, 3 pupil) and {@code truth.npy}
 * (float32, n x columns).
 *
 * <p>A set may also hold {@code raw480x640.npy} (uint16, n x 480 x 640, the coded frames as the sensor counts them); its
 * manifest then says {@code "raw": true}. Readers that do not know of it read such a set as any other.
 *
 * <p>A set of simulated people knows everything. One of real pictures knows less: its manifest then names what it does know
 * as {@code "truth"}, a list of {@link Truth#key}; the columns of the rest hold NaN, the label maps zeros.
 */
public final class DatasetFormat {

    /** Value of {@code format} in the manifest. */
    public static final String NAME = "flatgaze-dataset";

    /** Value of {@code version} in the manifest. */
    public static final int VERSION = 1;

    /** Side of the stored pictures. */
    public static final int PICTURE = 256;

    /** Side of the stored label maps. */
    public static final int LABELS = 128;

    /** Largest class of a label map. */
    public static final int LARGEST_LABEL = 3;

    /** Name of the coded frames' file. */
    static final String RAW_FILE = "raw480x640.npy";

    /** Stored value of a standardised sample of 0. */
    public static final float ZERO_LEVEL = 96;

    /** Stored steps per standard deviation. */
    public static final float LEVELS_PER_SIGMA = 32;

    /** Columns of {@code truth.npy}; lengths in pixels of the 256 x 256 picture, directions in the device frame. */
    public static final List<String> TRUTH_COLUMNS = List.of(
            "person",
            "session",
            "gaze_x",
            "gaze_y",
            "gaze_z",
            "optical_x",
            "optical_y",
            "optical_z",
            "openness",
            "pupil_visible",
            "pupil_x",
            "pupil_y",
            "pupil_major",
            "pupil_minor",
            "pupil_angle_deg",
            "iris_left",
            "iris_top",
            "iris_right",
            "iris_bottom");

    /** What a set can know of an eye. */
    public enum Truth {
        /** Label maps, and with them the pupil, the iris box and how far the lids are open. */
        SEGMENTATION("segmentation"),
        /** The visual axis. */
        GAZE("gaze"),
        /** The optical axis. */
        OPTICAL_AXIS("optical_axis");

        private final String key;

        Truth(String key) {
            this.key = key;
        }

        /** Word in the manifest. */
        public String key() {
            return key;
        }
    }

    /** First person seed of each split; the ranges cannot meet below a million people. */
    public enum Split {
        TRAIN(0),
        VALIDATION(1_000_000),
        TEST(2_000_000);

        private final int firstPerson;

        Split(int firstPerson) {
            this.firstPerson = firstPerson;
        }

        /** Word in the manifest and on the command line. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Seed of the first person. */
        public int firstPerson() {
            return firstPerson;
        }
    }

    private DatasetFormat() {}
}
