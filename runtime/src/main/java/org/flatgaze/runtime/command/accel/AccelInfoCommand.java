package org.flatgaze.runtime.command.accel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.EnergyTable;
import org.flatgaze.accel.cost.Presets;
import org.flatgaze.accel.cost.ProfileFile;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze accel info}: backends of this machine, accelerator profiles, tables of unit energies. */
@Command(
        name = "info",
        description = "Backends of this machine, accelerator profiles and energy tables.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "With --preset it prints that profile as a file to edit and give to 'accel estimate --profile'.",
            "Example: ./flatgaze accel info --preset eyecod-isca22-fit > mine.yaml"
        })
public final class AccelInfoCommand implements Callable<Integer> {

    @Option(names = "--preset", paramLabel = "ID", description = "Print this accelerator profile as YAML.")
    private String preset;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        Map<String, Object> result = new LinkedHashMap<>();
        if (preset != null) {
            AcceleratorProfile profile;
            try {
                profile = Presets.byId(preset);
            } catch (IllegalArgumentException e) {
                throw new UsageError(e.getMessage(), e);
            }
            System.out.print(ProfileFile.text(profile));
            result.put("profile", AccelEstimateReport.profileJson(profile));
        } else {
            result.put("backends", backends());
            result.put("presets", presets());
            result.put("energy_tables", energyTables());
        }
        if (json != null) {
            JsonOutput.write(json, result);
        }
        return 0;
    }

    private static List<Map<String, Object>> backends() {
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.println("backends");
        for (AcceleratorProvider provider : Accelerators.all()) {
            AcceleratorProvider.Probe probe = provider.probe();
            System.out.printf(
                    Locale.ROOT, "  %-12s %-4s %s%n", provider.id(), probe.usable() ? "ok" : "no", probe.detail());
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("id", provider.id());
            row.put("usable", probe.usable());
            row.put("detail", probe.detail());
            rows.add(row);
        }
        return rows;
    }

    private static List<Map<String, Object>> presets() {
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.println("accelerator profiles");
        for (AcceleratorProfile profile : Presets.all()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-18s %d lanes x %d, %.0f MHz; fitted: %s%n  %-18s %s%n",
                    profile.name(),
                    profile.lanes(),
                    profile.macsPerLane(),
                    profile.clockMhz(),
                    profile.fitted().isEmpty() ? "nothing" : String.join(", ", profile.fitted()),
                    "",
                    profile.about());
            rows.add(AccelEstimateReport.profileJson(profile));
        }
        return rows;
    }

    private static List<Map<String, Object>> energyTables() {
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.println("energy tables (pJ per multiply-accumulate, pJ per byte)");
        for (EnergyTable table : EnergyTable.all()) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-20s MAC %.3f, register %.2f, SRAM %.2f / %.2f, wires %.1f, DRAM %.0f; %s%n",
                    table.id(),
                    table.macPicojoules(),
                    table.registerPicojoules(),
                    table.smallSramPicojoules(),
                    table.largeSramPicojoules(),
                    table.wiresPicojoules(),
                    table.dramPicojoules(),
                    table.source());
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("id", table.id());
            row.put("source", table.source());
            rows.add(row);
        }
        return rows;
    }
}
