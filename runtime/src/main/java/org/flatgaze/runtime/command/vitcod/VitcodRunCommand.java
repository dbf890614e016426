package org.flatgaze.runtime.command.vitcod;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.CompiledMasks;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.encoder.HeadAutoEncoder;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.accel.vitcod.model.VitEncoder;
import org.flatgaze.accel.vitcod.model.VitShape;
import org.flatgaze.accel.vitcod.plan.PairedTiming;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.vitcod.ModelComparison;
import org.flatgaze.runtime.vitcod.ModelPictures;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze vitcod run}: a whole encoder, dense, sparse, and with the auto-encoder folded in. */
@Command(
        name = "run",
        description = "Run a pruned model on pictures and compare it with the dense one; or, with masks alone, time a"
                + " whole DeiT-shaped encoder with seeded weights: dense, with these masks, and with folded head"
                + " auto-encoders. Speed only: seeded weights recognise nothing.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: ./flatgaze vitcod run --model vit.onnx --pruned vit.graph --pictures P.npy --labels L.npy",
            "Example: ./flatgaze vitcod run --mask mask.npy --depth 64"
        })
final class VitcodRunCommand implements Callable<Integer> {

    private static final int WARM_RUNS = 120;

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Masks, or masks with variants chosen before. */
    static final class Source {
        @Option(names = "--mask", paramLabel = "MASK.npy", description = "Square masks of all layers; all by tiles.")
        private Path mask;

        @Option(names = "--compiled", paramLabel = "FILE.npz", description = "What 'vitcod bench --compiled' kept.")
        private Path compiled;

        @ArgGroup(exclusive = false, heading = "A whole model:%n")
        private VitcodModelOptions model;
    }

    @Option(
            names = "--polarity",
            defaultValue = "true_is_pruned",
            description = "What a true entry says: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Polarity polarity;

    @Option(names = "--depth", defaultValue = "64", description = "Columns of q, k and v per head (${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--mlp-ratio", defaultValue = "4", description = "Feed-forward width (${DEFAULT-VALUE}).")
    private int mlpRatio;

    @Option(names = "--pairs", defaultValue = "21", description = "Interleaved pairs (${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--out", paramLabel = "OUT.npy", description = "With --model: write the pruned model's outputs.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(out);
        if (source.model != null) {
            return runModel();
        }
        if (out != null) {
            throw new UsageError("--out " + out + ": expected --model beside it");
        }
        AttentionPattern[][] sparse = patterns();
        AttentionPattern first = sparse[0][0];
        Path file = source.mask != null ? source.mask : source.compiled;
        if (first.queries() != first.keys()) {
            throw new UsageError(
                    file + ": masks are " + first.queries() + " x " + first.keys() + ": expected square ones");
        }
        if (depth < 1 || mlpRatio < 1 || pairs < 1) {
            throw new UsageError("--depth " + depth + ", --mlp-ratio " + mlpRatio + ", --pairs " + pairs
                    + ": expected at least 1 each");
        }
        VitShape shape = new VitShape(sparse.length, sparse[0].length, first.queries(), depth, mlpRatio);
        AttentionPattern[][] dense = VitEncoder.dense(shape);
        VitEncoder encoder = VitEncoder.seeded(shape, 1);
        float[] tokens = tokens(shape);
        int compressed = HeadAutoEncoder.publishedCompression(shape.heads());
        VitEncoder folded = encoder.folded(tokens, dense, compressed);
        float[] x = new float[tokens.length];
        PairedTiming masked = time(() -> run(encoder, tokens, x, dense), () -> run(encoder, tokens, x, sparse));
        PairedTiming both = time(() -> run(encoder, tokens, x, dense), () -> run(folded, tokens, x, sparse));
        System.out.printf(
                Locale.ROOT,
                "%d layers, %d heads, %d tokens, seeded weights (speed only), one thread%n"
                        + "dense %.2f ms, sparse attention %.2f ms (%.2fx), sparse and folded %d -> %d heads %.2fx%n",
                shape.layers(),
                shape.heads(),
                shape.tokens(),
                masked.firstMicros() * 1e-3,
                masked.secondMicros() * 1e-3,
                masked.speedup(),
                shape.heads(),
                compressed,
                both.speedup());
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("weights", "seeded, speed only");
            result.put("dense_us", masked.firstMicros());
            result.put("sparse_us", masked.secondMicros());
            result.put("speedup", masked.speedup());
            result.put("folded_us", both.secondMicros());
            result.put("folded_speedup", both.speedup());
            JsonOutput.write(json, result);
        }
        return 0;
    }

    private int runModel() {
        ModelPictures pictures = source.model.pictures();
        try (ModelComparison comparison = source.model.open()) {
            Map<String, Object> result = VitcodModelOptions.accuracy(comparison, pictures);
            if (out != null) {
                Npy.write(
                        out,
                        NpyArray.ofFloats(
                                comparison.prunedOutputs(pictures), pictures.count(), comparison.outputElements()));
                System.out.println("outputs: " + out);
            }
            if (json != null) {
                JsonOutput.write(json, result);
            }
        } catch (IOException e) {
            throw new UsageError("cannot write " + out + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private AttentionPattern[][] patterns() {
        if (source.compiled != null) {
            try {
                return CompiledMasks.read(source.compiled);
            } catch (IOException e) {
                throw new UsageError(e.getMessage(), e);
            }
        }
        return VitEncoder.patterns(VitcodFiles.masks(source.mask, polarity), Variant.TILES);
    }

    private PairedTiming time(Runnable first, Runnable second) {
        for (int i = 0; i < WARM_RUNS; i++) {
            first.run();
            second.run();
        }
        return PairedTiming.of(first, second, pairs, 1);
    }

    private static void run(VitEncoder encoder, float[] tokens, float[] x, AttentionPattern[][] patterns) {
        System.arraycopy(tokens, 0, x, 0, x.length);
        encoder.run(x, patterns);
    }

    private static float[] tokens(VitShape shape) {
        Random random = new Random(1);
        float[] tokens = new float[shape.tokens() * shape.embedding()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = 2 * random.nextFloat() - 1;
        }
        return tokens;
    }
}
