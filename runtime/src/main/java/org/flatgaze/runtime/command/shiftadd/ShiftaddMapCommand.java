package org.flatgaze.runtime.command.shiftadd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.shiftadd.cost.ChunkProfile;
import org.flatgaze.accel.shiftadd.cost.DesignPoint;
import org.flatgaze.accel.shiftadd.cost.HybridEncoding;
import org.flatgaze.accel.shiftadd.cost.HybridNetwork;
import org.flatgaze.accel.shiftadd.cost.InfeasibleMappingException;
import org.flatgaze.accel.shiftadd.cost.LayerShape;
import org.flatgaze.accel.shiftadd.cost.UnitEnergies;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze shiftadd map}: networks on accelerators with a chunk for each kind of layer. */
@Command(
        name = "map",
        description =
                "Divide an area into multiply, shift and add elements, map every layer, show what is not dominated.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: ./flatgaze shiftadd map --encoding \"v3;v4\" --size 224 --json map.json",
            "Example: ./flatgaze shiftadd map --model pipeline/models/compact.onnx --model pipeline/models/shiftadd.onnx"
        })
final class ShiftaddMapCommand implements Callable<Integer> {

    @Option(
            names = "--encoding",
            defaultValue = "v3;v4",
            split = ";",
            description = "Networks, ';' between (${DEFAULT-VALUE}).")
    private List<String> encodings;

    @Option(
            names = "--model",
            paramLabel = "F.onnx",
            description = "Trained networks instead; layers trained as powers of two count as shifts.")
    private List<Path> models = new ArrayList<>();

    @Option(names = "--stride", defaultValue = "2", description = "Step of the last stage, 1 or 2 (${DEFAULT-VALUE}).")
    private int stride;

    @Option(names = "--size", defaultValue = "224", description = "Edge of the picture (${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--energies",
            defaultValue = "45nm-int8",
            description = "Table of unit energies (${DEFAULT-VALUE}).")
    private String energies;

    @Option(
            names = "--elements",
            paramLabel = "N",
            description = "An accelerator of your own in place of the two known ones: its area in multipliers.")
    private Integer elements;

    @Option(
            names = "--buffer",
            defaultValue = "1048576",
            paramLabel = "BYTES",
            description = "With --elements: buffer of one chunk (${DEFAULT-VALUE}).")
    private int buffer;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        List<DesignPoint> points = new ArrayList<>();
        Map<String, ChunkProfile> profiles = new LinkedHashMap<>();
        try {
            UnitEnergies units = UnitEnergies.named(energies);
            for (Map.Entry<String, List<LayerShape>> network : networks().entrySet()) {
                for (ChunkProfile profile : profiles(network.getValue())) {
                    points.add(DesignPoint.of(network.getKey(), network.getValue(), profile, units));
                    profiles.put(network.getKey() + profile.name(), profile);
                }
            }
        } catch (IllegalArgumentException | InfeasibleMappingException e) {
            throw new UsageError(e.getMessage(), e);
        }
        List<DesignPoint> front = DesignPoint.paretoFront(points);
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.printf(
                Locale.ROOT,
                "%-16s %-12s %6s %6s %6s %12s %12s %10s%n",
                "network",
                "accelerator",
                "mult",
                "shift",
                "add",
                "latency ms",
                "interval ms",
                "mJ");
        for (DesignPoint point : points) {
            ChunkProfile profile = profiles.get(point.network() + point.profile());
            boolean kept = front.contains(point);
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %-12s %6d %6d %6d %12.3f %12.3f %10.3f%s%n",
                    point.network(),
                    point.profile(),
                    profile.multiplyElements(),
                    profile.shiftElements(),
                    profile.addElements(),
                    point.latencyMs(),
                    point.intervalMs(),
                    point.energyMj(),
                    kept ? "  on the front" : "");
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("network", point.network());
            row.put("profile", point.profile());
            row.put("multiply_elements", profile.multiplyElements());
            row.put("shift_elements", profile.shiftElements());
            row.put("add_elements", profile.addElements());
            row.put("latency_ms", point.latencyMs());
            row.put("interval_ms", point.intervalMs());
            row.put("energy_mj", point.energyMj());
            row.put("pareto", kept);
            rows.add(row);
        }
        System.out.println("All figures are predicted by an analytical model.");
        if (json != null) {
            JsonOutput.write(json, Map.of("provenance", "predicted", "rows", rows));
        }
        return 0;
    }

    private List<ChunkProfile> profiles(List<LayerShape> layers) {
        return elements == null ? ChunkProfile.forNetwork(layers) : ChunkProfile.ofSize(layers, elements, buffer);
    }

    private Map<String, List<LayerShape>> networks() {
        Map<String, List<LayerShape>> networks = new LinkedHashMap<>();
        for (Path model : models) {
            networks.put(model.getFileName().toString(), ShiftaddNetworks.layers(model));
        }
        if (networks.isEmpty()) {
            for (String encoding : encodings) {
                networks.put(encoding, HybridNetwork.layers(HybridEncoding.parse(encoding), stride, size));
            }
        }
        return networks;
    }
}
