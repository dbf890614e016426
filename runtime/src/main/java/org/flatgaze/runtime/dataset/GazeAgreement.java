package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.array.Npy;

/**
 * Whether the directions of a set go with its pictures. The camera looks at the wearer, so as the gaze goes to the wearer's
 * right the iris goes left in the picture, and as it goes up the iris goes to smaller rows: both correlations, taken about each
 * person's means, are near -1 in a set whose axes were understood, and positive along an axis that was not (or where the
 * pictures are mirrored, which for the device comes to the same).
 *
 * @param across correlation of the gaze's x with the column of the iris box's middle; NaN if it does not vary
 * @param upright correlation of the gaze's y with the row of the iris box's middle; NaN if it does not vary
 */
public record GazeAgreement(double across, double upright) {

    /** Weaker correlations are no evidence either way. */
    private static final double EVIDENCE = 0.3;

    /**
     * Measures a set.
     *
     * @param set folder of a complete set
     * @throws IOException if it cannot be read
     */
    public static GazeAgreement of(Path set) throws IOException {
        Map<Integer, Sums> horizontal = new HashMap<>();
        Map<Integer, Sums> vertical = new HashMap<>();
        DatasetReader reader = DatasetReader.open(set);
        int columns = DatasetFormat.TRUTH_COLUMNS.size();
        for (int shard = 0; shard < reader.shards(); shard++) {
            float[] truth = Npy.read(
                            set.resolve(DatasetFactory.shardName(shard)).resolve("truth.npy"))
                    .floats();
            for (int at = 0; at < truth.length; at += columns) {
                double left = value(truth, at, "iris_left");
                double right = value(truth, at, "iris_right");
                if (right > left) {
                    int person = (int) value(truth, at, "person");
                    double row = (value(truth, at, "iris_top") + value(truth, at, "iris_bottom")) / 2;
                    horizontal
                            .computeIfAbsent(person, p -> new Sums())
                            .add(value(truth, at, "gaze_x"), (left + right) / 2);
                    vertical.computeIfAbsent(person, p -> new Sums()).add(value(truth, at, "gaze_y"), row);
                }
            }
        }
        return new GazeAgreement(correlation(horizontal), correlation(vertical));
    }

    private static double value(float[] truth, int at, String column) {
        return truth[at + DatasetFormat.TRUTH_COLUMNS.indexOf(column)];
    }

    /** Sums of one person's frames. */
    private static final class Sums {

        private int n;
        private double x;
        private double y;
        private double xx;
        private double xy;
        private double yy;

        void add(double gaze, double place) {
            n++;
            x += gaze;
            y += place;
            xx += gaze * gaze;
            xy += gaze * place;
            yy += place * place;
        }
    }

    private static double correlation(Map<Integer, Sums> people) {
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (Sums s : people.values()) {
            xx += s.xx - s.x * s.x / s.n;
            xy += s.xy - s.x * s.y / s.n;
            yy += s.yy - s.y * s.y / s.n;
        }
        double scale = Math.sqrt(xx) * Math.sqrt(yy);
        return scale > 1e-9 ? xy / scale : Double.NaN;
    }

    /** Whether one axis goes the wrong way. */
    public boolean isContradicted() {
        return across > EVIDENCE || upright > EVIDENCE;
    }

    /** What to tell the user about the axes in use. */
    public String words(GazeAxes axes) {
        String figures =
                String.format(Locale.ROOT, "(correlations %s across, %s upright)", figure(across), figure(upright));
        if (isContradicted()) {
            GazeAxes better = axes.turned(across > EVIDENCE ? -1 : 1, upright > EVIDENCE ? -1 : 1);
            return "axes " + axes + ": the irises go the other way than these directions " + figures
                    + "; make the set again with --axes=" + better + " and another --out";
        }
        boolean supported = across < -EVIDENCE && upright < -EVIDENCE;
        return "axes " + axes + ": the irises "
                + (supported ? "go where these directions say " : "do not tell clearly whether they are right ")
                + figures;
    }

    private static String figure(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
    }
}
