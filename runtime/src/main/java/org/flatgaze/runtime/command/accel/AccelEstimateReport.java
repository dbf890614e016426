package org.flatgaze.runtime.command.accel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.BindingLimit;
import org.flatgaze.accel.cost.CycleModel;
import org.flatgaze.accel.cost.EnergyModel;
import org.flatgaze.accel.cost.EnergyTable;
import org.flatgaze.accel.cost.LayerCost;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.NetworkCost;
import org.flatgaze.accel.cost.Presets;
import org.flatgaze.accel.cost.ProfileFile;
import org.flatgaze.accel.schedule.Ablation;
import org.flatgaze.accel.schedule.AblationRow;
import org.flatgaze.accel.schedule.PlanAccount;
import org.flatgaze.accel.schedule.PlanKind;
import org.flatgaze.accel.schedule.SchedulePlan;
import org.flatgaze.accel.schedule.Spread;

/** What {@code accel estimate} prints and writes: published, predicted and fitted kept apart. */
final class AccelEstimateReport {

    private final AcceleratorProfile profile;
    private final AcceleratorProfile base;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Object> json = new LinkedHashMap<>();

    /** @param base the profile before {@code changes}, or null if nothing was changed */
    AccelEstimateReport(AcceleratorProfile profile, AcceleratorProfile base, Map<String, Object> changes) {
        this.profile = profile;
        this.base = base;
        line("profile %s: %s", profile.name(), profile.about());
        line("  %d lanes x %d multipliers, %.0f MHz", profile.lanes(), profile.macsPerLane(), profile.clockMhz());
        line("  fitted to published results: %s", named(profile, profile.fitted()));
        line("  assumed: %s", named(profile, profile.assumed()));
        if (base != null) {
            line("  changed: %s; power is taken as constant, which a larger array would not keep", changes);
        }
        json.put("profile", profileJson(profile));
        json.put("fitted", profile.fitted());
        json.put("assumed", profile.assumed());
        json.put("changed", changes);
    }

