package org.flatgaze.runtime.command.vitcod;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskRule;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarised;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze vitcod masks}: averaged attention to fixed masks. */
@Command(
        name = "masks",
        description = "Make fixed masks from averaged attention: row-wise top-p plus one, then the split into a denser"
                + " and a sparser part.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze vitcod masks --attention MAP.npy --info 0.46 --out MASK.npy"})
final class VitcodMasksCommand implements Callable<Integer> {

    @Option(
            names = "--attention",
            required = true,
            paramLabel = "MAP.npy",
            description = "Averaged softmax outputs, shape (layers, heads, queries, keys); every row sums to 1.")
    private Path attention;

    @Option(
            names = "--info",
            required = true,
            paramLabel = "T",
            description = "Share of attention a row keeps, above 0; above 1 prunes nothing.")
    private double threshold;

    @Option(names = "--out", required = true, paramLabel = "MASK.npy", description = "Mask to write, bool.")
    private Path out;

    @Option(names = "--keep-class-token", description = "Always keep row 0 and column 0 (DeiT).")
    private boolean keepClassToken;

    @Option(
            names = "--polarity",
            defaultValue = "true_is_pruned",
            description = "What a true entry says: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Polarity polarity;

    @Option(
            names = "--global-threshold",
            paramLabel = "N",
            description = "A key is global when more queries keep it (default: 50 of 197, scaled).")
    private Integer globalThreshold;

    @Option(names = "--reordered", paramLabel = "FILE", description = "Also write the masks with global tokens first.")
    private Path reordered;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(out);
        JsonOutput.checkWritable(reordered);
        MaskStack masks;
        List<Polarised> splits = new ArrayList<>();
        int columnThreshold;
        try {
            masks = new MaskRule(threshold, keepClassToken).apply(VitcodFiles.array(attention));
            columnThreshold = globalThreshold != null ? globalThreshold : Polarised.publishedThreshold(masks.queries());
            for (int i = 0; i < masks.layers() * masks.heads(); i++) {
                splits.add(Polarised.of(masks.mask(i / masks.heads(), i % masks.heads()), columnThreshold));
            }
        } catch (MaskException e) {
            throw new UsageError(attention + ": " + e.getMessage(), e);
        }
        write(out, masks);
        if (reordered != null) {
            HeadMask[][] moved = new HeadMask[masks.layers()][masks.heads()];
            for (int i = 0; i < splits.size(); i++) {
                moved[i / masks.heads()][i % masks.heads()] = splits.get(i).reordered();
            }
            write(reordered, new MaskStack(moved));
        }
        print(masks, splits, columnThreshold);
        if (json != null) {
            JsonOutput.write(json, result(masks, splits, columnThreshold));
        }
        return 0;
    }

    private void write(Path file, MaskStack masks) {
        try {
            Npy.write(file, masks.toArray(polarity));
        } catch (IOException e) {
            throw new UsageError("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private void print(MaskStack masks, List<Polarised> splits, int columnThreshold) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d layers x %d heads, %d x %d, %.2f %% pruned, %s%n",
                out,
                masks.layers(),
                masks.heads(),
                masks.queries(),
                masks.keys(),
                100 * masks.sparsity(),
                polarity);
        long denser = splits.stream().mapToLong(Polarised::keptInDenserPart).sum();
        long kept =
                denser + splits.stream().mapToLong(Polarised::keptInSparserPart).sum();
        System.out.printf(
                Locale.ROOT,
                "global tokens (columns with more than %d kept): mean %.1f, most %d; %.1f %% of kept entries%n",
                columnThreshold,
                splits.stream().mapToInt(Polarised::globalTokens).average().orElse(0),
                splits.stream().mapToInt(Polarised::globalTokens).max().orElse(0),
                100.0 * denser / kept);
    }

    private Map<String, Object> result(MaskStack masks, List<Polarised> splits, int columnThreshold) {
        List<Map<String, Object>> heads = new ArrayList<>();
        for (int i = 0; i < splits.size(); i++) {
            Map<String, Object> head = new LinkedHashMap<>();
            head.put("layer", i / masks.heads());
            head.put("head", i % masks.heads());
            head.put(
                    "sparsity", masks.mask(i / masks.heads(), i % masks.heads()).sparsity());
            head.put("global_tokens", splits.get(i).globalTokens());
            head.put("kept_denser", splits.get(i).keptInDenserPart());
            head.put("kept_sparser", splits.get(i).keptInSparserPart());
            heads.add(head);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("layers", masks.layers());
        result.put("heads_per_layer", masks.heads());
        result.put("queries", masks.queries());
        result.put("keys", masks.keys());
        result.put("threshold", threshold);
        result.put("polarity", polarity.name());
        result.put("sparsity", masks.sparsity());
        result.put("global_threshold", columnThreshold);
        result.put("heads", heads);
        return result;
    }
}
