package org.flatgaze.runtime.command.accel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.EnergyTable;
import org.flatgaze.accel.cost.GraphTable;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.LayerTableFile;
import org.flatgaze.accel.cost.Presets;
import org.flatgaze.accel.cost.ProfileFile;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.schedule.PlanKind;
import org.flatgaze.accel.schedule.SchedulePlan;
import org.flatgaze.accel.schedule.Spread;
import org.flatgaze.accel.schedule.TimeMultiplexer;
import org.flatgaze.accel.schedule.TimelinePage;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze accel estimate}: predicted cycles, frames per second and energy, beside the published figures. */
@Command(
        name = "estimate",
        description = "Predict cycles, frames per second and energy of gaze and segmentation on one array.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every number is predicted unless it says published; fitted parameters are named as fitted.",
            "Examples: ./flatgaze accel estimate --preset eyecod-isca22-fit --ablation --timeline lanes.html",
            "          ./flatgaze accel estimate --what-if lanes=256,weightBytesPerCycle=8"
        })
public final class AccelEstimateCommand implements Callable<Integer> {

    @ArgGroup(exclusive = true)
    private ProfileChoice choice = new ProfileChoice();

    @Option(names = "--what-if", paramLabel = "NAME=VALUE,...", description = "Change parameters of the profile.")
    private String whatIf;

    @Option(names = "--ablation", description = "The five published rows from one parameter set.")
    private boolean ablation;

    @Option(names = "--timeline", paramLabel = "F.html", description = "Draw lanes over time as a web page.")
    private Path timeline;

    @Option(names = "--schedule", paramLabel = "F.txt", description = "Write the partial plan slot by slot.")
    private Path schedule;

    @Option(names = "--layers", description = "Also print the cost of every gaze layer.")
    private boolean layers;

    @Option(
            names = "--spread",
            defaultValue = "even",
            description = "Partial plan: even (as published) or asap (freshest region); default ${DEFAULT-VALUE}.")
    private Spread spread;

    @Option(
            names = "--deadline-fps",
            defaultValue = "240",
            paramLabel = "FPS",
            description = "Frame rate for the deadline accounting (default ${DEFAULT-VALUE}).")
    private double deadlineFps;

    @Option(
            names = "--gaze",
            paramLabel = "F",
            description = "Per-frame network: ONNX model or JSON layer table (default: FBNet-C100).")
    private Path gazeTable;

    @Option(
            names = "--segmentation",
            paramLabel = "F",
            description = "Periodic network: ONNX model or JSON layer table (default: RITNet).")
    private Path segmentationTable;

    @Option(
            names = "--energy-table",
            paramLabel = "ID",
            description = "Unit energies of the counted energy (default: all tables).")
    private String energyTable;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    /** Where the profile comes from. */
    static final class ProfileChoice {
        @Option(names = "--preset", paramLabel = "ID", description = "A shipped profile (default: eyecod-isca22-fit).")
        private String preset;

        @Option(names = "--profile", paramLabel = "F.yaml", description = "A profile file; see 'accel info --preset'.")
        private Path profile;

        /**
         * The chosen profile.
         *
         * @throws IllegalArgumentException if there is none of that name, or its numbers are impossible
         */
        AcceleratorProfile read() throws IOException {
            return profile != null
                    ? ProfileFile.read(profile)
                    : Presets.byId(preset == null ? Presets.EYECOD_FIT : preset);
        }
    }

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(timeline);
        JsonOutput.checkWritable(schedule);
        try {
            estimate();
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
        return 0;
    }

    private void estimate() throws IOException {
        if (!(deadlineFps > 0 && deadlineFps <= 1e6)) {
            throw new UsageError("--deadline-fps=" + deadlineFps + ": expected more than 0 and at most 1000000");
        }
        if (ablation && (gazeTable != null || segmentationTable != null)) {
            throw new UsageError("--ablation is about the published networks; drop --gaze and --segmentation");
        }
        AcceleratorProfile base = choice.read();
        Map<String, Object> changes = whatIf == null ? Map.of() : ProfileFile.parseChanges(whatIf);
        AcceleratorProfile profile = changes.isEmpty() ? base : ProfileFile.whatIf(base, changes);
        List<EnergyTable> tables = energyTable == null ? EnergyTable.all() : List.of(EnergyTable.byId(energyTable));

        AccelEstimateReport report = new AccelEstimateReport(profile, changes.isEmpty() ? null : base, changes);
        LayerTable gaze = table(gazeTable, profile.workload().gaze(profile.reconstruction()));
        LayerTable segmentation = table(segmentationTable, profile.workload().segmentation(profile.reconstruction()));
        List<SchedulePlan> plans = plans(profile, gaze, segmentation);
        if (ablation) {
            report.ablation();
        } else {
            LayerTable baseGaze = table(gazeTable, base.workload().gaze(base.reconstruction()));
            LayerTable baseSegmentation =
                    table(segmentationTable, base.workload().segmentation(base.reconstruction()));
            report.plans(plans, changes.isEmpty() ? List.of() : plans(base, baseGaze, baseSegmentation));
        }
        report.sharing(plans, deadlineFps);
        report.energy(plans.getLast(), tables);
        if (layers) {
            report.layers(gaze);
        }
        System.out.print(report.text());
        if (timeline != null) {
            Files.writeString(timeline, TimelinePage.of(plans));
        }
        if (schedule != null) {
            Files.writeString(schedule, plans.getLast().toText());
        }
        if (json != null) {
            JsonOutput.write(json, report.toJson());
        }
    }

    private static LayerTable table(Path file, LayerTable otherwise) throws IOException {
        if (file == null) {
            return otherwise;
        }
        if (!file.toString().endsWith(".onnx")) {
            return LayerTableFile.read(file);
        }
        try {
            return GraphTable.of(OnnxImport.read(ModelSource.read(file)));
        } catch (NoSuchFileException e) {
            throw new UsageError(file + ": no such file; name an ONNX model or a JSON layer table", e);
        } catch (AcceleratorException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    /** The plans that are possible on this array, the partial one last. */
    private List<SchedulePlan> plans(AcceleratorProfile profile, LayerTable gaze, LayerTable segmentation) {
        TimeMultiplexer multiplexer = new TimeMultiplexer(profile);
        int period = profile.workload().periodFrames();
        List<SchedulePlan> plans = new ArrayList<>();
        for (PlanKind kind : PlanKind.values()) {
            if (kind != PlanKind.CONCURRENT || profile.lendBlockLanes() < profile.lanes()) {
                plans.add(multiplexer.plan(kind, spread, gaze, segmentation, period));
            }
        }
        return plans;
    }
}