    /** The five published rows beside the model's, and the ideal preset's for comparison. */
    void ablation() {
        List<AblationRow> rows = Ablation.of(profile);
        List<AblationRow> ideal = Ablation.of(Presets.byId(Presets.IDEAL));
        List<AblationRow> before = base == null ? List.of() : Ablation.of(base);
        line("");
        line(
                "%-28s %10s %10s %8s %12s %10s %12s %10s%s",
                "FPS, cumulative features",
                "published",
                "predicted",
                "error",
                "cycles",
                "mJ (P x t)",
                "worst frame",
                "[ideal]",
                base == null ? "" : "  [unchanged]");
        List<Map<String, Object>> written = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            AblationRow row = rows.get(i);
            double worstMillis = profile.millis(row.plan().account().worstCycles());
            line(
                    "%-28s %10.2f %10.2f %+7.2f%% %12.0f %10.3f %9.2f ms %10.2f%s",
                    row.published().system(),
                    row.published().fps(),
                    row.fps(),
                    row.errorPercent(),
                    row.cycles(),
                    row.energyMillijoules(),
                    worstMillis,
                    ideal.get(i).fps(),
                    base == null
                            ? ""
                            : String.format(
                                    Locale.ROOT, "  %10.2f", before.get(i).fps()));
            Map<String, Object> entry = row(row.published().system(), row.fps(), row.cycles(), row.energyMillijoules());
            entry.put("paper_fps", row.published().fps());
            entry.put("error_percent", row.errorPercent());
            entry.put("worst_frame_ms", worstMillis);
            entry.put("depthwise_share", row.depthWiseShare());
            entry.put("ideal_fps", ideal.get(i).fps());
            if (base != null) {
                entry.put("unchanged_fps", before.get(i).fps());
            }
            written.add(entry);
        }
        json.put("rows", written);
        line(
                "average accounting; depth-wise layers take %.1f %% of the predict-then-focus frame (published: 34 %%)",
                100 * rows.get(1).depthWiseShare());
        if (base == null && profile.name().equals(Presets.EYECOD_FIT)) {
            line("rows 2 to 4 were used for the fit, the workload of row 1 was chosen from eight candidates, row 5 is a"
                    + " prediction");
        }
        line("the ideal column has the same lanes and clock with nothing fitted: it is not what was published");
    }

    /** The three ways of sharing the array, without published figures. */
    void plans(List<SchedulePlan> plans, List<SchedulePlan> before) {
        line("");
        line("%-28s %10s %12s %10s%s", "plan", "FPS", "cycles", "mJ (P x t)", before.isEmpty() ? "" : "  [unchanged]");
        List<Map<String, Object>> written = new ArrayList<>();
        for (int i = 0; i < plans.size(); i++) {
            SchedulePlan plan = plans.get(i);
            PlanAccount account = plan.account();
            double millijoules = EnergyModel.powerTimesTime(profile, account.averageCycles());
            Double unchanged = before.stream()
                    .filter(other -> other.kind() == plan.kind())
                    .map(other -> other.account().averageFps())
                    .findFirst()
                    .orElse(null);
            line(
                    "%-28s %10.2f %12.0f %10.3f%s",
                    plan.kind().label(),
                    account.averageFps(),
                    account.averageCycles(),
                    millijoules,
                    unchanged == null
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "  %10.2f (%+.1f %%)",
                                    unchanged,
                                    100 * (account.averageFps() / unchanged - 1)));
            Map<String, Object> entry =
                    row(plan.kind().label(), account.averageFps(), account.averageCycles(), millijoules);
            entry.put("paper_fps", null);
            if (unchanged != null) {
                entry.put("unchanged_fps", unchanged);
            }
            written.add(entry);
        }
        json.put("rows", written);
    }

    /** Average, worst frame, deadline and age of the region, plan by plan; what gaze waits for; what does not fit. */
    void sharing(List<SchedulePlan> plans, double deadlineFps) {
        line("");
        line(
                "%-28s %10s %12s %22s %16s",
                "sharing", "FPS", "worst frame", "lost at " + Math.round(deadlineFps) + "/s", "region age");
        List<Map<String, Object>> written = new ArrayList<>();
        for (SchedulePlan plan : plans) {
            PlanAccount account = plan.account(deadlineFps);
            double worstMillis = profile.millis(account.worstCycles());
            line(
                    "%-28s %10.2f %9.2f ms %12d of %d %16d",
                    plan.kind().label()
                            + (plan.kind() == PlanKind.PARTIAL && plan.spread() == Spread.ASAP ? " (asap)" : ""),
                    account.averageFps(),
                    worstMillis,
                    account.missedPerPeriod(),
                    plan.frames().size(),
                    account.resultAgeFrames());
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("plan", plan.kind().label());
            entry.put("fps", account.averageFps());
            entry.put("worst_frame_ms", worstMillis);
            entry.put("lost_per_period", account.missedPerPeriod());
            entry.put("region_ready_after_frame", account.resultFrame());
            entry.put("region_age_max_frames", account.resultAgeFrames());
            written.add(entry);
        }
        json.put("sharing", written);
        SchedulePlan last = plans.getLast();
        NetworkCost gaze = new CycleModel(profile).cost(last.foreground());
        line(
                "%s alone: %d cycles, %.1f %% of the multipliers used; waits: %s",
                gaze.table().name(), gaze.cycles(), 100 * gaze.utilisation(), limits(gaze));
        spill(last.background());
    }

    private void spill(LayerTable table) {
        NetworkCost cost = new CycleModel(profile).cost(table);
        long bytes = cost.layers().stream().mapToLong(LayerCost::spillBytes).sum();
        int stripes = cost.layers().stream()
                .mapToInt(layer -> layer.partition().stripes())
                .max()
                .orElse(1);
        json.put("background_spill_bytes", bytes);
        json.put("background_stripes_max", stripes);
        if (bytes > 0) {
            line(
                    "%s does not fit the activation buffers: up to %d stripes a layer, %.1f MB cross the chip's edge a run%s",
                    table.name(),
                    stripes,
                    bytes * 1e-6,
                    profile.spillBytesPerCycle() > 0 ? "" : " (spillBytesPerCycle=0: not timed)");
        }
    }

    /** Counted energy, apart from power times time. */
    void energy(SchedulePlan plan, List<EnergyTable> tables) {
        CycleModel model = new CycleModel(profile);
        NetworkCost foreground = model.cost(plan.foreground());
        NetworkCost background = model.cost(plan.background());
        double share = 1.0 / plan.frames().size();
        line("");
        line("energy a frame of the partial plan, two ways that do not add up (no leakage and clock in the second):");
        double measured = EnergyModel.powerTimesTime(profile, plan.account().averageCycles());
        line("  %-28s %.3f mJ (%.2f mW)", "power x time", measured, profile.powerMilliwatts());
        List<Map<String, Object>> written = new ArrayList<>();
        for (EnergyTable table : tables) {
            EnergyModel.Counted counted = EnergyModel.counted(foreground, table)
                    .plus(EnergyModel.counted(background, table).times(share));
            line(
                    "  %-28s %.3f mJ on chip (MAC %.3f, registers %.3f, activations %.3f, weights %.3f, outputs %.3f)"
                            + " + %.3f weight stream + %.3f spill over a DRAM-class interface",
                    table.id(),
                    counted.onChip(),
                    counted.mac(),
                    counted.registers(),
                    counted.activations(),
                    counted.weights(),
                    counted.outputs(),
                    counted.weightStream(),
                    counted.spill());
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("table", table.id());
            entry.put("on_chip_mj", counted.onChip());
            entry.put("weight_stream_mj", counted.weightStream());
            entry.put("spill_mj", counted.spill());
            written.add(entry);
        }
        json.put("energy_power_time_mj", measured);
        json.put("energy_counted", written);
    }

    /** One line a layer. */
    void layers(LayerTable table) {
        NetworkCost cost = new CycleModel(profile).cost(table);
        line("");
        line(
                "%-12s %-10s %10s %10s %10s %10s %6s  %s",
                "layer", "kind", "cycles", "compute", "port", "weights", "lanes", "waits for");
        List<Map<String, Object>> written = new ArrayList<>();
        for (LayerCost layer : cost.layers()) {
            if (layer.cycles() == 0) {
                continue;
            }
            line(
                    "%-12s %-10s %10d %10d %10d %10d %6d  %s",
                    layer.layer().id(),
                    layer.layer().kind().tableName(),
                    layer.cycles(),
                    layer.computeCycles(),
                    layer.activationCycles(),
                    layer.weightCycles(),
                    layer.lanesBusy(),
                    layer.limit().label());
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("id", layer.layer().id());
            entry.put("kind", layer.layer().kind().tableName());
            entry.put("cycles", layer.cycles());
            entry.put("compute_cycles", layer.computeCycles());
            entry.put("activation_cycles", layer.activationCycles());
            entry.put("weight_cycles", layer.weightCycles());
            entry.put("lanes", layer.lanesBusy());
            entry.put("limit", layer.limit().label());
            written.add(entry);
        }
        json.put("layers", written);
    }

    String text() {
        return text.toString();
    }

    Map<String, Object> toJson() {
        return json;
    }

    static Map<String, Object> profileJson(AcceleratorProfile profile) {
        return ProfileFile.values(profile);
    }

    private static Map<String, Object> row(String name, double fps, double cycles, double millijoules) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("fps", fps);
        entry.put("cycles", cycles);
        entry.put("energy_mj", millijoules);
        return entry;
    }

    private static String limits(NetworkCost cost) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<BindingLimit, Long> entry : cost.cyclesByLimit().entrySet()) {
            parts.add(String.format(
                    Locale.ROOT, "%s %.1f %%", entry.getKey().label(), 100.0 * entry.getValue() / cost.cycles()));
        }
        return String.join(", ", parts);
    }

    private static String named(AcceleratorProfile profile, List<String> parameters) {
        if (parameters.isEmpty()) {
            return "nothing";
        }
        Map<String, Object> values = ProfileFile.flatValues(profile);
        return String.join(
                ", ",
                parameters.stream().map(name -> name + "=" + values.get(name)).toList());
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for one private method
    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
