package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.ReplayFrameSource;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.runtime.bench.Times.Percentiles;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.loop.FrameProcessor;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.RegionTimes;
import org.flatgaze.runtime.os.ThreadSetup;

/** Does one run after the other with the same pipelines. The bench's thread. */
final class RunJob {

    /** Frames until everything is compiled: the JIT's last step comes after thousands of calls of the inner loops. */
    private static final int WARM_UP_FRAMES = 1_200;

    /** Frames of the warm-up that go the way of a run, to the outlet. */
    private static final int REHEARSAL_FRAMES = 480;

    /** Frames that are kept one by one: an hour at 240 frames/s, some 50 MB; less is allocated for a shorter run. */
    private static final int KEPT_MOST = 900_000;

    private static final long DRAIN_NANOS = 10_000_000_000L;
    private static final long LOOK_MILLIS = 5;

    private final BenchOptions options;
    private final PipelineStack stack;
    private final MeteredAccelerator accelerator;
    private final List<MeteredProcessor> processors;
    private final FrameCache cache;
    private final ThreadSetup setup;
    private final BooleanSupplier stop;
    private Optional<SoftwareSlices> plan = Optional.empty();

    RunJob(
            BenchOptions options,
            PipelineStack stack,
            MeteredAccelerator accelerator,
            List<MeteredProcessor> processors,
            FrameCache cache,
            ThreadSetup setup,
            BooleanSupplier stop) {
        this.options = options;
        this.stack = stack;
        this.accelerator = accelerator;
        this.processors = processors;
        this.cache = cache;
        this.setup = setup;
        this.stop = stop;
    }

    /** Processors for so many frame threads and, paced, for the region behind them. */
    static int processors(BenchMode mode) {
        return FrameThreads.MOST + (mode == BenchMode.PACED ? 1 : 0);
    }

    /** Frames of a warm-up. */
    static int warmUpFrames() {
        return WARM_UP_FRAMES + REHEARSAL_FRAMES;
    }

