package org.flatgaze.runtime.command.calibrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.GazeMapFit;
import org.flatgaze.calibration.gaze.GazeProfiles;
import org.flatgaze.calibration.gaze.GazeRefusedException;
import org.flatgaze.calibration.gaze.GazeStudy;
import org.flatgaze.calibration.gaze.GazeTracker;
import org.flatgaze.calibration.gaze.GazeValidation;
import org.flatgaze.calibration.gaze.SampleFile;
import org.flatgaze.calibration.gaze.SyntheticTracker;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.NetworkNames;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze calibrate gaze}: a user's map from recorded targets, or what a calibration gains over simulated people. */
@Command(
        name = "gaze",
        description = "Fit a user's gaze map and validate it on other targets; or simulate people who are calibrated.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: ./flatgaze calibrate gaze --simulate --people 50 --points 5 --json result.json",
            "         ./flatgaze calibrate gaze --samples ada-5.csv --validate ada-8.csv --profiles profiles --name ada"
        })
public final class CalibrateGazeCommand implements Callable<Integer> {

    /** Where the samples come from: exactly one. */
    static final class Source {
        @Option(names = "--simulate", description = "Calibrate simulated people with the real pipeline.")
        private boolean simulate;

        @Option(names = "--samples", paramLabel = "CSV", description = "Recorded calibration targets of one user.")
        private Path samples;
    }

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(names = "--people", defaultValue = "50", description = "Simulated people (default ${DEFAULT-VALUE}).")
    private int people;

    @Option(names = "--points", defaultValue = "5", description = "Targets: 1, 5, 9 or 13 (default ${DEFAULT-VALUE}).")
    private int points;

    @Option(names = "--seed", defaultValue = "1", description = "Which people (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            defaultValue = "6",
            description = "Frames a second that are rendered (default ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--synthetic", description = "Simulate estimates instead of pictures: quick, needs no networks.")
    private boolean synthetic;

    @Option(names = "--model", defaultValue = "fbnet-c100", description = "Gaze network (default ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Folder of the networks (default: the committed ones).")
    private Path models;

    @Option(names = "--calibration", paramLabel = "NPZ", description = "Camera calibration (default: the exact one).")
    private Path calibration;

    @Option(
            names = "--validate",
            paramLabel = "CSV",
            description = "Recorded validation targets, none of them used to fit.")
    private Path validate;

    @Option(names = "--profiles", paramLabel = "DIR", description = "Keep the map here as a new version.")
    private Path profiles;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the profile.")
    private String name;

    @Option(
            names = "--device",
            paramLabel = "ID",
            defaultValue = "reference",
            description = "Device the samples are of.")
    private String device;

    @Option(names = "--threads", description = "Threads (default: one a core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        JsonOutput.checkWritable(json);
        long begun = System.nanoTime();
        Map<String, Object> facts;
        try {
            facts = source.simulate ? simulate() : recorded();
        } catch (GazeRefusedException e) {
            throw new UsageError("refused: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
        facts.put("seconds", (System.nanoTime() - begun) * 1e-9);
        if (json != null) {
            JsonOutput.write(json, facts);
        }
        facts.forEach((key, value) -> {
            if (value instanceof Number number) {
                System.out.printf(Locale.ROOT, "%-22s %.4g%n", key, number.doubleValue());
            } else if (!(value instanceof List)) {
                System.out.printf(Locale.ROOT, "%-22s %s%n", key, value);
            }
        });
        return 0;
    }

    private Map<String, Object> simulate() throws IOException {
        GazeStudy study = new GazeStudy(people, points, rate, seed);
        List<PipelineTracker> opened = new ArrayList<>();
        try {
            Supplier<GazeTracker> trackers = synthetic ? () -> new SyntheticTracker(seed) : pipelines(opened);
            Map<String, Object> facts = GazeStudy.facts(study.run(trackers, threads, done -> {
                if (done % 5 == 0 || done == people) {
                    System.err.printf(Locale.ROOT, "calibrate: %d of %d people%n", done, people);
                }
            }));
            facts.put("people_lost", people - (int) facts.get("people"));
            facts.put("points", points);
            facts.put("estimates", synthetic ? "synthetic" : model);
            return facts;
        } finally {
            opened.forEach(PipelineTracker::close);
        }
    }

    private Supplier<GazeTracker> pipelines(List<PipelineTracker> opened) throws IOException {
        Path folder = Installation.models(models);
        ReferenceDevice reference = ReferenceDevice.open();
        try {
            ModelStore.open(folder).entry(model);
        } catch (ModelException e) {
            throw new UsageError(e.getMessage() + "; --synthetic simulates without networks", e);
        }
        SeparableFilter filter = reference.filter();
        if (calibration != null) {
            try {
                filter = SeparableFilter.framePath(FlatCamModels.load(calibration));
            } catch (IOException e) {
                throw new UsageError(e.getMessage(), e);
            }
        }
        SeparableFilter used = filter;
        FlatCamOptics optics = reference.newOptics();
        return () -> {
            synchronized (opened) {
                try {
                    PipelineTracker tracker =
                            new PipelineTracker(folder, NetworkNames.of(model), used, optics.newInstance(), seed);
                    opened.add(tracker);
                    return tracker;
                } catch (AcceleratorException | ModelException e) {
                    throw new UsageError(e.getMessage(), e);
                }
            }
        };
    }

    private Map<String, Object> recorded() throws IOException {
        if (profiles != null && name == null) {
            throw new UsageError("--profiles needs --name: whose profile this is");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        GazeMapFit.Result fit;
        try {
            fit = GazeMapFit.fit(SampleFile.read(source.samples), GazeMap.Kind.QUADRATIC);
            facts.put("map", fit.map().kind().name().toLowerCase(Locale.ROOT));
            facts.put("targets", fit.targets().size());
            facts.put(
                    "fit_targets",
                    fit.targets().stream()
                            .map(target -> List.of(target.yawDeg(), target.pitchDeg()))
                            .toList());
            facts.put("dropped", fit.dropped());
            facts.put("residual_deg", fit.residualDeg());
            if (validate != null) {
                var targets = SampleFile.read(validate);
                GazeValidation before = GazeValidation.of(null, targets, fit.targets());
                GazeValidation after = GazeValidation.of(fit.map(), targets, fit.targets());
                facts.put("before_deg", before.accuracyDeg());
                facts.put("after_deg", after.accuracyDeg());
                facts.putAll(after.facts());
            }
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        if (profiles != null) {
            GazeProfiles.Profile saved = new GazeProfiles(profiles).save(name, device, fit.map(), facts);
            facts.put("profile", saved.id());
        }
        return facts;
    }
}
