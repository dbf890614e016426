package org.flatgaze.runtime.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of an earlier bench, to compare a new one with.
 *
 * <p>A figure has moved when it differs by more than its noise: the larger of a share of its old value (from experience;
 * twice that when a side has fewer than three runs) and how far the runs of both sides lie from the figure reported.
 */
public final class Baseline {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int RUNS_ENOUGH = 3;

    /**
     * A figure worth watching.
     *
     * @param path keys from the outside in, with dots
     * @param isHigherBetter which way is worse
     * @param share noise as a share of the old value
     * @param least noise at least, in the figure's unit
     * @param pacedOnly whether it says something in paced mode alone
     */
    private record Figure(String path, boolean isHigherBetter, double share, double least, boolean pacedOnly) {

        static Figure lower(String path, double share, double least) {
            return new Figure(path, false, share, least, false);
        }

        double of(JsonNode result) {
            return result.at("/" + path.replace('.', '/')).asDouble(Double.NaN);
        }
    }

    private static final List<Figure> FIGURES = List.of(
            new Figure("fps", true, 0.03, 0, false),
            Figure.lower("latency_ms.p50", 0.05, 0.02),
            Figure.lower("latency_ms.p90", 0.08, 0.05),
            Figure.lower("latency_ms.p99", 0.15, 0.1),
            Figure.lower("latency_ms.p999", 0.30, 0.3),
            Figure.lower("stage_ms.reconstruct.p50", 0.08, 0.02),
            Figure.lower("stage_ms.gaze.p50", 0.08, 0.02),
            Figure.lower("stage_ms.region.p50", 0.10, 0.2),
            Figure.lower("stage_ms.publish.p50", 0.30, 0.05),
            Figure.lower("allocated_bytes_per_frame.own_frame_path", 0, 32),
            Figure.lower("allocated_bytes_per_frame.inference_backend", 0.05, 64),
            new Figure("missed_deadlines", false, 0.5, 2, true),
            // As fast as possible, more CPU is no fault.
            new Figure("cpu_percent", false, 0.08, 2, true),
            Figure.lower("gc_pause_ms", 0.5, 20),
            Figure.lower("rss_mb", 0.10, 20));

    private static final List<String> SETTING = List.of(
            "/environment/cpu",
            "/environment/cores",
            "/environment/governor",
            "/environment/jvm",
            "/environment/jvm_arguments",
            "/environment/kernels",
            "/environment/accelerator",
            "/environment/models",
            "/environment/commit",
            "/frame_threads",
            "/input/sha256");

    private final Path file;
    private final JsonNode before;

    private Baseline(Path file, JsonNode before) {
        this.file = file;
        this.before = before;
    }

    /**
     * One figure, then and now.
     *
     * @param noise difference below which nothing is said
     * @param isHigherBetter which way is worse
     */
    public record Movement(String figure, double before, double after, double noise, boolean isHigherBetter) {

        /** Whether it moved beyond noise. */
        boolean hasMoved() {
            return Math.abs(after - before) > noise;
        }

        /** Whether it moved beyond noise, the wrong way. */
        public boolean isWorse() {
            return hasMoved() && (after < before) == isHigherBetter;
        }

        String verdict() {
            return isWorse() ? "worse" : hasMoved() ? "better" : "within noise";
        }
    }

