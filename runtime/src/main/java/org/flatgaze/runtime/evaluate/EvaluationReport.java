package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What an evaluation found, for people and for machines. */
public final class EvaluationReport {

    private static final List<String> CLASSES = List.of("background", "sclera", "iris", "pupil");
    private static final int WORST_FRAMES = 12;

    private final SetEvaluation evaluation;
    private final List<RegionAge> regionAges;
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    private EvaluationReport(SetEvaluation evaluation, List<RegionAge> regionAges) {
        this.evaluation = evaluation;
        this.regionAges = regionAges;
    }

    /**
     * Evaluates every committed gaze network on a set.
     *
     * @param set folder of the set
     * @param models folder of the models, or null for the committed ones
     * @param segmentation id of the segmentation network that finds the regions
     * @param int8Backend id of the backend of the 8-bit pass
     * @param threads worker threads, at least 1
     * @param people simulated people whose eyes move while a region grows old; 0 to leave that out
     * @param progress hears one line after every piece of work
     * @throws IOException if the set cannot be read
     * @throws org.flatgaze.pipeline.models.ModelException if the models cannot be used with this set
     */
    public static EvaluationReport of(
            Path set,
            Path models,
            String segmentation,
            String int8Backend,
            int threads,
            int people,
            Consumer<String> progress)
            throws IOException {
        SetEvaluation evaluation =
                SetEvaluation.of(set, models, segmentation, int8Backend, threads, WORST_FRAMES, progress);
        List<RegionAge> ages =
                people == 0 ? List.of() : RegionAge.of(evaluation.store(), segmentation, people, threads, progress);
        EvaluationReport report = new EvaluationReport(evaluation, ages);
        report.add();
        return report;
    }

    private void add() {
        json.put("set", evaluation.set().toString());
        json.put("filter_id", evaluation.filterId());
        json.put("frames", evaluation.frames().size());
        json.put("people", evaluation.frames().people().length);
        line(
                "%d frames of %d people",
                evaluation.frames().size(), evaluation.frames().people().length);
        addSegmentation();
        Map<String, Object> gaze = new LinkedHashMap<>();
        json.put("gaze", gaze);
        evaluation.flatCam().gaze().forEach((model, results) -> gaze.put(model, ofModel(model, results)));
        json.put("int8_backend", evaluation.int8Backend());
        json.put("int8_checked_frames", evaluation.checkedFrames());
        if (evaluation.int8().isEmpty()) {
            line("%-12s no ranges beside the models; make them: flatgaze accel quantize", "int8");
        } else {
            line(
                    "%-12s on %s; our kernels and the emulator gave the same bits on %d frames; regions too come from the network"
                            + " in 8 bits",
                    "int8", evaluation.int8Backend(), evaluation.checkedFrames());
        }
        if (evaluation.lens().isEmpty()) {
            line("%-12s no lens twins among the models", "lens");
        }
        addRegionAges();
    }

    private void addSegmentation() {
        FrameResults frames = evaluation.frames();
        Confusion confusion = evaluation.flatCam().confusion();
        Optional<Confusion> int8 = evaluation.int8().map(SetRun::confusion);
        Optional<FrameResults> int8Frames = evaluation
                .int8()
                .map(run -> run.gaze().values().stream().findFirst().orElse(null));
        Map<String, Object> segmentation = new LinkedHashMap<>();
        segmentation.put("model", evaluation.segmentation());
        segmentation.put("miou", confusion.meanIou());
        segmentation.put("miou_int8", int8.map(Confusion::meanIou).orElse(null));
        segmentation.put(
                "miou_lens",
                evaluation.lens().map(run -> run.confusion().meanIou()).orElse(null));
        segmentation.put("iou", perClass(confusion));
        segmentation.put("iou_int8", int8.map(EvaluationReport::perClass).orElse(null));
        segmentation.put("pupil_px", orNull(frames.pupilErrorPx()));
        segmentation.put(
                "pupil_px_int8", int8Frames.map(f -> orNull(f.pupilErrorPx())).orElse(null));
        segmentation.put("us", evaluation.micros().get(evaluation.segmentation()));
        segmentation.put("int8_us", evaluation.int8Micros().get(evaluation.segmentation()));
        json.put("segmentation", segmentation);
        // JSON has no NaN: a figure the set cannot give is null.
        segmentation.replaceAll((key, value) -> value instanceof Double figure ? orNull(figure) : value);
        json.put("roi_hit_rate", orNull(frames.regionHitRate()));
        json.put(
                "roi_hit_rate_int8",
                int8Frames.map(f -> orNull(f.regionHitRate())).orElse(null));
        if (Double.isNaN(confusion.meanIou())) {
            line("%-12s the set knows none: no overlap, no pupil error, no region hit rate", "segmentation");
            return;
        }
        line(
                "%-12s mIoU %.4f (background %.3f, sclera %.3f, iris %.3f, pupil %.3f)%s, pupil centre %.2f px, region hit"
                        + " %.2f %%",
                evaluation.segmentation(),
                confusion.meanIou(),
                confusion.iou(0),
                confusion.iou(1),
                confusion.iou(2),
                confusion.iou(3),
                int8.map(c -> String.format(Locale.ROOT, ", %.4f in int8", c.meanIou()))
                        .orElse(""),
                frames.pupilErrorPx(),
                100 * frames.regionHitRate());
    }

