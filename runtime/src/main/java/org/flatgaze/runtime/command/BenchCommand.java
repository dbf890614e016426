package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.CacheFolder;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.bench.BackgroundModel;
import org.flatgaze.runtime.bench.Baseline;
import org.flatgaze.runtime.bench.BaselineException;
import org.flatgaze.runtime.bench.BenchMode;
import org.flatgaze.runtime.bench.BenchOptions;
import org.flatgaze.runtime.bench.BenchReport;
import org.flatgaze.runtime.bench.BenchRun;
import org.flatgaze.runtime.bench.LatencyPage;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.demo.DemoSpec;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.Tuning;
import org.flatgaze.runtime.publish.TransportConfig;
import org.flatgaze.runtime.publish.TransportException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze bench}: how fast and how steady the frame path is on this machine. */
@Command(
        name = "bench",
        description = "Measure rate, latency, allocation and missed deadlines of the whole frame path on this machine.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit code 3: a figure is worse than in --baseline, beyond noise.",
            "Example: ./flatgaze bench --model paper --mode throughput --runs 5 --json new.json --baseline old.json",
            "         ./flatgaze bench --mode paced --fps 240 --seconds 600 --pin --html bench.html"
        })
public final class BenchCommand implements Callable<Integer> {

    /** A figure got worse beyond noise. */
    private static final int EXIT_REGRESSION = 3;

    private static final int THROUGHPUT_FRAMES = 4_000;
    private static final double PACED_SECONDS = 30;

    @Option(names = "--model", defaultValue = "paper", description = NetworkNames.DESCRIPTION)
    private String model;

    @Option(
            names = "--segmentation",
            paramLabel = "ID",
            description = "Another segmentation network than the one the gaze network comes with.")
    private String segmentation;

    @Option(
            names = "--mode",
            defaultValue = "throughput",
            description = "throughput: as fast as it goes; paced: like a camera (default ${DEFAULT-VALUE}).")
    private BenchMode mode;

    @Option(names = "--fps", defaultValue = "240", description = "Rate of paced mode (default ${DEFAULT-VALUE}).")
    private double fps;

    @Option(names = "--frames", description = "Frames of a run (default: 4000, or 30 s paced).")
    private Long frames;

    @Option(names = "--seconds", description = "Length of a run in paced mode, instead of --frames.")
    private Double seconds;

    @Option(names = "--runs", defaultValue = "1", description = "Runs; the middle one counts (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the frames (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--input-frames",
            defaultValue = "2000",
            description = "Different frames to play in a loop; 0.4 MB each on disk (default ${DEFAULT-VALUE}).")
    private int inputFrames;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Folder of rendered frames, shared with the demo (default: as there).")
    private Path cache;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of the models (default: the committed ones).")
    private Path models;

    @Option(
            names = "--accelerator",
            paramLabel = "ID",
            defaultValue = "onnx",
            description = "Who runs the networks; see 'accel info' (default ${DEFAULT-VALUE}).")
    private String accelerator;

    @Option(
            names = "--broker",
            paramLabel = "URI",
            description = "Publish to this broker, tcp://host:port (default: one started for the bench).")
    private String broker;

    @Option(names = "--no-mqtt", description = "Publish nothing; samples are taken and thrown away.")
    private boolean noMqtt;

    @Option(names = "--pin", description = "Keep the working threads on cores of their own, with exact timers.")
    private boolean pin;

    @Option(names = "--lock-memory", description = "Keep the memory of the process from being swapped out.")
    private boolean lockMemory;

    @Option(
            names = "--keep-awake",
            description = "Let no core sleep so deeply between frames that it wakes late; costs power.")
    private boolean keepAwake;

    @Option(
            names = "--fifo",
            paramLabel = "PRIO",
            description =
                    "Run the capture, publish and MQTT threads in the real-time class, 1..99, and the frame threads one below.")
    private Integer fifo;

    @Option(
            names = "--roi",
            defaultValue = "auto",
            description =
                    "Where paced mode computes the region of interest: worker (a second core), sliced (between the"
                            + " frames) or auto (default: sliced where there is one core).")
    private RegionMode regions;

    @Option(
            names = "--frame-threads",
            paramLabel = "N",
            defaultValue = "auto",
            description =
                    "Threads that process frames in paced mode: 1, 2 (for frames that take longer than a period) or auto"
                            + " (default: 2 where a frame takes most of a period and there is a second core).")
    private String frameThreads;

    @Option(names = "--ladder", description = "Also measure what each idea buys.")
    private boolean ladder;

    @Option(
            names = "--background",
            paramLabel = "FILE",
            description =
                    "Also run this model on the frame thread in the time that frames leave (paced): an ONNX model or"
                            + " a graph of 'vitcod compile'. Reports its rate, and missed deadlines with it and without.")
    private Path background;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with latencies and the worst 100 ms.")
    private Path html;

    @Option(names = "--baseline", paramLabel = "FILE", description = "Compare with the --json of an earlier bench.")
    private Path baseline;

