package org.flatgaze.runtime.command.vitcod;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.vitcod.encoder.HeadAutoEncoder;
import org.flatgaze.accel.vitcod.engine.EngineCycles;
import org.flatgaze.accel.vitcod.engine.EngineProfile;
import org.flatgaze.accel.vitcod.engine.FairEngine;
import org.flatgaze.accel.vitcod.engine.PaperEngine;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarised;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze vitcod engine}: cycles of the emulated attention engine. */
@Command(
        name = "engine",
        description = "Cycles of the two-pronged attention engine: the closed form of the published simulator, and what"
                + " it leaves out.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze vitcod engine --mask mask.npy --depth 64"})
final class VitcodEngineCommand implements Callable<Integer> {

    @Option(names = "--mask", required = true, paramLabel = "MASK.npy", description = "Square masks.")
    private Path mask;

    @Option(
            names = "--polarity",
            defaultValue = "true_is_pruned",
            description = "What a true entry says: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Polarity polarity;

    @Option(names = "--depth", defaultValue = "64", description = "Columns of q and k (${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--value-depth", description = "Columns of v, in fair mode only (default: as --depth).")
    private Integer valueDepthOption;

    @Option(
            names = "--mode",
            defaultValue = "paper",
            description = "paper: the published simulator; fair: all heads, softmax, indices, output; default"
                    + " ${DEFAULT-VALUE}.")
    private EngineCycles.Mode mode;

    @Option(names = "--compressed-heads", description = "Heads left by the encoder (default: half, rounded up).")
    private Integer compressedHeads;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        if (depth < 1) {
            throw new UsageError("--depth " + depth + ": expected at least 1");
        }
        MaskStack masks = VitcodFiles.masks(mask, polarity);
        int valueDepth = valueDepthOption != null ? valueDepthOption : depth;
        EngineCycles cycles;
        EngineCycles dense;
        try {
            int compressed =
                    compressedHeads != null ? compressedHeads : HeadAutoEncoder.publishedCompression(masks.heads());
            int columnThreshold = Polarised.publishedThreshold(masks.queries());
            if (mode == EngineCycles.Mode.PAPER) {
                PaperEngine engine = new PaperEngine(EngineProfile.published());
                cycles = engine.cycles(masks, depth, columnThreshold, compressed);
                dense = engine.dense(masks, depth);
            } else {
                FairEngine engine = new FairEngine(EngineProfile.published());
                cycles = engine.cycles(masks, depth, valueDepth, columnThreshold, compressed);
                dense = engine.dense(masks, depth, valueDepth);
            }
        } catch (MaskException e) {
            throw new UsageError(mask + ": " + e.getMessage(), e);
        }
        String name = mode.name().toLowerCase(Locale.ROOT);
        System.out.printf(
                Locale.ROOT,
                "%s: load %.0f, decode %.0f, compute %.0f (softmax %.0f), total %.0f cycles; dense %.0f (our closed"
                        + " form)%n",
                name,
                cycles.load(),
                cycles.decode(),
                cycles.compute(),
                cycles.softmax(),
                cycles.total(),
                dense.total());
        if (mode == EngineCycles.Mode.PAPER) {
            System.out.println("what the published simulator leaves out or gets wrong:");
            PaperEngine.defects().forEach(defect -> System.out.println("  - " + defect));
        }
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("mode", name);
            result.put("load", cycles.load());
            result.put("decode", cycles.decode());
            result.put("compute", cycles.compute());
            result.put("softmax", cycles.softmax());
            result.put("total", cycles.total());
            result.put("dense_total", dense.total());
            result.put("defects", PaperEngine.defects());
            JsonOutput.write(json, result);
        }
        return 0;
    }
}
