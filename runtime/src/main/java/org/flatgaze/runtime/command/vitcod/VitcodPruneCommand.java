package org.flatgaze.runtime.command.vitcod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskRule;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.accel.vitcod.model.MaskedGraph;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.vitcod.AttentionCollector;
import org.flatgaze.runtime.vitcod.ModelComparison;
import org.flatgaze.runtime.vitcod.ModelPictures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze vitcod prune}: a model and pictures to averaged attention and masks. */
@Command(
        name = "prune",
        description = "Run a vision transformer on pictures, average the attention of every layer and head, make fixed"
                + " masks of it, and say what the masks do to the model's outputs. Without training afterwards.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze vitcod prune --model vit.onnx --pictures train.npy --info 0.6 --out pruned"})
final class VitcodPruneCommand implements Callable<Integer> {

    @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "A float32 vision transformer.")
    private Path model;

    @Option(
            names = "--pictures",
            required = true,
            paramLabel = "P.npy|SET",
            description =
                    "Training pictures, float32 as the model takes them or uint8 to be standardised, or the folder of"
                            + " a set made by 'flatgaze dataset'.")
    private Path pictures;

    @Option(names = "--labels", paramLabel = "L.npy", description = "Gaze vectors of the pictures, (pictures, 3).")
    private Path labels;

    @Option(
            names = "--frames",
            defaultValue = "600",
            description = "With a set: frames, spread evenly over it; closed eyes are left out (${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--info",
            defaultValue = "0.58",
            paramLabel = "T",
            description = "Share of attention a row keeps, above 0; above 1 prunes nothing (${DEFAULT-VALUE}).")
    private double threshold;

    @Option(names = "--keep-class-token", description = "Always keep row 0 and column 0.")
    private boolean keepClassToken;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for attention.npy and mask.npy (true_is_pruned); made when missing.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new UsageError("--out " + out + ": it is a file; name a folder");
        }
        ModelSource source = VitcodFiles.model(model);
        LayerGraph blocks = VitcodFiles.blocks(source);
        ModelPictures shown = VitcodFiles.pictures(pictures, labels, frames, blocks);
        NpyArray attention;
        MaskStack masks;
        LayerGraph masked;
        try {
            MaskRule rule = new MaskRule(threshold, keepClassToken);
            attention = AttentionCollector.collect(blocks, shown);
            masks = rule.apply(attention);
            masked = MaskedGraph.apply(blocks, masks, null);
        } catch (MaskException e) {
            throw new UsageError(model + ": " + e.getMessage(), e);
        }
        write(attention, masks);
        double kept = AttentionCollector.keptShare(attention, masks);
        System.out.printf(
                Locale.ROOT,
                "%s: %d layers x %d heads, %d x %d, %.2f %% pruned; the masks keep %.1f %% of the averaged attention%n",
                out.resolve("mask.npy"),
                masks.layers(),
                masks.heads(),
                masks.queries(),
                masks.keys(),
                100 * masks.sparsity(),
                100 * kept);
        try (ModelComparison comparison = ModelComparison.open(source, masked)) {
            Map<String, Object> result = VitcodModelOptions.accuracy(comparison, shown);
            result.put("layers", masks.layers());
            result.put("heads_per_layer", masks.heads());
            result.put("threshold", threshold);
            result.put("sparsity", masks.sparsity());
            result.put("attention_kept", kept);
            if (json != null) {
                JsonOutput.write(json, result);
            }
        } catch (AcceleratorException e) {
            throw new UsageError(model + ": " + e.getMessage(), e);
        }
        System.out.println("next: ./flatgaze vitcod compile --model " + model + " --mask " + out.resolve("mask.npy")
                + " --out " + out.resolve("pruned.graph"));
        return 0;
    }

    private void write(NpyArray attention, MaskStack masks) {
        try {
            Files.createDirectories(out);
            Npy.write(out.resolve("attention.npy"), attention);
            Npy.write(out.resolve("mask.npy"), masks.toArray(Polarity.TRUE_IS_PRUNED));
        } catch (IOException e) {
            throw new UsageError("cannot write into " + out + ": " + e.getMessage(), e);
        }
    }
}
