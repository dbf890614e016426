package org.flatgaze.runtime.command.shiftadd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.flatgaze.accel.shiftadd.cost.ArrayProfile;
import org.flatgaze.accel.shiftadd.cost.CostRules;
import org.flatgaze.accel.shiftadd.cost.CostTable;
import org.flatgaze.accel.shiftadd.cost.HybridEncoding;
import org.flatgaze.accel.shiftadd.cost.HybridNetwork;
import org.flatgaze.accel.shiftadd.cost.InfeasibleMappingException;
import org.flatgaze.accel.shiftadd.cost.LayerCost;
import org.flatgaze.accel.shiftadd.cost.LayerKind;
import org.flatgaze.accel.shiftadd.cost.LayerShape;
import org.flatgaze.accel.shiftadd.cost.RowStationaryMapper;
import org.flatgaze.accel.shiftadd.cost.UnitEnergies;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze shiftadd cost}: predicted energy and latency of a hybrid network. */
@Command(
        name = "cost",
        description = "Predicted energy and latency of a ShiftAddNAS network or a model, layer by layer.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Mode paper keeps the published simulator's rules; fair mends its four shortcuts. Both are predictions.",
            "Example: ./flatgaze shiftadd cost --encoding v4 --stride 2 --size 224 --mode paper --pes 168 --csv DIR"
        })
final class ShiftaddCostCommand implements Callable<Integer> {

    /** Which rules hold unless a single one is kept or mended. */
    enum Mode {
        PAPER,
        FAIR
    }

    /** A shortcut of the published simulator. */
    enum Flaw {
        DENSE_GROUPS,
        FREE_ADDER_TRANSFERS,
        FREE_ACCUMULATION,
        NARROW_SHIFT_WORDS
    }

    @Option(
            names = "--encoding",
            defaultValue = "v4",
            description = "v3, v4 or [1,1][1,3][3,1,0][0,1] (${DEFAULT-VALUE}).")
    private String encoding;

    @Option(
            names = "--model",
            paramLabel = "F.onnx",
            description = "A trained network instead; layers trained as powers of two count as shifts.")
    private Path model;

    @Option(names = "--stride", defaultValue = "2", description = "Step of the last stage, 1 or 2 (${DEFAULT-VALUE}).")
    private int stride;

    @Option(names = "--size", defaultValue = "224", description = "Edge of the picture (${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--mode", defaultValue = "paper", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Mode mode;

    @Option(
            names = "--mend",
            split = ",",
            paramLabel = "FLAW",
            description = "Shortcuts to mend in mode paper: ${COMPLETION-CANDIDATES}.")
    private List<Flaw> mend = new ArrayList<>();

    @Option(names = "--pes", defaultValue = "168", description = "Processing elements (${DEFAULT-VALUE}).")
    private int elements;

    @Option(names = "--bits", defaultValue = "32", description = "32 or 8 (${DEFAULT-VALUE}).")
    private int bits;

    @Option(
            names = "--energies",
            paramLabel = "NAME",
            description = "Table of unit energies (default: the published one).")
    private String energies;

    @Option(names = "--csv", paramLabel = "DIR", description = "Write conv, shift, add, linear and matmul .csv.")
    private Path csv;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        if (csv != null && Files.exists(csv) && !Files.isDirectory(csv)) {
            throw new UsageError("--csv " + csv + ": is a file; name a folder");
        }
        CostTable table;
        List<LayerShape> layers;
        try {
            UnitEnergies units = energies != null ? UnitEnergies.named(energies) : UnitEnergies.published(bits);
            layers = model != null
                    ? ShiftaddNetworks.layers(model)
                    : HybridNetwork.layers(HybridEncoding.parse(encoding), stride, size);
            table = new CostTable(
                    new RowStationaryMapper(ArrayProfile.withElements(elements), rules(), units).map(layers));
        } catch (IllegalArgumentException | InfeasibleMappingException e) {
            throw new UsageError(e.getMessage(), e);
        }
        print(table, layers);
        if (csv != null) {
            table.writeCsv(csv);
        }
        if (json != null) {
            JsonOutput.write(json, result(table, layers));
        }
        return 0;
    }

    private CostRules rules() {
        if (bits != 8 && bits != 32) {
            throw new UsageError("--bits " + bits + ": expected 8 or 32");
        }
        if (mode == Mode.FAIR) {
            return CostRules.fair();
        }
        Set<Flaw> mended = mend.isEmpty() ? EnumSet.noneOf(Flaw.class) : EnumSet.copyOf(mend);
        return new CostRules(
                !mended.contains(Flaw.DENSE_GROUPS),
                !mended.contains(Flaw.FREE_ADDER_TRANSFERS),
                !mended.contains(Flaw.FREE_ACCUMULATION),
                !mended.contains(Flaw.NARROW_SHIFT_WORDS));
    }

    private static void print(CostTable table, List<LayerShape> layers) {
        System.out.printf(Locale.ROOT, "%-8s %6s %12s %12s %12s%n", "kind", "layers", "Gops", "mJ", "ms");
        for (LayerKind kind : LayerKind.values()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %6d %12.4f %12.3f %12.3f%n",
                    kind.fileStem(),
                    table.of(kind).size(),
                    taps(layers, kind) * 1e-9,
                    table.energyMj(kind),
                    table.latencySeconds(kind) * 1e3);
        }
        System.out.printf(
                Locale.ROOT,
                "%-8s %6d %12.4f %12.3f %12.3f  (predicted; %.2f M parameters)%n",
                "all",
                layers.size(),
                layers.stream().mapToLong(LayerShape::taps).sum() * 1e-9,
                table.energyMj(),
                table.latencySeconds() * 1e3,
                HybridNetwork.parameters(layers) * 1e-6);
    }

    private Map<String, Object> result(CostTable table, List<LayerShape> layers) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("mode", mode.name().toLowerCase(Locale.ROOT));
        result.put("provenance", "predicted");
        result.put("energy_mj", table.energyMj());
        result.put("latency_ms", table.latencySeconds() * 1e3);
        result.put("parameters", HybridNetwork.parameters(layers));
        Map<String, Object> kinds = new LinkedHashMap<>();
        for (LayerKind kind : LayerKind.values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("layers", table.of(kind).size());
            one.put("operations", taps(layers, kind));
            one.put("energy_mj", table.energyMj(kind));
            one.put("latency_ms", table.latencySeconds(kind) * 1e3);
            kinds.put(kind.fileStem(), one);
        }
        result.put("kinds", kinds);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (LayerCost cost : table.layers()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", cost.layer().name());
            row.put("kind", cost.layer().kind().fileStem());
            row.put("energy_mj", cost.energyMj());
            row.put("latency_ms", cost.latencySeconds() * 1e3);
            rows.add(row);
        }
        result.put("rows", rows);
        return result;
    }

    private static long taps(List<LayerShape> layers, LayerKind kind) {
        return layers.stream()
                .filter(layer -> layer.kind() == kind)
                .mapToLong(LayerShape::taps)
                .sum();
    }
}
