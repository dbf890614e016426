package org.flatgaze.runtime.command.accel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.BufferFit;
import org.flatgaze.accel.cost.CycleModel;
import org.flatgaze.accel.cost.GraphTable;
import org.flatgaze.accel.cost.LayerCost;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.NetworkCost;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxExport;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flatgaze accel compile}: a model as a program of 8-bit layers, and how it lies on the array. */
@Command(
        name = "compile",
        description = "Compile a model into an 8-bit program; print its layers, bytes, stripes, lanes and cycles.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The file of --out can be given to --model in place of an ONNX file; as FILE.onnx it is one, with quantised layers",
            "between QuantizeLinear and DequantizeLinear, for other programs. Cycles are predicted.",
            "Example: ./flatgaze accel compile --model fbnet-c100 --out fbnet.graph"
        })
public final class AccelCompileCommand implements Callable<Integer> {

    @Mixin
    private AccelModel model;

    @ArgGroup(exclusive = true)
    private AccelEstimateCommand.ProfileChoice choice = new AccelEstimateCommand.ProfileChoice();

    @Option(
            names = "--max-stripes",
            defaultValue = "64",
            paramLabel = "N",
            description = "Stripes a layer may be cut into to fit the buffers (default ${DEFAULT-VALUE}).")
    private int maxStripes;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of random calibration inputs (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the program; FILE.onnx as ONNX.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(out);
        try {
            compile();
        } catch (AcceleratorException | IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
        return 0;
    }

    private void compile() throws IOException {
        AcceleratorProfile profile = choice.read();
        ModelSource source = model.load();
        LayerGraph graph = OnnxImport.read(source);
        // Before the slow part: whether it has a place at all.
        LayerTable table = GraphTable.of(graph);
        Optional<String> refusal = BufferFit.refusal(table, profile, maxStripes);
        if (refusal.isPresent()) {
            throw new UsageError("model " + source.name() + ": " + refusal.get());
        }
        String calibration = "is 8-bit already";
        if (!graph.isQuantized()) {
            AccelModel.Quantized quantized = model.quantized(graph, seed);
            graph = quantized.graph();
            calibration = "calibrated on " + quantized.calibration();
        }
        byte[] program = GraphFile.write(graph);
        NetworkCost cost = new CycleModel(profile).cost(table);
        print(source, profile, table, cost, calibration, program.length);
        if (out != null) {
            Files.write(out, out.toString().endsWith(".onnx") ? OnnxExport.write(graph) : program);
            System.out.println("program written to " + out);
        }
        if (json != null) {
            JsonOutput.write(json, toJson(source, profile, table, cost, program.length));
        }
    }

    private static void print(
            ModelSource source,
            AcceleratorProfile profile,
            LayerTable table,
            NetworkCost cost,
            String calibration,
            int programBytes) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d layers, %.1f M MAC, program of %d bytes, %s%n",
                source.name(),
                table.layers().size(),
                table.macs() * 1e-6,
                programBytes,
                calibration);
        System.out.printf(
                Locale.ROOT,
                "%-24s %-10s %10s %10s %7s %5s %10s%n",
                "layer",
                "kind",
                "in bytes",
                "out bytes",
                "stripes",
                "lanes",
                "cycles");
        for (LayerCost layer : cost.layers()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %-10s %10d %10d %7d %5d %10d%n",
                    layer.layer().id(),
                    layer.layer().kind().tableName(),
                    layer.layer().inputBytes(),
                    layer.layer().outputBytes(),
                    layer.partition().stripes(),
                    layer.lanesBusy(),
                    layer.cycles());
        }
        System.out.printf(
                Locale.ROOT,
                "on %s, predicted: %d cycles, %.3f ms, %.1f %% of the multipliers busy; buffers of %d bytes a side%n",
                profile.name(),
                cost.cycles(),
                profile.millis(cost.cycles()),
                100 * cost.utilisation(),
                profile.bytesPerSide());
    }

    private static Map<String, Object> toJson(
            ModelSource source, AcceleratorProfile profile, LayerTable table, NetworkCost cost, int programBytes) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("model", source.name());
        result.put("profile", profile.name());
        result.put("macs", table.macs());
        result.put("program_bytes", programBytes);
        result.put("predicted_cycles", cost.cycles());
        result.put("buffer_bytes", profile.bytesPerSide());
        List<Map<String, Object>> layers = new ArrayList<>();
        for (LayerCost layer : cost.layers()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("id", layer.layer().id());
            entry.put("kind", layer.layer().kind().tableName());
            entry.put("input_bytes", layer.layer().inputBytes());
            entry.put("output_bytes", layer.layer().outputBytes());
            entry.put("stripes", layer.partition().stripes());
            entry.put("lanes", layer.lanesBusy());
            entry.put("cycles", layer.cycles());
            layers.add(entry);
        }
        result.put("layers", layers);
        return result;
    }
}
