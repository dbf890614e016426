package org.flatgaze.runtime.command.shiftadd;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.bench.PairedTimer;
import org.flatgaze.accel.shiftadd.LatencyStudy;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze shiftadd predict}: how well latency between measured shapes can be told on this machine. */
@Command(
        name = "predict",
        description = "Measure the int8 product at random shapes, learn from four fifths, predict the rest.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze shiftadd predict --shapes 300 --json predict.json"})
final class ShiftaddPredictCommand implements Callable<Integer> {

    @Option(names = "--shapes", defaultValue = "300", description = "Shapes to measure (${DEFAULT-VALUE}).")
    private int shapes;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the shapes (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        LatencyStudy study;
        try {
            study = LatencyStudy.run(shapes, new PairedTimer(10, 1, 24), seed);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--shapes: " + e.getMessage(), e);
        }
        System.out.printf(
                Locale.ROOT,
                "%d shapes measured, %d held out, %d of those outside what was measured: unknown%n"
                        + "within 10 %%: %.1f %%   within 5 %%: %.1f %%   inside the interval: %.1f %%%n"
                        + "measured again within 10 %%: %.1f %%, what this machine allows at all%n"
                        + "models of ten layers: rank correlation %.4f, mean error %.2f %%%n",
                study.measured(),
                study.heldOut(),
                study.unknown(),
                100 * study.withinTenPercent(),
                100 * study.withinFivePercent(),
                100 * study.inInterval(),
                100 * study.repeatedWithinTenPercent(),
                study.modelRankCorrelation(),
                100 * study.modelError());
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("measured", study.measured());
            result.put("held_out", study.heldOut());
            result.put("unknown", study.unknown());
            result.put("within_10_percent", study.withinTenPercent());
            result.put("within_5_percent", study.withinFivePercent());
            result.put("repeated_within_10_percent", study.repeatedWithinTenPercent());
            result.put("in_interval", study.inInterval());
            result.put("model_rank_correlation", study.modelRankCorrelation());
            result.put("model_error", study.modelError());
            JsonOutput.write(json, result);
        }
        return 0;
    }
}