    /** Runs everything until it is compiled: code that is not yet compiled is slow and boxes its vectors. */
    void warmUp() throws IOException, InterruptedException, ChildException {
        // At full speed: at a rate the machine does not hold yet, hardly a frame would be processed.
        BenchSource source = new BenchSource(ReplayFrameSource.of(cache, 0, true), WARM_UP_FRAMES, stop, () -> {});
        GazeSample sample = new GazeSample();
        try (BenchLoop loop = BenchLoop.throughput(source, alternating(), stack.tracker()::admit)) {
            loop.start();
            while (!loop.isFinished()) {
                if (!loop.poll(sample)) {
                    loop.awaitSample(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            failIfBroken(loop);
            loop.end();
        }
    }

    /** Those that take turns where every frame is processed. */
    private List<MeteredProcessor> alternating() {
        return processors.subList(0, FrameThreads.MOST);
    }

    /**
     * Decides how many threads process frames in the paced runs that follow; on the bench's thread, after the warm-up.
     *
     * @param processor what is inside the first of the processors
     */
    void chooseFrameThreads(FrameProcessor processor, Consumer<String> say) {
        setup.frameThreads(
                options.frameThreads().choose(processor, firstFrame(), options.regions(), options.periodNanos(), say));
    }

    private SensorFrame firstFrame() {
        SensorFrame frame = new SensorFrame(cache.format());
        cache.read(0, frame);
        frame.stamp(0, System.nanoTime(), 0);
        return frame;
    }

    /**
     * Cuts the computation of a region into slices for the runs that follow; on the bench's thread, after the warm-up.
     *
     * @param processor what is inside the first of the processors
     */
    void planSlices(FrameProcessor processor, Consumer<String> say) {
        RegionTimes times = RegionTimes.measure(processor, firstFrame(), NanoClock.SYSTEM);
        SoftwareSlices slices = times.plan(options.periodNanos(), RoiSchedule.DEFAULT.period());
        say.accept(times.text(slices, options.periodNanos()));
        plan = Optional.of(slices);
    }

    /** A short run that is not counted, the way the others go. */
    void rehearse(Outlet outlet) throws IOException, InterruptedException, ChildException {
        run(outlet, REHEARSAL_FRAMES);
    }

    /** One run of so many frames, or fewer when asked to stop. */
    Measurement run(Outlet outlet, long frames) throws IOException, InterruptedException, ChildException {
        return run(outlet, frames, nextFrameNanos -> {});
    }

    /** The same with something to do on the frame thread until the next frame is due. */
    Measurement run(Outlet outlet, long frames, LongConsumer spare)
            throws IOException, InterruptedException, ChildException {
        boolean paced = options.mode() == BenchMode.PACED;
        if (!paced) {
            // Paced, the region of the warm-up stays: what is measured is a device that has been running.
            stack.tracker().reset();
        }
        long early = stack.earlyRegions();
        accelerator.begin();
        processors.forEach(MeteredProcessor::begin);
        long period = options.periodNanos();
        RunRecorder recorder = new RunRecorder(period, (int) Math.min(frames, KEPT_MOST));
        BenchSource source = new BenchSource(
                ReplayFrameSource.of(cache, paced ? options.framesPerSecond() : 0, true),
                frames,
                stop,
                paced ? setup.shortTurns() : () -> {});
        System.gc(); // a run should pay for its own garbage alone
        IdleTimer idle = new IdleTimer(setup.idleTimers());
        try (SafepointLog safepoints = new SafepointLog();
                BenchLoop loop = paced
                        ? BenchLoop.paced(
                                source,
                                processors.subList(0, setup.frameThreads()),
                                processors.getLast(),
                                plan,
                                period,
                                outlet::wake,
                                spare)
                        : BenchLoop.throughput(source, alternating(), stack.tracker()::admit)) {
            ProcessMeter meter = new ProcessMeter();
            idle.start();
            outlet.begin(loop, recorder);
            loop.start();
            MemoryTrend memory = new MemoryTrend(System.nanoTime());
            await(loop, outlet, recorder, memory);
            ProcessMeter.Use use = meter.use();
            long dropped = outlet.dropped();
            outlet.end();
            idle.end();
            loop.end();
            return measurement(
                    frames,
                    source,
                    loop.drops(),
                    loop.regions(),
                    stack.earlyRegions() - early,
                    dropped,
                    recorder,
                    idle,
                    use,
                    safepoints.end(),
                    memory);
        } finally {
            idle.requestStop();
        }
    }

    private void await(BenchLoop loop, Outlet outlet, RunRecorder recorder, MemoryTrend memory)
            throws InterruptedException, ChildException {
        try (memory) {
            while (!loop.isFinished()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                outlet.failIfDead();
                memory.look(System.nanoTime());
            }
        }
        failIfBroken(loop);
        long deadline = System.nanoTime() + DRAIN_NANOS;
        while (recorder.frames() + outlet.dropped() < outlet.taken() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static void failIfBroken(BenchLoop loop) {
        if (loop.failure() != null) {
            throw new IllegalStateException("the run broke: " + loop.failure().getMessage(), loop.failure());
        }
    }

    private Measurement measurement(
            long asked,
            BenchSource source,
            Map<String, Long> drops,
            Map<String, Long> regionFigures,
            long early,
            long droppedAtOutlet,
            RunRecorder recorder,
            IdleTimer idle,
            ProcessMeter.Use use,
            SafepointLog.Pauses safepoints,
            MemoryTrend memory) {
        drops.put("outlet", droppedAtOutlet);
        Histogram regions =
                Times.sum(processors.stream().map(MeteredProcessor::regionTimes).toList());
        long frames = recorder.frames();
        Map<String, Percentiles> stages = new LinkedHashMap<>();
        stages.put("wait", Percentiles.of(recorder.waitTimes().take()));
        stages.put("reconstruct", Percentiles.of(recorder.reconstruct().take()));
        stages.put("gaze", Percentiles.of(recorder.gaze().take()));
        stages.put(
                "gaze_inference",
                Percentiles.of(accelerator.times(stack.models().get(0).id())));
        stages.put("region", Percentiles.of(regions));
        stages.put(
                "segment_inference",
                Percentiles.of(accelerator.times(stack.models().get(1).id())));
        stages.put("publish", Percentiles.of(recorder.publish().take()));
        long inside = processors.stream().mapToLong(MeteredProcessor::bytes).sum();
        double processed = Math.max(
                1, processors.stream().mapToLong(MeteredProcessor::frames).sum());
        Map<String, Double> allocation = new LinkedHashMap<>();
        allocation.put("own_frame_path", (inside - accelerator.bytes()) / processed);
        allocation.put("inference_backend", accelerator.bytes() / processed);
        allocation.put("publish_thread", (double) recorder.publisherBytes() / Math.max(1, frames - 1));
        allocation.put("all_threads", use.allocatedBytes() / processed);
        Map<String, Long> statuses = new LinkedHashMap<>();
        for (FrameStatus status : FrameStatus.values()) {
            statuses.put(status.name().toLowerCase(Locale.ROOT), recorder.count(status));
        }
        return new Measurement(
                source.delivered() == asked,
                frames,
                (recorder.lastAcceptedNanos() - first(source, recorder)) * 1e-9,
                recorder.corrected().take(),
                Percentiles.of(recorder.uncorrected().take()),
                stages,
                allocation,
                options.mode() == BenchMode.PACED ? setup.frameThreads() : FrameThreads.MOST,
                options.mode() == BenchMode.PACED
                        ? DeadlineCount.of(
                                recorder.trace(),
                                source.delivered(),
                                idle,
                                options.periodNanos(),
                                BenchOptions.DEADLINE_PERIODS)
                        : null,
                drops,
                regionFigures(regionFigures, early, recorder),
                statuses,
                use,
                safepoints,
                memory,
                Percentiles.of(idle.oversleep()),
                recorder.trace(),
                idle);
    }

    private Map<String, Object> regionFigures(Map<String, Long> counted, long early, RunRecorder recorder) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put(
                "mode", options.mode() == BenchMode.PACED ? options.regions().id() : "alternating");
        figures.putAll(counted);
        figures.put("early", early);
        figures.put("age_max", recorder.oldestRegion());
        return figures;
    }

    /** The throughput loop stamps frames anew as it takes them, so the trace knows better than the source. */
    private static long first(BenchSource source, RunRecorder recorder) {
        return recorder.trace().count() > 0 ? recorder.trace().capture(0) : source.firstNanos();
    }
}