    @Override
    public Integer call() throws IOException, ChildException {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(html);
        BenchOptions options = options();
        try {
            Baseline before = baseline == null ? null : Baseline.read(baseline);
            if (before != null) {
                before.requireSameJob(options);
            }
            // Before anything slow: whether the models are there at all.
            ModelStore store = ModelStore.open(options.models());
            store.entry(options.networks().gaze());
            store.entry(options.networks().segmentation());
            return measure(options, before);
        } catch (BaselineException | ModelException | AcceleratorException | TransportException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private int measure(BenchOptions options, Baseline before) throws IOException, ChildException, TransportException {
        BenchRun run = new BenchRun(options, line -> System.err.println("bench: " + line));
        BenchReport report;
        try (BackgroundModel model = background == null ? null : openBackground();
                StopSignal _ = StopSignal.listen(run::requestStop)) {
            report = (model == null ? run : run.beside(model)).run();
        } catch (InterruptedException _) {
            System.err.println("bench: stopped before anything was measured");
            return 1;
        }
        System.out.print(report.text() + run.backgroundText());
        Map<String, Object> result = report.toJson();
        if (background != null) {
            result.put("background", run.backgroundJson());
        }
        if (json != null) {
            JsonOutput.write(json, result);
        }
        List<Baseline.Movement> moved = before == null ? List.of() : before.compare(result);
        if (html != null) {
            LatencyPage.write(html, report, moved);
            System.out.println("page          " + html);
        }
        if (before != null && report.complete()) {
            System.out.print(Baseline.text(moved, before.differences(result)));
        }
        return exitCode(report.complete(), moved);
    }

    private BackgroundModel openBackground() {
        try {
            return BackgroundModel.open(background);
        } catch (IOException e) {
            throw new UsageError("cannot read --background " + background + ": " + e, e);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--background " + background + ": " + e.getMessage(), e);
        }
    }

    /** A run that was stopped is no measurement, so it cannot be a regression either. */
    static int exitCode(boolean complete, List<Baseline.Movement> moved) {
        if (!complete) {
            return 1;
        }
        return moved.stream().anyMatch(Baseline.Movement::isWorse) ? EXIT_REGRESSION : 0;
    }

    private BenchOptions options() {
        if (broker != null && noMqtt) {
            throw new UsageError("--broker and --no-mqtt exclude each other; give one of them");
        }
        if (frames != null && seconds != null) {
            throw new UsageError("--frames and --seconds exclude each other; give one of them");
        }
        if (regions != RegionMode.AUTO && mode != BenchMode.PACED) {
            throw new UsageError("--roi needs --mode paced; without a rate frames leave no time");
        }
        FrameThreads chosen = frameThreads();
        if (chosen != FrameThreads.AUTO && mode != BenchMode.PACED) {
            throw new UsageError("--frame-threads needs --mode paced; without a rate there are always two");
        }
        if (chosen == FrameThreads.TWO && (regions == RegionMode.SLICED || background != null)) {
            throw new UsageError("--frame-threads 2 goes neither with --roi sliced nor with --background;"
                    + " both are for one frame thread");
        }
        if (background != null && mode != BenchMode.PACED) {
            throw new UsageError("--background needs --mode paced: otherwise frames leave no time");
        }
        if (seconds != null && mode != BenchMode.PACED) {
            throw new UsageError("--seconds needs --mode paced; give --frames");
        }
        if (seconds != null && !(seconds > 0 && seconds <= 1e6)) {
            throw new UsageError("--seconds " + seconds + ": expected more than 0, at most 1000000");
        }
        if (fifo != null && (fifo < 1 || fifo > 99)) {
            throw new UsageError("--fifo " + fifo + ": expected 1..99");
        }
        try {
            if (broker != null) {
                TransportConfig.of(broker, "check");
            }
            return new BenchOptions(
                    networks(),
                    mode,
                    fps,
                    framesOfARun(),
                    runs,
                    new DemoSpec(inputFrames, DemoSpec.defaultPeople(inputFrames), seed),
                    Installation.models(models),
                    cache == null ? CacheFolder.standard() : cache,
                    accelerator,
                    noMqtt ? BenchOptions.NO_MQTT : broker == null ? BenchOptions.OWN_BROKER : broker,
                    new Tuning(pin, lockMemory, keepAwake, fifo == null ? 0 : fifo),
                    background == null ? chosen : FrameThreads.ONE,
                    chosen.regions(regions).here(),
                    ladder);
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private FrameThreads frameThreads() {
        try {
            return FrameThreads.of(frameThreads);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--frame-threads " + e.getMessage(), e);
        }
    }

    private Networks networks() {
        Networks usual = NetworkNames.of(model);
        return segmentation == null ? usual : usual.withSegmentation(segmentation);
    }

    private long framesOfARun() {
        if (frames != null) {
            return frames;
        }
        if (mode == BenchMode.PACED) {
            return Math.max(1, Math.round((seconds == null ? PACED_SECONDS : seconds) * fps));
        }
        return THROUGHPUT_FRAMES;
    }
}
