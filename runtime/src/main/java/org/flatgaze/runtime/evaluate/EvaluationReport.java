package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.dataset.DatasetReader;

/** What an evaluation found, for people and for machines. */
public final class EvaluationReport {

    private static final String SEGMENTATION_MODEL = "ritnet-128";
    private static final List<String> GAZE_MODELS = List.of("fbnet-c100", "compact", "vit", "shiftadd");
    private static final List<String> CLASSES = List.of("background", "sclera", "iris", "pupil");

    private final Map<String, Object> json = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    private EvaluationReport() {}

    /**
     * Evaluates every committed gaze network on a set.
     *
     * @param set folder of the set
     * @param models folder of the models, or null for the committed ones
     * @param progress hears the number of frames done
     * @throws IOException if the set cannot be read
     * @throws org.flatgaze.pipeline.models.ModelException if the models cannot be used with this set
     */
    public static EvaluationReport of(Path set, Path models, IntConsumer progress) throws IOException {
        DatasetReader reader = DatasetReader.open(set);
        ModelStore store = ModelStore.open(Installation.models(models));
        EvaluationReport report = new EvaluationReport();
        Map<String, Object> gaze = new LinkedHashMap<>();
        report.json.put("set", set.toString());
        report.json.put("filter_id", reader.filterId());
        report.json.put("gaze", gaze);
        try (Accelerator accelerator = Accelerators.byId("onnx").open()) {
            for (String model : GAZE_MODELS) {
                if (store.ids().contains(model)) {
                    store.requireFilter(model, reader.filterId());
                    try (Evaluation evaluation = new Evaluation(accelerator, store, model, SEGMENTATION_MODEL)) {
                        evaluation.run(reader, progress);
                        report.add(model, evaluation, store, gaze);
                    }
                }
            }
        }
        return report;
    }

    private void add(String model, Evaluation evaluation, ModelStore store, Map<String, Object> gaze) {
        GazeScore score = evaluation.gazeScore();
        Map<String, Object> entry = score.toJson();
        entry.put("mmacs", store.entry(model).macs() * 1e-6);
        entry.put("us", evaluation.gazeMicros());
        gaze.put(model, entry);
        if (text.isEmpty()) {
            addSegmentation(evaluation);
        }
        line(
                "%-12s visual axis %.2f deg mean, %.2f median, %.2f p95; optical axis %.2f; 5 points %.2f, re-slip %.2f",
                model,
                score.meanDeg(),
                score.medianDeg(),
                score.p95Deg(),
                score.opticalDeg(),
                score.after5ptDeg(),
                score.after5ptReslipDeg());
        line(
                "%-12s %d open frames, %d without an answer, %d closed eyes answered; floor set by kappa %.2f deg; %.0f us",
                "",
                score.openFrames(),
                score.missed(),
                score.falselyAnswered(),
                score.kappaFloorDeg(),
                evaluation.gazeMicros());
    }

    private void addSegmentation(Evaluation evaluation) {
        Confusion confusion = evaluation.confusion();
        Map<String, Object> segmentation = new LinkedHashMap<>();
        segmentation.put("miou", confusion.meanIou());
        Map<String, Object> perClass = new LinkedHashMap<>();
        for (int label = 0; label < CLASSES.size(); label++) {
            perClass.put(CLASSES.get(label), confusion.iou(label));
        }
        segmentation.put("iou", perClass);
        segmentation.put("pupil_px", evaluation.pupilErrorPx());
        json.put("segmentation", segmentation);
        json.put("roi_hit_rate", evaluation.regionHitRate());
        json.put("frames", evaluation.results().size());
        json.put("people", evaluation.results().people().length);
        line(
                "%d frames of %d people",
                evaluation.results().size(), evaluation.results().people().length);
        line(
                "%-12s mIoU %.4f (background %.3f, sclera %.3f, iris %.3f, pupil %.3f), pupil centre %.2f px, region hit %.2f %%",
                SEGMENTATION_MODEL,
                confusion.meanIou(),
                confusion.iou(0),
                confusion.iou(1),
                confusion.iou(2),
                confusion.iou(3),
                evaluation.pupilErrorPx(),
                100 * evaluation.regionHitRate());
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
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