    private static Map<String, Object> perClass(Confusion confusion) {
        Map<String, Object> perClass = new LinkedHashMap<>();
        for (int label = 0; label < CLASSES.size(); label++) {
            perClass.put(CLASSES.get(label), orNull(confusion.iou(label)));
        }
        return perClass;
    }

    private Map<String, Object> ofModel(String model, FrameResults results) {
        GazeScore score = GazeScore.of(results);
        Optional<GazeScore> int8 = evaluation.int8(model).map(GazeScore::of);
        Optional<GazeScore> lens = evaluation.lens(model).map(GazeScore::of);
        double moved =
                evaluation.int8(model).map(other -> moved(results, other)).orElse(Double.NaN);
        UncertaintyCurve uncertainty = UncertaintyCurve.of(results);
        Map<String, Object> entry = score.toJson();
        entry.put("lens_mean_deg", lens.map(s -> orNull(s.meanDeg())).orElse(null));
        entry.put("lens_optical_deg", lens.map(s -> orNull(s.opticalDeg())).orElse(null));
        entry.put("int8_deg", int8.map(s -> orNull(s.meanDeg())).orElse(null));
        entry.put("int8_optical_deg", int8.map(s -> orNull(s.opticalDeg())).orElse(null));
        entry.put("int8_moved_deg", orNull(moved));
        entry.put("mmacs", evaluation.store().entry(model).macs() * 1e-6);
        entry.put("us", evaluation.micros().get(model));
        entry.put("int8_us", evaluation.int8Micros().get(model));
        for (Breakdown.By by : Breakdown.By.values()) {
            entry.put(
                    by.key(),
                    Breakdown.of(results, by).stream()
                            .map(Breakdown.Part::toJson)
                            .toList());
        }
        entry.put("per_person", perPerson(results));
        entry.put("uncertainty", uncertainty.groups().isEmpty() ? null : uncertainty.toJson());
        addFigures(model, score, results.rows().stream().anyMatch(FrameResults.Row::knowsGaze));
        int8.ifPresent(s -> line(
                "%-12s in int8 %s deg mean, optical axis %s; answers moved by %s on average; %.0f us",
                "",
                degrees(s.meanDeg()),
                degrees(s.opticalDeg()),
                degrees(moved),
                evaluation.int8Micros().get(model)));
        lens.ifPresent(s -> line(
                "%-12s behind a lens %s deg mean, optical axis %s", "", degrees(s.meanDeg()), degrees(s.opticalDeg())));
        if (!uncertainty.groups().isEmpty()) {
            line(
                    "%-12s its own error is predicted within a factor of %.2f on average over ten groups",
                    "", Math.exp(uncertainty.logError()));
        }
        return entry;
    }

    private void addFigures(String model, GazeScore score, boolean knowsGaze) {
        if (knowsGaze) {
            line(
                    "%-12s visual axis %s deg mean, %s median, %s p95; optical axis %s; 5 points %s, re-slip %s",
                    model,
                    degrees(score.meanDeg()),
                    degrees(score.medianDeg()),
                    degrees(score.p95Deg()),
                    degrees(score.opticalDeg()),
                    degrees(score.after5ptDeg()),
                    degrees(score.after5ptReslipDeg()));
        } else {
            line("%-12s the set knows no gaze: no angular errors", model);
        }
        line(
                "%-12s %d open frames, %d without an answer, %s closed eyes answered; floor set by kappa %s deg; %.0f us",
                "",
                score.openFrames(),
                score.missed(),
                score.falselyAnswered() == null ? "-" : score.falselyAnswered(),
                degrees(score.kappaFloorDeg()),
                evaluation.micros().get(model));
    }

    /** Mean angle between the directions of two runs over the same frames, where both gave one to an open eye. */
    static double moved(FrameResults one, FrameResults other) {
        double[] angles = new double[one.size()];
        for (int i = 0; i < angles.length; i++) {
            FrameResults.Row a = one.row(i);
            FrameResults.Row b = other.row(i);
            angles[i] =
                    a.usable() && b.usable() ? Angles.betweenDeg(a.yaw(), a.pitch(), b.yaw(), b.pitch()) : Double.NaN;
        }
        return Angles.mean(angles);
    }

    /** Mean error of each person over both sessions. */
    static List<Map<String, Object>> perPerson(FrameResults results) {
        List<Map<String, Object>> people = new ArrayList<>();
        for (int person : results.people()) {
            double[] errors =
                    results.column(row -> row.person() == person && row.usable() ? row.errorDeg() : Double.NaN);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("person", person);
            one.put("frames", (int)
                    Arrays.stream(errors).filter(Double::isFinite).count());
            one.put("mean_deg", orNull(Angles.mean(errors)));
            people.add(one);
        }
        return people;
    }

    private void addRegionAges() {
        if (regionAges.isEmpty()) {
            return;
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (RegionAge age : regionAges) {
            rows.add(age.toJson());
            line(
                    "%-12s period %d, %.1f frames old on average: region hit %.2f %% of %d open eyes%s",
                    "region", age.period(), age.meanAge(), 100 * age.hitRate(), age.openFrames(), age.errorWords());
        }
        json.put("roi_period", rows);
    }

    /** A figure the set cannot give is a dash. */
    private static String degrees(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : "-";
    }

    private static Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    SetEvaluation evaluation() {
        return evaluation;
    }

    List<RegionAge> regionAges() {
        return regionAges;
    }

    /** The result as lines for people. */
    public String text() {
        return text.toString();
    }

    /** The result with the documented keys. */
    public Map<String, Object> toJson() {
        return json;
    }
}
