package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.RegionPolicy;
import org.flatgaze.pipeline.models.FilterMismatch;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.demo.RenderedFrames;
import org.flatgaze.runtime.demo.SimulatedEye;
import org.flatgaze.runtime.loop.BackendListener;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.PipelineProcessor;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.SystemTuning;
import org.flatgaze.runtime.os.ThreadSetup;
import org.flatgaze.runtime.publish.TransportException;

/**
 * A bench from beginning to end: render or find the frames, measure the stages alone, warm up, run, report.
 *
 * <p>{@link #run()} once, on one thread; {@link #requestStop()} from any.
 */
public final class BenchRun {

    private final BenchOptions options;
    private final Consumer<String> say;
    private volatile boolean stopping;
    private BackgroundModel background;
    private BackgroundModel.Pair pair;

    /** The thread in {@link #run()}, while an interrupt is the way to stop it; guarded by {@code this}. */
    private Thread interruptible;

    /** @param say hears lines for people; called from several threads */
    public BenchRun(BenchOptions options, Consumer<String> say) {
        this.options = options;
        this.say = say;
    }

    /** Adds a paired run, without and with a model that works in the time that frames leave; paced only. */
    public BenchRun beside(BackgroundModel model) {
        if (options.frameThreads() != FrameThreads.ONE) {
            throw new IllegalArgumentException(
                    "a background model needs the only frame thread: expected FrameThreads.ONE");
        }
        background = model;
        return this;
    }

    /** What the paired run came to, lines for people, each ended; empty without one. */
    public String backgroundText() {
        return pair == null ? "" : pair.text();
    }

    /** What the paired run came to, with the documented keys; empty without one. */
    public Map<String, Object> backgroundJson() {
        return pair == null ? Map.of() : pair.toJson();
    }

    /** How the pipeline is set up: as in the demo, or paced, as in live operation. */
    static PipelineConfig pipelineConfig(BenchOptions options) {
        PipelineConfig config = PipelineConfig.DEFAULT.withNetworks(options.networks());
        return options.mode() == BenchMode.PACED
                ? config.withRegions(RoiSchedule.DEFAULT, RegionPolicy.NEWEST)
                : config;
    }

    /**
     * Measures.
     *
     * @throws InterruptedException if it was stopped before the first run had begun
     * @throws IOException if frames cannot be stored or read
     * @throws ChildException if the broker does not start, or dies
     * @throws TransportException if the broker cannot be reached
     * @throws org.flatgaze.pipeline.models.ModelException if a model is missing or damaged
     * @throws org.flatgaze.accel.AcceleratorException if the accelerator cannot be used
     */
    public BenchReport run() throws IOException, InterruptedException, ChildException, TransportException {
        interruptible(Thread.currentThread());
        Map<String, Object> environment = Environment.here();
        ReferenceDevice device = ReferenceDevice.open();
        AtomicReference<MeteredAccelerator> metered = new AtomicReference<>();
        // The networks first: whoever lacks them should not wait for the rendering to learn that.
        try (PipelineStack stack = PipelineStack.open(
                options.accelerator(),
                options.models(),
                device.filter(),
                pipelineConfig(options),
                options.isSliced() ? RegionMode.SLICED : RegionMode.WORKER,
                inner -> {
                    metered.set(new MeteredAccelerator(inner));
                    return metered.get();
                },
                BackendListener.saying(say))) {
            for (FilterMismatch mismatch : stack.filterMismatches()) {
                say.accept("warning: " + mismatch.message());
            }
            RenderedFrames.Ready frames = frames(device);
            try (FrameCache cache = frames.cache()) {
                return measure(device, stack, metered.get(), cache, environment);
            }
        } finally {
            interruptible(null);
        }
    }

    /** Ends the bench soon; a run under way is reported as far as it came. Any thread. */
    public void requestStop() {
        stopping = true;
        synchronized (this) {
            if (interruptible != null) {
                interruptible.interrupt();
            }
        }
    }

    private synchronized void interruptible(Thread thread) throws InterruptedException {
        interruptible = thread;
        if (thread != null && stopping) {
            throw new InterruptedException();
        }
    }

