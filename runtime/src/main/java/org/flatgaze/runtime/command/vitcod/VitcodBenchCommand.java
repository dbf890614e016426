package org.flatgaze.runtime.command.vitcod;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.accel.vitcod.attention.CompiledMasks;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarised;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.accel.vitcod.plan.CostModel;
import org.flatgaze.accel.vitcod.plan.HeadPlan;
import org.flatgaze.runtime.CacheFolder;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.vitcod.BenchPage;
import org.flatgaze.runtime.vitcod.MaskBench;
import org.flatgaze.runtime.vitcod.ModelComparison;
import org.flatgaze.runtime.vitcod.ModelPictures;
import org.flatgaze.runtime.vitcod.OnnxComparison;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze vitcod bench}: what the masks of a file are worth on this machine. */
@Command(
        name = "bench",
        description =
                "Plan every head of a mask file and time it beside our dense kernel, in interleaved pairs; or time a"
                        + " pruned model beside the dense one and ONNX Runtime.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: ./flatgaze vitcod bench --mask mask.npy --depth 16 --value-depth 32 --bias --onnx",
            "Example: ./flatgaze vitcod bench --model vit.onnx --pruned vit.graph --pictures P.npy"
        })
final class VitcodBenchCommand implements Callable<Integer> {

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Masks alone, or a whole model. */
    static final class Source {
        @Option(names = "--mask", paramLabel = "MASK.npy", description = "(layers, heads, queries, keys).")
        private Path mask;

        @ArgGroup(exclusive = false, heading = "A whole model:%n")
        private VitcodModelOptions model;
    }

    @Option(
            names = "--polarity",
            defaultValue = "true_is_pruned",
            description = "What a true entry says: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Polarity polarity;

    @Option(names = "--depth", defaultValue = "64", description = "Columns of q and k (${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--value-depth", description = "Columns of v (default: as --depth).")
    private Integer valueDepthOption;

    @Option(names = "--bias", description = "Add a bias to the scores, dense and sparse alike (LeViT).")
    private boolean bias;

    @Option(names = "--pairs", defaultValue = "21", description = "Interleaved pairs per head (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--mlp-ratio",
            description = "Width of the feed-forward part for the model's ceiling (default: 4, or 2 if depths differ).")
    private Double mlpRatioOption;

    @Option(names = "--onnx", description = "Also time ONNX Runtime's dense attention, fused and unfused.")
    private boolean onnx;

    @Option(
            names = "--cost-model",
            paramLabel = "FILE",
            description = "Measured costs of this machine (default: in the cache folder; made when missing).")
    private Path costModel;

    @Option(
            names = "--compiled",
            paramLabel = "FILE.npz",
            description = "Keep masks and chosen variants for 'vitcod run' (without the random bias of --bias).")
    private Path compiled;

    @Option(names = "--report", paramLabel = "FILE.html", description = "Write a page with masks, variants, speeds.")
    private Path report;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(report);
        JsonOutput.checkWritable(compiled);
        if (source.model != null) {
            return benchModel();
        }
        Path mask = source.mask;
        int valueDepth = valueDepthOption != null ? valueDepthOption : depth;
        if (depth < 1 || valueDepth < 1 || pairs < 1) {
            throw new UsageError("--depth " + depth + ", --value-depth " + valueDepth + ", --pairs " + pairs
                    + ": expected at least 1 each");
        }
        double mlpRatio = mlpRatioOption != null ? mlpRatioOption : (depth == valueDepth ? 4 : 2);
        MaskStack masks = VitcodFiles.masks(mask, polarity);
        System.out.println(VectorSupport.reason());
        MaskBench bench;
        try {
            CostModel model = CostModel.cached(
                    costModel != null ? costModel : CacheFolder.standard().resolve("attention.cost"));
            bench = MaskBench.run(masks, depth, valueDepth, bias, model, pairs, VitcodBenchCommand::print);
        } catch (MaskException e) {
            throw new UsageError(mask + ": " + e.getMessage(), e);
        }
        OnnxComparison comparison = onnx
                ? OnnxComparison.measure(
                        masks.heads(), masks.queries(), masks.keys(), depth, valueDepth, Math.max(pairs, 41))
                : null;
        summarise(bench, mlpRatio, comparison);
        if (compiled != null) {
            CompiledMasks.write(compiled, bench.unbiasedPatterns());
            System.out.println("compiled: " + compiled);
        }
        if (report != null) {
            BenchPage.write(
                    report,
                    mask.getFileName().toString(),
                    bench,
                    Polarised.publishedThreshold(masks.queries()),
                    mlpRatio,
                    comparison);
            System.out.println("report: " + report);
        }
        if (json != null) {
            JsonOutput.write(json, result(bench, mlpRatio, comparison));
        }
        return 0;
    }

