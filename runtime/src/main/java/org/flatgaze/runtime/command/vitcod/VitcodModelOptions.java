package org.flatgaze.runtime.command.vitcod;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.vitcod.ModelComparison;
import org.flatgaze.runtime.vitcod.ModelPictures;
import picocli.CommandLine.Option;

/** What 'vitcod run' and 'vitcod bench' share when they are given a whole model. */
final class VitcodModelOptions {

    @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The dense model, float32.")
    private Path model;

    @Option(
            names = "--pruned",
            required = true,
            paramLabel = "P.graph",
            description = "The same with masks: what 'vitcod compile' wrote.")
    private Path pruned;

    @Option(
            names = "--pictures",
            paramLabel = "P.npy|SET",
            description =
                    "Inputs, float32 as the model takes them or uint8 to be standardised, or the folder of a set made"
                            + " by 'flatgaze dataset' (default: seeded noise, which says little about accuracy).")
    private Path pictures;

    @Option(names = "--labels", paramLabel = "L.npy", description = "Gaze vectors of the pictures, (pictures, 3).")
    private Path labels;

    @Option(
            names = "--frames",
            defaultValue = "600",
            description = "With a set: frames, spread evenly over it; closed eyes are left out (${DEFAULT-VALUE}).")
    private int frames;

    private LayerGraph masked;

    ModelPictures pictures() {
        return VitcodFiles.pictures(pictures, labels, frames, masked());
    }

    ModelComparison open() {
        ModelSource source = VitcodFiles.model(model);
        try {
            return ModelComparison.open(source, masked());
        } catch (AcceleratorException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private LayerGraph masked() {
        if (masked == null) {
            masked = VitcodFiles.blocks(VitcodFiles.model(pruned));
        }
        return masked;
    }

    /** Measures and prints how far the outputs are apart. */
    static Map<String, Object> accuracy(ModelComparison comparison, ModelPictures pictures) {
        ModelComparison.Accuracy accuracy = comparison.accuracy(pictures);
        System.out.printf(
                Locale.ROOT,
                "%d %s: pruned against dense: largest difference %.3g, mean %.3g%s%n",
                accuracy.pictures(),
                pictures.isNoise() ? "pictures of seeded noise" : "pictures",
                accuracy.largest(),
                accuracy.mean(),
                Double.isNaN(accuracy.turnedDeg())
                        ? ""
                        : String.format(Locale.ROOT, ", vectors turned by %.3f deg on average", accuracy.turnedDeg()));
        if (!Double.isNaN(accuracy.onnxLargest())) {
            System.out.printf(
                    Locale.ROOT, "our dense run against ONNX Runtime: at most %.2g%n", accuracy.onnxLargest());
        }
        if (!Double.isNaN(accuracy.denseErrorDeg())) {
            System.out.printf(
                    Locale.ROOT,
                    "mean angle to the labels: dense %.3f deg, pruned %.3f deg%n",
                    accuracy.denseErrorDeg(),
                    accuracy.prunedErrorDeg());
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("pictures", accuracy.pictures());
        result.put("noise", pictures.isNoise());
        result.put("max_abs_diff", accuracy.largest());
        result.put("mean_abs_diff", accuracy.mean());
        putFinite(result, "dense_onnx_max_abs_diff", accuracy.onnxLargest());
        putFinite(result, "turned_deg", accuracy.turnedDeg());
        putFinite(result, "dense_error_deg", accuracy.denseErrorDeg());
        putFinite(result, "pruned_error_deg", accuracy.prunedErrorDeg());
        return result;
    }

    private static void putFinite(Map<String, Object> result, String key, double value) {
        if (Double.isFinite(value)) {
            result.put(key, value);
        }
    }

    /** Measures and prints how long each takes. */
    static Map<String, Object> speed(ModelComparison comparison, ModelPictures pictures, int pairs) {
        ModelComparison.Speed speed = comparison.speed(pictures, pairs);
        ModelComparison.Work work = comparison.work();
        System.out.printf(
                Locale.ROOT,
                "one thread, medians of %d interleaved pairs: dense %.0f us, pruned %.0f us, %.2fx%n",
                pairs,
                speed.sparse().firstMicros(),
                speed.sparse().secondMicros(),
                speed.sparse().speedup());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("dense_us", speed.sparse().firstMicros());
        result.put("pruned_us", speed.sparse().secondMicros());
        result.put("speedup", speed.sparse().speedup());
        if (speed.denseOverOnnx() != null) {
            System.out.printf(
                    Locale.ROOT,
                    "ONNX Runtime dense %.0f us: ours dense is %.2fx as fast, ours pruned %.2fx%n",
                    speed.denseOverOnnx().firstMicros(),
                    speed.denseOverOnnx().speedup(),
                    speed.prunedOverOnnx().speedup());
            result.put("onnx_us", speed.denseOverOnnx().firstMicros());
            result.put("dense_over_onnx", speed.denseOverOnnx().speedup());
            result.put("pruned_over_onnx", speed.prunedOverOnnx().speedup());
        }
        System.out.printf(
                Locale.ROOT,
                "attention is %.1f %% of %.1f M multiply-accumulates, %.1f %% of its pairs pruned: the model gains at"
                        + " most %.2fx by masks (predicted)%n",
                100 * work.share(),
                work.model() * 1e-6,
                100 * work.sparsity(),
                work.ceiling());
        result.put("sparsity", work.sparsity());
        result.put("core_share_of_macs", work.share());
        result.put("model_ceiling_predicted", work.ceiling());
        return result;
    }
}