    private RenderedFrames.Ready frames(ReferenceDevice device) throws IOException, InterruptedException {
        RenderedFrames rendered = new RenderedFrames(
                options.input(),
                SensorFormat.REFERENCE,
                () -> new SimulatedEye(options.input(), device.newOptics()),
                say);
        int threads = Runtime.getRuntime().availableProcessors();
        int step = Math.max(100, options.input().frames() / 10);
        return rendered.openOrRender(options.cache(), threads, (done, total) -> {
            if (done == 1) {
                say.accept("rendering " + total + " frames into " + options.cache() + ", once");
            } else if (done % step == 0) {
                say.accept("rendered " + done + " of " + total);
            }
        });
    }

    private BenchReport measure(
            ReferenceDevice device,
            PipelineStack stack,
            MeteredAccelerator accelerator,
            FrameCache cache,
            Map<String, Object> environment)
            throws IOException, InterruptedException, ChildException, TransportException {
        Map<String, Object> input = input(cache);
        ThreadSetup setup = new ThreadSetup(options.tuning(), SystemTuning.open());
        setup.process();
        List<MeteredProcessor> processors = new ArrayList<>();
        List<PipelineProcessor> plain = new ArrayList<>();
        for (int i = 0; i < RunJob.processors(options.mode()); i++) {
            Runnable place = i < FrameThreads.MOST ? setup.ownCore(i) : setup.leftover();
            plain.add(stack.newProcessor());
            processors.add(new MeteredProcessor(plain.get(i), place));
        }
        Roofline roofline = Roofline.measure(device.filter(), accelerator, stack.models(), say);
        List<Ladder.Rung> ladder = List.of();
        if (options.ladder()) {
            say.accept("climbing the ladder, most of a minute");
            ladder = new Ladder(
                            options,
                            stack,
                            accelerator,
                            device.filter(),
                            cache,
                            processors.subList(0, FrameThreads.MOST))
                    .climb();
        }
        RunJob job = new RunJob(options, stack, accelerator, processors, cache, setup, () -> stopping);
        say.accept("warming up with " + RunJob.warmUpFrames() + " frames, not counted");
        job.warmUp();
        if (options.isSliced()) {
            job.planSlices(plain.getFirst(), say);
        } else if (options.mode() == BenchMode.PACED) {
            job.chooseFrameThreads(plain.getFirst(), say);
        }
        List<Measurement> runs = new ArrayList<>();
        String outletText;
        // Now that it is known which cores the frame threads will have.
        try (Outlet outlet = outlet(stack, setup)) {
            outletText = outlet.description();
            job.rehearse(outlet);
            // From here on the flag stops a run: an interrupt could hit the middle of saying goodbye.
            interruptible(null);
            for (int i = 0; i < options.runs() && !stopping; i++) {
                say.accept(
                        String.format(Locale.ROOT, "run %d of %d: %d frames", i + 1, options.runs(), options.frames()));
                runs.add(job.run(outlet, options.frames()));
            }
            if (background != null && !stopping) {
                runBeside(job, outlet);
            }
        }
        if (runs.isEmpty()) {
            throw new InterruptedException();
        }
        return new BenchReport(
                options, stack.models(), environment, input, outletText, roofline, ladder, runs, setup.outcomes());
    }

    private void runBeside(RunJob job, Outlet outlet) throws IOException, InterruptedException, ChildException {
        say.accept("the same number of frames without and with the background model");
        background.warmUp();
        background.begin();
        job.run(outlet, Math.min(options.frames(), RunJob.warmUpFrames()), background::workUntil);
        Measurement without = job.run(outlet, options.frames());
        background.begin();
        Measurement with = job.run(outlet, options.frames(), background::workUntil);
        pair = background.pair(options.frames(), without, with);
    }

    private Outlet outlet(PipelineStack stack, ThreadSetup setup)
            throws ChildException, TransportException, InterruptedException {
        if (options.outlet().equals(BenchOptions.NO_MQTT)) {
            return new LocalOutlet(setup.shortTurns());
        }
        say.accept("connecting to " + options.broker().orElse("a broker started for the bench"));
        return MqttOutlet.open(options, stack.models(), setup.shortTurns(), say);
    }

    private Map<String, Object> input(FrameCache cache) throws IOException {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("frames", options.input().frames());
        input.put("people", options.input().people());
        input.put("seed", options.input().seed());
        input.put("sha256", sha256(cache.path()));
        return input;
    }

    private static String sha256(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
