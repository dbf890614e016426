package org.flatgaze.runtime.shiftadd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.shiftadd.convert.GraphShapes;
import org.flatgaze.accel.shiftadd.convert.ShiftConversion;
import org.flatgaze.accel.shiftadd.convert.ShiftPolicy;
import org.flatgaze.accel.shiftadd.cost.ChunkProfile;
import org.flatgaze.accel.shiftadd.cost.DesignPoint;
import org.flatgaze.accel.shiftadd.cost.LayerShape;
import org.flatgaze.accel.shiftadd.cost.OperationCount;
import org.flatgaze.accel.shiftadd.cost.UnitEnergies;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.runtime.evaluate.EyeRegions;
import org.flatgaze.runtime.evaluate.GazeScore;
import org.flatgaze.runtime.evaluate.InferenceTimer;

/**
 * One gaze network in all its forms, as it was trained and converted, in float32 and in 8 bits: error, arithmetic,
 * predicted cost and measured time of each.
 *
 * @param rows the forms, the original in float32 first
 * @param regions regions each was shown
 * @param checkedRegions regions on which the emulator gave the 8-bit outputs again, bit by bit; 0 without an 8-bit form
 */
public record GazeForms(List<Row> rows, int regions, int checkedRegions) {

    private static final int CHECKED_REGIONS = 20;
    private static final String MULTIPLIERS = "mac-1024";
    private static final String CHUNKS = "chunks-1024";

    /**
     * One form.
     *
     * @param name what it is
     * @param score angular errors
     * @param movedDeg mean angle to the answers of the original in float32
     * @param operations arithmetic of one run
     * @param energies table the arithmetic is priced by
     * @param point predicted on an accelerator of 8-bit elements; null for a form in float32
     * @param cycles predicted cycles of one run on it; 0 for a form in float32
     * @param micros median time of one run on our CPU backend, one thread, forms in turns
     */
    public record Row(
            String name,
            GazeScore score,
            double movedDeg,
            OperationCount operations,
            UnitEnergies energies,
            DesignPoint point,
            long cycles,
            double micros) {}

    public GazeForms {
        rows = List.copyOf(rows);
    }

    /** One form before it is tried. */
    private record Form(
            String name, LayerGraph graph, List<LayerShape> layers, UnitEnergies energies, String profile) {}

    /**
     * Tries all forms.
     *
     * @param graph the network in float32
     * @param int8 the same in 8 bits, or null
     * @throws IllegalArgumentException if the policy does not fit the network
     * @throws ModelException if the emulator and the CPU backend differ about a form in 8 bits
     */
    public static GazeForms of(
            LayerGraph graph, LayerGraph int8, ShiftPolicy policy, Normalisation normalisation, EyeRegions regions) {
        List<Form> forms = new ArrayList<>();
        ShiftConversion converted = ShiftConversion.of(graph, policy);
        add(forms, "float32", graph, converted, 32);
        if (int8 != null) {
            add(forms, "int8", int8, ShiftConversion.of(int8, policy), 8);
        }
        int checked = 0;
        List<Program> programs = new ArrayList<>();
        List<Execution> executions = new ArrayList<>();
        try (Accelerator cpu = Accelerators.byId("cpu").open()) {
            for (Form form : forms) {
                programs.add(compile(cpu, form));
                executions.add(programs.getLast().newExecution());
                checked = form.profile == null ? checked : check(form, executions.getLast(), normalisation, regions);
            }
            return new GazeForms(rows(forms, executions, normalisation, regions), regions.count(), checked);
        } finally {
            executions.forEach(Execution::close);
            programs.forEach(Program::close);
        }
    }

    private static void add(List<Form> forms, String width, LayerGraph graph, ShiftConversion converted, int bits) {
        UnitEnergies energies = UnitEnergies.published(bits);
        List<LayerShape> layers = GraphShapes.of(graph, List.of());
        List<LayerShape> shifted = GraphShapes.of(graph, converted.layers());
        forms.add(new Form("original, " + width, graph, layers, energies, bits == 8 ? MULTIPLIERS : null));
        forms.add(new Form("converted, " + width, converted.graph(), shifted, energies, bits == 8 ? CHUNKS : null));
    }

    private static Program compile(Accelerator accelerator, Form form) {
        return accelerator.compile(
                new ModelSource(form.name, GraphFile.write(form.graph)), CompileOptions.singleThreaded());
    }