    private int benchModel() {
        if (pairs < 1) {
            throw new UsageError("--pairs " + pairs + ": expected at least 1");
        }
        if (report != null || compiled != null || bias) {
            throw new UsageError("--report, --compiled and --bias are for masks alone: give --mask in place of --model"
                    + " ('vitcod prune' leaves them in mask.npy)");
        }
        System.out.println(VectorSupport.reason());
        ModelPictures pictures = source.model.pictures();
        try (ModelComparison comparison = source.model.open()) {
            Map<String, Object> result = VitcodModelOptions.accuracy(comparison, pictures);
            result.putAll(VitcodModelOptions.speed(comparison, pictures, pairs));
            if (json != null) {
                JsonOutput.write(json, result);
            }
        }
        return 0;
    }

    static void print(HeadPlan plan) {
        System.out.printf(
                Locale.ROOT,
                "layer %2d head %2d  %5.1f %% pruned  %-6s predicted %6.1f us (dense %6.1f)  measured %6.1f us"
                        + " (dense %6.1f)  %.2fx%n",
                plan.layer(),
                plan.head(),
                100 * plan.pattern().mask().sparsity(),
                plan.pattern().variant(),
                plan.predictedMicros(),
                plan.predictedDenseMicros(),
                plan.measured().secondMicros(),
                plan.measured().firstMicros(),
                plan.measured().speedup());
    }

    private static void summarise(MaskBench bench, double mlpRatio, OnnxComparison onnx) {
        MaskBench.LayerMacs macs = bench.layerMacs(mlpRatio);
        System.out.printf(
                Locale.ROOT,
                "%d heads, %.2f %% pruned: attention core %.2fx our dense kernel (%.1f -> %.1f us a head), median head"
                        + " %.2fx, slowest head %.2fx%n",
                bench.plans().size(),
                100 * bench.masks().sparsity(),
                bench.speedup(),
                bench.denseMicros() / bench.plans().size(),
                bench.plannedMicros() / bench.plans().size(),
                bench.medianSpeedup(),
                bench.worstSpeedup());
        System.out.printf(
                Locale.ROOT,
                "model: the core is %.1f %% of a layer's MACs, ceiling %.2fx, with this core %.2fx (predicted)%n",
                100 * macs.share(),
                macs.ceiling(),
                macs.model(bench.speedup()));
        if (onnx != null) {
            System.out.printf(
                    Locale.ROOT,
                    "dense kernel against ONNX Runtime: %.2fx unfused (%.0f us a layer), %.2fx fused (%.0f us)%n",
                    onnx.unfused().speedup(),
                    onnx.unfused().firstMicros(),
                    onnx.fused().speedup(),
                    onnx.fused().firstMicros());
        }
    }

    private static Map<String, Object> result(MaskBench bench, double mlpRatio, OnnxComparison onnx) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (HeadPlan plan : bench.plans()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("layer", plan.layer());
            row.put("head", plan.head());
            row.put("sparsity", plan.pattern().mask().sparsity());
            row.put("variant", plan.pattern().variant().name());
            row.put("predicted_us", plan.predictedMicros());
            row.put("predicted_dense_us", plan.predictedDenseMicros());
            row.put("us", plan.measured().secondMicros());
            row.put("reference_us", plan.measured().firstMicros());
            row.put("ratio", plan.measured().speedup());
            rows.add(row);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("vector", VectorSupport.reason());
        result.put("sparsity", bench.masks().sparsity());
        result.put("dense_us", bench.denseMicros());
        result.put("planned_us", bench.plannedMicros());
        result.put("speedup", bench.speedup());
        result.put("worst_head", bench.worstSpeedup());
        result.put("core_share_of_macs", bench.layerMacs(mlpRatio).share());
        result.put("model_ceiling_predicted", bench.layerMacs(mlpRatio).ceiling());
        if (onnx != null) {
            result.put("onnx_unfused_us", onnx.unfused().firstMicros());
            result.put("onnx_fused_us", onnx.fused().firstMicros());
            result.put("dense_over_onnx", onnx.speedup());
        }
        result.put("rows", rows);
        return result;
    }
}
