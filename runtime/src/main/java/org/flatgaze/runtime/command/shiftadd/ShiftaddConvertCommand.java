package org.flatgaze.runtime.command.shiftadd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.shiftadd.convert.GraphComparison;
import org.flatgaze.accel.shiftadd.convert.GraphShapes;
import org.flatgaze.accel.shiftadd.convert.LayerRounding;
import org.flatgaze.accel.shiftadd.cost.ChunkProfile;
import org.flatgaze.accel.shiftadd.cost.DesignPoint;
import org.flatgaze.accel.shiftadd.cost.InfeasibleMappingException;
import org.flatgaze.accel.shiftadd.cost.LayerShape;
import org.flatgaze.accel.shiftadd.cost.UnitEnergies;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flatgaze shiftadd convert}: a trained network with powers of two for weights, its error and its cost. */
@Command(
        name = "convert",
        description = "Round a network's weights to powers of two; report the error per layer and the cost beside.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Nothing is trained again, so expect a loss of accuracy; the report says how much. A network trained with",
            "powers of two loses nothing: --trained.",
            "Example: ./flatgaze shiftadd convert --model pipeline/models/ritnet-128.onnx --int8 --json shift.json"
        })
final class ShiftaddConvertCommand implements Callable<Integer> {

    @Mixin
    private ShiftaddModel model;

    @Option(
            names = "--out",
            paramLabel = "P.graph",
            description = "Write the converted network; it runs wherever a model does.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(out);
        model.load();
        GraphComparison comparison =
                GraphComparison.of(model.original(), model.conversion().graph(), model.samples());
        Map<String, Double> outputErrors = new LinkedHashMap<>();
        comparison.layers().forEach(layer -> outputErrors.put(layer.layer(), layer.relativeError()));
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.printf(
                Locale.ROOT, "%-44s %-9s %9s %7s %10s %10s%n", "layer", "", "weights", "zeros", "weights", "output");
        for (LayerRounding layer : model.conversion().layers()) {
            double outputError = outputErrors.get(layer.layer());
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %-9s %9d %7d %9.2f%% %9.2f%%%n",
                    layer.layer(),
                    layer.shifted() ? "shift" : "multiply",
                    layer.weights(),
                    layer.zeros(),
                    100 * layer.weightError(),
                    100 * outputError);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("layer", layer.layer());
            row.put("shift", layer.shifted());
            row.put("weights", layer.weights());
            row.put("zeros", layer.zeros());
            row.put("weight_error", layer.weightError());
            row.put("output_error", outputError);
            rows.add(row);
        }
        System.out.printf(
                Locale.ROOT,
                "output: %.2f %% off, at most %.4g (inputs: %s)%n",
                100 * comparison.outputError(),
                comparison.largestOutputDifference(),
                model.sampleNote());
        List<Map<String, Object>> costs = costs();
        if (out != null) {
            write();
        }
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("output_error", comparison.outputError());
            result.put("max_abs_diff", comparison.largestOutputDifference());
            result.put("inputs", model.sampleNote());
            result.put("rows", rows);
            result.put("cost_provenance", "predicted");
            result.put("cost", costs);
            JsonOutput.write(json, result);
        }
        return 0;
    }

    private void write() {
        try {
            Files.write(out, GraphFile.write(model.conversion().graph()));
            System.out.println("converted: " + out);
        } catch (IOException e) {
            throw new UsageError("cannot write " + out + ": " + e, e);
        }
    }

    private List<Map<String, Object>> costs() {
        List<LayerShape> before = GraphShapes.of(model.original(), List.of());
        List<LayerShape> after =
                GraphShapes.of(model.original(), model.conversion().layers());
        UnitEnergies energies = UnitEnergies.named("45nm-int8");
        List<Map<String, Object>> costs = new ArrayList<>();
        System.out.printf(
                Locale.ROOT,
                "%-10s %-12s %12s %12s %10s  (predicted)%n",
                "",
                "accelerator",
                "latency ms",
                "interval ms",
                "mJ");
        try {
            List<ChunkProfile> chunks = ChunkProfile.forNetwork(after);
            for (int p = 0; p < chunks.size(); p++) {
                // Multipliers only for the original, the area divided for the converted one.
                boolean divided = p % 2 == 1;
                DesignPoint point = DesignPoint.of(
                        divided ? "shift" : "original", divided ? after : before, chunks.get(p), energies);
                System.out.printf(
                        Locale.ROOT,
                        "%-10s %-12s %12.3f %12.3f %10.4f%n",
                        point.network(),
                        point.profile(),
                        point.latencyMs(),
                        point.intervalMs(),
                        point.energyMj());
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("network", point.network());
                row.put("profile", point.profile());
                row.put("latency_ms", point.latencyMs());
                row.put("interval_ms", point.intervalMs());
                row.put("energy_mj", point.energyMj());
                costs.add(row);
            }
        } catch (IllegalArgumentException | InfeasibleMappingException e) {
            throw new UsageError(e.getMessage(), e);
        }
        return costs;
    }
}