    /**
     * Reads the {@code --json} of an earlier bench.
     *
     * @throws BaselineException if it is missing or something else
     */
    public static Baseline read(Path file) {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new BaselineException(file + ": no such file; make one with 'flatgaze bench --json " + file + "'", e);
        } catch (JsonProcessingException e) {
            throw new BaselineException(
                    file + ": not JSON (" + e.getOriginalMessage() + "); give a result of 'bench --json'", e);
        } catch (IOException e) {
            throw new BaselineException(file + ": cannot be read (" + e.getMessage() + "); check its permissions", e);
        }
        int format = root.path("bench").asInt(0);
        if (format == 0 || !root.path("fps").isNumber()) {
            throw new BaselineException(file + ": not a bench result; give a file made with 'flatgaze bench --json'");
        }
        if (format != BenchReport.FORMAT) {
            throw new BaselineException(file + ": bench=" + format + ": expected " + BenchReport.FORMAT
                    + "; measure the baseline again with this version");
        }
        return new Baseline(file, root);
    }

    /**
     * Refuses a baseline of another job, before anything is measured.
     *
     * @throws BaselineException naming the difference
     */
    public void requireSameJob(BenchOptions options) {
        require("model", options.networks().gaze());
        // Files of before there was a choice do not say.
        if (before.has("segmentation")) {
            require("segmentation", options.networks().segmentation());
        }
        require("mode", options.mode().id());
        require("outlet", options.outlet());
        if (options.mode() == BenchMode.PACED) {
            double fps = before.path("fps_asked").asDouble(0);
            if (fps != options.framesPerSecond()) {
                throw new BaselineException(file + ": measured at " + fps + " frames/s, asked for "
                        + options.framesPerSecond() + "; use the same --fps");
            }
            // Nor do these.
            String regions = before.path("roi").path("mode").asText("");
            if (!regions.isEmpty() && !regions.equals(options.regions().id())) {
                throw new BaselineException(file + ": measured with --roi " + regions + ", asked for "
                        + options.regions().id() + "; use the same --roi");
            }
        }
    }

    private void require(String key, String wanted) {
        String found = before.path(key).asText();
        if (!found.equals(wanted)) {
            throw new BaselineException(
                    file + ": " + key + "=" + found + ", asked for " + wanted + "; compare like with like");
        }
    }

    /** All figures that both sides have. */
    public List<Movement> compare(Map<String, ?> result) {
        JsonNode after = MAPPER.valueToTree(result);
        boolean paced = before.path("mode").asText().equals(BenchMode.PACED.id());
        boolean few =
                before.path("runs").size() < RUNS_ENOUGH || after.path("runs").size() < RUNS_ENOUGH;
        List<Movement> movements = new ArrayList<>();
        for (Figure figure : FIGURES) {
            double then = figure.of(before);
            double now = figure.of(after);
            if (Double.isNaN(then) || Double.isNaN(now) || (figure.pacedOnly() && !paced)) {
                continue;
            }
            double usual = Math.max(figure.share() * Math.abs(then), figure.least()) * (few ? 2 : 1);
            double seen = spread(before, figure, then) + spread(after, figure, now);
            movements.add(new Movement(figure.path(), then, now, Math.max(usual, seen), figure.isHigherBetter()));
        }
        return movements;
    }

    /** Distance of the runs from the reported figure: the median of them, so that one odd run hides nothing. */
    private static double spread(JsonNode result, Figure figure, double reported) {
        List<Double> distances = new ArrayList<>();
        for (JsonNode run : result.path("runs")) {
            double value = figure.of(run);
            if (!Double.isNaN(value)) {
                distances.add(Math.abs(value - reported));
            }
        }
        distances.sort(null);
        return distances.isEmpty() ? 0 : distances.get(distances.size() / 2);
    }

    /** What else is different, so that a movement may have another cause than the code. */
    public List<String> differences(Map<String, ?> result) {
        JsonNode after = MAPPER.valueToTree(result);
        List<String> differences = new ArrayList<>();
        for (String pointer : SETTING) {
            if (before.at(pointer).isMissingNode()) {
                // Files of before this was written down do not say.
                continue;
            }
            String then = text(before.at(pointer));
            String now = text(after.at(pointer));
            if (!then.equals(now)) {
                differences.add(pointer.substring(pointer.lastIndexOf('/') + 1) + ": was " + then + ", is " + now);
            }
        }
        return differences;
    }

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.toString();
    }

    /** What moved, for people; one line each. */
    public static String text(List<Movement> movements, List<String> differences) {
        Formatter out = new Formatter(Locale.ROOT);
        for (String difference : differences) {
            out.format("baseline      %s%n", difference);
        }
        long moved = movements.stream().filter(Movement::hasMoved).count();
        long worse = movements.stream().filter(Movement::isWorse).count();
        out.format(
                "baseline      %d figures compared, %d moved beyond noise, %d of them for the worse%n",
                movements.size(), moved, worse);
        for (Movement movement : movements) {
            if (movement.hasMoved()) {
                out.format(
                        "  %-7s %-45s %.4g -> %.4g (noise %.3g)%n",
                        movement.verdict(), movement.figure(), movement.before(), movement.after(), movement.noise());
            }
        }
        return out.toString();
    }
}
