package org.flatgaze.runtime.command.vitcod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.accel.vitcod.model.MaskedGraph;
import org.flatgaze.accel.vitcod.plan.CostModel;
import org.flatgaze.accel.vitcod.plan.HeadPlan;
import org.flatgaze.accel.vitcod.plan.Planner;
import org.flatgaze.runtime.CacheFolder;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze vitcod compile}: a model and its masks to one file that our CPU backend runs. */
@Command(
        name = "compile",
        description = "Put masks into a model's attention, choose a kernel for every head by measurement on this"
                + " machine, and write one file. It runs wherever a model does; the choices are hints.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze vitcod compile --model vit.onnx --mask pruned/mask.npy --out vit.graph"})
final class VitcodCompileCommand implements Callable<Integer> {

    @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "A float32 vision transformer.")
    private Path model;

    @Option(names = "--mask", required = true, paramLabel = "MASK.npy", description = "(layers, heads, queries, keys).")
    private Path mask;

    @Option(
            names = "--polarity",
            defaultValue = "true_is_pruned",
            description = "What a true entry says: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Polarity polarity;

    @Option(names = "--pairs", defaultValue = "21", description = "Interleaved pairs per head (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--cost-model",
            paramLabel = "FILE",
            description = "Measured costs of this machine (default: in the cache folder; made when missing).")
    private Path costModel;

    @Option(names = "--out", required = true, paramLabel = "P.graph", description = "File to write.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(out);
        if (pairs < 1) {
            throw new UsageError("--pairs " + pairs + ": expected at least 1");
        }
        LayerGraph blocks = VitcodFiles.blocks(VitcodFiles.model(model));
        MaskStack masks = VitcodFiles.masks(mask, polarity);
        LayerGraph masked;
        List<HeadPlan> plans;
        try {
            MaskedGraph.apply(blocks, masks, null); // refuses masks of another model before anything is measured
            System.out.println(VectorSupport.reason());
            CostModel costs = CostModel.cached(
                    costModel != null ? costModel : CacheFolder.standard().resolve("attention.cost"));
            plans = plan(blocks, masks, new Planner(costs, pairs));
            masked = MaskedGraph.apply(blocks, masks, variants(masks, plans));
        } catch (MaskException e) {
            throw new UsageError(mask + ": " + e.getMessage(), e);
        }
        Files.write(out, GraphFile.write(masked));
        System.out.printf(
                Locale.ROOT,
                "%s: %d heads, %.2f %% pruned, %.1f M multiply-accumulates instead of %.1f M%n",
                out,
                plans.size(),
                100 * masks.sparsity(),
                masked.macs() * 1e-6,
                blocks.macs() * 1e-6);
        if (json != null) {
            JsonOutput.write(json, result(masks, plans, blocks.macs(), masked.macs()));
        }
        return 0;
    }

    private static List<HeadPlan> plan(LayerGraph blocks, MaskStack masks, Planner planner) {
        List<HeadPlan> plans = new ArrayList<>();
        List<Layer.Attention> layers = AttentionFusion.blocks(blocks);
        for (int layer = 0; layer < masks.layers(); layer++) {
            AttentionForm form = layers.get(layer).form();
            for (int head = 0; head < masks.heads(); head++) {
                HeadPlan plan = planner.plan(
                        layer,
                        head,
                        masks.mask(layer, head),
                        form.heads().get(head).bias(),
                        form.depth(),
                        form.valueDepth());
                VitcodBenchCommand.print(plan);
                plans.add(plan);
            }
        }
        return plans;
    }

    private static Variant[][] variants(MaskStack masks, List<HeadPlan> plans) {
        Variant[][] variants = new Variant[masks.layers()][masks.heads()];
        for (HeadPlan plan : plans) {
            variants[plan.layer()][plan.head()] = plan.pattern().variant();
        }
        return variants;
    }

    private static Map<String, Object> result(MaskStack masks, List<HeadPlan> plans, long denseMacs, long macs) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (HeadPlan plan : plans) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("layer", plan.layer());
            row.put("head", plan.head());
            row.put("sparsity", plan.pattern().mask().sparsity());
            row.put("variant", plan.pattern().variant().name());
            row.put("predicted_us", plan.predictedMicros());
            row.put("us", plan.measured().secondMicros());
            row.put("reference_us", plan.measured().firstMicros());
            row.put("ratio", plan.measured().speedup());
            rows.add(row);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("sparsity", masks.sparsity());
        result.put("dense_macs", denseMacs);
        result.put("macs", macs);
        result.put("rows", rows);
        return result;
    }
}