    /** Bit for bit against the emulator. */
    private static int check(Form form, Execution fast, Normalisation normalisation, EyeRegions regions) {
        try (Accelerator emulator = Accelerators.byId("emulator").open();
                Program program = compile(emulator, form);
                Execution oracle = program.newExecution()) {
            int count = Math.min(CHECKED_REGIONS, regions.count());
            for (int i = 0; i < count; i++) {
                int region = (int) ((long) i * regions.count() / count);
                regions.show(region, fast, normalisation);
                regions.show(region, oracle, normalisation);
                if (!fast.output(0).equals(oracle.output(0))) {
                    throw new ModelException("the backends cpu and emulator differ about " + form.graph.name() + " ("
                            + form.name + "); please report this");
                }
            }
            return count;
        }
    }

    private static List<Row> rows(
            List<Form> forms, List<Execution> executions, Normalisation normalisation, EyeRegions regions) {
        List<EyeRegions.Answers> answers = executions.stream()
                .map(execution -> regions.answers(execution, normalisation))
                .toList();
        double[] micros = InferenceTimer.micros(executions);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < forms.size(); i++) {
            Form form = forms.get(i);
            DesignPoint point = null;
            long cycles = 0;
            if (form.profile != null) {
                ChunkProfile profile = ChunkProfile.forNetwork(form.layers).stream()
                        .filter(one -> one.name().equals(form.profile))
                        .findFirst()
                        .orElseThrow();
                point = DesignPoint.of(form.name, form.layers, profile, form.energies);
                cycles = Math.round(point.latencyMs() * 1e-3 * profile.clockHz());
            }
            rows.add(new Row(
                    form.name,
                    answers.get(i).score(),
                    answers.get(i).movedDeg(answers.getFirst()),
                    OperationCount.of(form.layers),
                    form.energies,
                    point,
                    cycles,
                    micros[i]));
        }
        return rows;
    }

    /** The forms as lines for people. */
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-20s %8s %8s %8s %8s %8s %8s %8s %9s %9s %9s %9s%n%-20s %8s %8s %8s %8s %8s %8s %8s %9s %9s %9s %9s%n",
                "",
                "visual",
                "p95",
                "optical",
                "moved",
                "multiply",
                "shift",
                "add",
                "arithm.",
                "cycles",
                "energy",
                "time",
                "",
                "deg",
                "deg",
                "deg",
                "deg",
                "M",
                "M",
                "M",
                "uJ",
                "",
                "uJ",
                "us"));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-20s %8.3f %8.3f %8.3f %8.3f %8.2f %8.2f %8.2f %9.2f %9s %9s %9.0f%n",
                    row.name,
                    row.score.meanDeg(),
                    row.score.p95Deg(),
                    row.score.opticalDeg(),
                    row.movedDeg,
                    row.operations.multiplications() * 1e-6,
                    row.operations.shifts() * 1e-6,
                    row.operations.additions() * 1e-6,
                    row.operations.energyMicrojoules(row.energies),
                    row.point == null ? "-" : row.cycles,
                    row.point == null ? "-" : String.format(Locale.ROOT, "%.1f", row.point.energyMj() * 1e3),
                    row.micros));
        }
        text.append(String.format(
                Locale.ROOT,
                "%d regions. Predicted: arithmetic by %s (float32) and %s (int8), no memory; cycles and energy with memory"
                        + " on %s (original) and on the same area divided into chunks (converted). Measured: errors, and"
                        + " time on our CPU backend, one thread, in turns.%n",
                regions,
                UnitEnergies.published(32).name(),
                UnitEnergies.published(8).name(),
                MULTIPLIERS));
        text.append(
                checkedRegions == 0
                        ? "int8: no ranges beside the model; make them: flatgaze accel quantize\n"
                        : "int8: the emulator gave the same bits on " + checkedRegions + " regions, for both forms\n");
        return text.toString();
    }

    /** The forms with the documented keys. */
    public Map<String, Object> toJson() {
        List<Map<String, Object>> forms = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> form = new LinkedHashMap<>();
            form.put("name", row.name);
            form.putAll(row.score.toJson());
            form.put("moved_deg", Double.isFinite(row.movedDeg) ? row.movedDeg : null);
            form.put("multiplications", row.operations.multiplications());
            form.put("shifts", row.operations.shifts());
            form.put("additions", row.operations.additions());
            form.put("energy_table", row.energies.name());
            form.put("arithmetic_uj_predicted", row.operations.energyMicrojoules(row.energies));
            form.put("profile", row.point == null ? null : row.point.profile());
            form.put("cycles_predicted", row.point == null ? null : row.cycles);
            form.put("energy_mj_predicted", row.point == null ? null : row.point.energyMj());
            form.put("us", row.micros);
            forms.add(form);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("regions", regions);
        json.put("int8_checked_regions", checkedRegions);
        json.put("rows", forms);
        return json;
    }
}
