package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The error of one gaze network in classes of something else: where the person looks, how wide the pupil or the lids are. */
final class Breakdown {

    /** One pixel of the 256 x 256 picture in the plane of the eye: 42 mm over 256 of them. */
    private static final double MM_PER_PIXEL = 42.0 / 256;

    /** What frames can be told apart by. */
    enum By {
        ECCENTRICITY("by_eccentricity", "angle from straight ahead, deg"),
        PUPIL("by_pupil", "apparent diameter of the pupil, mm"),
        OPENNESS("by_openness", "openness of the lids");

        private final String key;
        private final String words;

        By(String key, String words) {
            this.key = key;
            this.words = words;
        }

        /** Key in the JSON. */
        String key() {
            return key;
        }

        /** What the classes are of, for people. */
        String words() {
            return words;
        }

        private double value(FrameResults.Row row) {
            return switch (this) {
                case ECCENTRICITY -> row.eccentricityDeg();
                case PUPIL -> 2 * row.pupilHalfAxisPx() * MM_PER_PIXEL;
                case OPENNESS -> row.openness();
            };
        }

        private double[] edges() {
            return switch (this) {
                case ECCENTRICITY -> new double[] {0, 10, 20, 40};
                case PUPIL -> new double[] {0, 3, 4, 5, 6, 12};
                // A little beyond 1, so that wide open lids are inside.
                case OPENNESS -> new double[] {0, 0.5, 0.75, 0.9, 1.001};
            };
        }
    }

    /**
     * One class.
     *
     * @param from lower edge, inclusive
     * @param to upper edge, exclusive
     * @param openFrames open eyes in it
     * @param answered open eyes that got a direction
     * @param meanDeg mean error of those on the visual axis; NaN if there is none
     * @param p95Deg 95th percentile of the same
     */
    record Part(double from, double to, int openFrames, int answered, double meanDeg, double p95Deg) {

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("from", from);
            json.put("to", to);
            json.put("frames", openFrames);
            json.put("answered", answered);
            json.put("mean_deg", Double.isFinite(meanDeg) ? meanDeg : null);
            json.put("p95_deg", Double.isFinite(p95Deg) ? p95Deg : null);
            return json;
        }
    }

    private Breakdown() {}

    /** The classes in ascending order; closed eyes are in none. */
    static List<Part> of(FrameResults results, By by) {
        List<Part> parts = new ArrayList<>();
        double[] edges = by.edges();
        for (int i = 0; i + 1 < edges.length; i++) {
            double from = edges[i];
            double to = edges[i + 1];
            double[] errors = results.rows().stream()
                    .filter(row -> row.usable() && isWithin(by.value(row), from, to))
                    .mapToDouble(FrameResults.Row::errorDeg)
                    .toArray();
            int open = (int) results.rows().stream()
                    .filter(row -> row.open() && isWithin(by.value(row), from, to))
                    .count();
            parts.add(new Part(from, to, open, errors.length, Angles.mean(errors), Angles.quantile(errors, 0.95)));
        }
        return parts;
    }

    private static boolean isWithin(double value, double from, double to) {
        return value >= from && value < to;
    }
}
