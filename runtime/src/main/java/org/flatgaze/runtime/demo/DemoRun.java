package org.flatgaze.runtime.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.ReplayFrameSource;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.runtime.CameraFilter;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.broker.SubscriberSummary;
import org.flatgaze.runtime.loop.BackendListener;
import org.flatgaze.runtime.loop.LatencyRecorder;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineProcessor;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.loop.ThroughputLoop;
import org.flatgaze.runtime.publish.TransportException;

/**
 * One demo from beginning to end: render or find the frames, start a broker and a subscriber in a process of their own,
 * warm up, play all frames at full speed through two pipelines into MQTT, ask the subscriber what it saw.
 *
 * <p>{@link #run()} once, on one thread; {@link #requestStop()} from any.
 */
public final class DemoRun {

    private static final int WARM_UP_FRAMES = 600;
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 50;
    private static final long SIGNAL_MILLIS = 500;

    private final DemoOptions options;
    private final LiveLine live;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final CountDownLatch stop = new CountDownLatch(1);

    /** The running thread while an interrupt is the way to stop it, else null; guarded by {@code this}. */
    private Thread interruptible;

    /** Writes what it does to {@code live}. */
    public DemoRun(DemoOptions options, LiveLine live) {
        this.options = options;
        this.live = live;
    }

    /**
     * Runs the demo.
     *
     * @return what was measured, all of it or, after {@link #requestStop()}, up to then
     * @throws InterruptedException if it was stopped before the first frame was played
     * @throws IOException if frames cannot be stored
     * @throws ChildException if the broker or the subscriber does not start, or dies
     * @throws TransportException if the broker cannot be reached
     * @throws org.flatgaze.pipeline.models.ModelException if the models cannot be used
     */
    public DemoReport run() throws IOException, InterruptedException, ChildException, TransportException {
        interruptible(Thread.currentThread());
        try {
            return open();
        } finally {
            interruptible(null);
        }
    }

    /** Ends the run soon: the frames under way are finished, everything is closed, {@link #run()} returns. Any thread. */
    public void requestStop() {
        stop.countDown();
        synchronized (this) {
            if (interruptible != null) {
                interruptible.interrupt();
            }
        }
    }

    private synchronized void interruptible(Thread thread) throws InterruptedException {
        interruptible = thread;
        if (thread != null && stop.getCount() == 0) {
            throw new InterruptedException();
        }
    }

    private DemoReport open() throws IOException, InterruptedException, ChildException, TransportException {
        CameraFilter camera = options.camera();
        ReferenceDevice device = camera.referenceDevice();
        // The networks first: whoever lacks them should not wait for the rendering to learn that.
        try (PipelineStack stack = PipelineStack.open(
                options.accelerator(),
                options.models(),
                camera.filter(),
                PipelineConfig.DEFAULT.withNetworks(options.networks()),
                RegionMode.WORKER,
                UnaryOperator.identity(),
                BackendListener.saying(line -> live.note("demo: " + line)))) {
            camera.remarks(stack.filterMismatches()).forEach(line -> live.note("demo: " + line));
            if (options.cache().isPresent()) {
                return playFrom(options.cache().get(), device, stack);
            }
            Path temporary = Files.createTempDirectory("flatgaze-demo-");
            try {
                return playFrom(temporary, device, stack);
            } finally {
                Files.deleteIfExists(temporary.resolve(options.spec().fileName()));
                Files.deleteIfExists(temporary);
            }
        }
    }

    private DemoReport playFrom(Path folder, ReferenceDevice device, PipelineStack stack)
            throws IOException, InterruptedException, ChildException, TransportException {
        RenderedFrames.Ready frames = frames(folder, device);
        try (FrameCache cache = frames.cache()) {
            DemoReport report = play(stack, frames);
            if (options.save().isPresent() && report.complete()) {
                save(device, stack, cache, options.save().get());
            }
            return report;
        }
    }

    private RenderedFrames.Ready frames(Path folder, ReferenceDevice device) throws IOException, InterruptedException {
        DemoSpec spec = options.spec();
        RenderedFrames rendered = new RenderedFrames(
                spec,
                SensorFormat.REFERENCE,
                () -> new SimulatedEye(spec, device.newOptics()),
                line -> live.note("demo: " + line));
        long begun = clock.nanoTime();
        int threads = Runtime.getRuntime().availableProcessors();
        RenderedFrames.Ready ready = rendered.openOrRender(folder, threads, (done, total) -> {
            long now = clock.nanoTime();
            if (done == 1) {
                live.note(String.format(
                        Locale.ROOT,
                        "demo: rendering %d frames of %d people into %s (%d MB), once",
                        total,
                        spec.people(),
                        folder,
                        RenderedFrames.bytesFor(spec, SensorFormat.REFERENCE) / 1_000_000));
            }
            if (live.isDue(now) || done == total) {
                double perSecond = done / Math.max((now - begun) * 1e-9, 1e-9);
                live.show(
                        String.format(
                                Locale.ROOT,
                                "demo: rendered %d of %d, %.1f frames/s, %.0f s left",
                                done,
                                total,
                                perSecond,
                                (total - done) / perSecond),
                        now);
            }
        });
        live.end();
        if (ready.reused()) {
            live.note(String.format(
                    Locale.ROOT,
                    "demo: %d rendered frames found in %s (%d MB)",
                    spec.frames(),
                    ready.cache().path(),
                    ready.bytes() / 1_000_000));
        }
        return ready;
    }

    private DemoReport play(PipelineStack stack, RenderedFrames.Ready frames)
            throws IOException, InterruptedException, ChildException, TransportException {
        List<PipelineProcessor> processors = List.of(stack.newProcessor(), stack.newProcessor());
        RunMeter meter = new RunMeter(frames.cache());
        ThroughputLoop loop = new ThroughputLoop(
                ReplayFrameSource.of(frames.cache(), 0, false),
                List.copyOf(processors),
                stack.tracker()::admit,
                clock,
                options.spec().frames());
        live.note("demo: starting " + (options.broker().isPresent() ? "a subscriber" : "a broker with a subscriber"));
        try (DemoMqtt mqtt = DemoMqtt.open(options, stack, meter, loop, clock, live);
                loop) {
            warmUp(stack, processors, frames.cache());
            // From here on the run is stopped by its flag: an interrupt could hit the middle of saying goodbye.
            interruptible(null);
            loop.start();
            boolean complete = watch(loop, mqtt, meter);
            if (!complete) {
                loop.stop();
            }
            mqtt.finish(DRAIN);
            SubscriberSummary received = mqtt.received(DRAIN);
            return report(complete, stack, frames, loop, mqtt, meter, received);
        }
    }

    private void warmUp(PipelineStack stack, List<PipelineProcessor> processors, FrameCache cache)
            throws IOException, InterruptedException {
        live.note("demo: warming up with " + WARM_UP_FRAMES + " frames, not published");
        GazeSample sample = new GazeSample();
        try (ThroughputLoop loop = new ThroughputLoop(
                ReplayFrameSource.of(cache, 0, true),
                List.copyOf(processors),
                stack.tracker()::admit,
                clock,
                WARM_UP_FRAMES)) {
            loop.start();
            while (!loop.isFinished()) {
                if (!loop.poll(sample)) {
                    loop.awaitSample(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            // Even after the last sample a thread may still be busy with a region.
            loop.join(DRAIN.toNanos());
            failIfBroken(loop);
        }
        stack.tracker().reset();
    }

    /** Shows the live line until every sample is taken ({@code true}) or the run was asked to stop ({@code false}). */
    private boolean watch(ThroughputLoop loop, DemoMqtt mqtt, RunMeter meter)
            throws InterruptedException, ChildException {
        try {
            return watchAlive(loop, mqtt, meter);
        } catch (ChildException e) {
            // Ctrl-C on a terminal reaches the broker's process too, perhaps before this one.
            if (stop.await(SIGNAL_MILLIS, TimeUnit.MILLISECONDS)) {
                live.end();
                return false;
            }
            throw e;
        }
    }

    private boolean watchAlive(ThroughputLoop loop, DemoMqtt mqtt, RunMeter meter)
            throws InterruptedException, ChildException {
        long lastNanos = clock.nanoTime();
        long lastFrames = 0;
        while (!loop.isFinished()) {
            if (stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                live.end();
                return false;
            }
            mqtt.failIfDead();
            long now = clock.nanoTime();
            if (live.isDue(now)) {
                long frames = meter.frames();
                double fps = (frames - lastFrames) / Math.max((now - lastNanos) * 1e-9, 1e-9);
                live.show(statusLine(fps, loop, mqtt, meter), now);
                lastNanos = now;
                lastFrames = frames;
            }
        }
        live.end();
        failIfBroken(loop);
        return true;
    }

    private static void failIfBroken(ThroughputLoop loop) {
        if (loop.failure() != null) {
            throw new IllegalStateException("the run broke: " + loop.failure().getMessage(), loop.failure());
        }
    }

    private String statusLine(double fps, ThroughputLoop loop, DemoMqtt mqtt, RunMeter meter)
            throws InterruptedException, ChildException {
        LatencyRecorder.Summary latency = mqtt.latency().summary();
        return String.format(
                Locale.ROOT,
                "demo: %d/%d  %.0f frames/s  p50 %.1f ms p99 %.1f ms  gaze %s  error %s  region age %d (%d updates)"
                        + "  mqtt %d/%d  dropped %d",
                meter.frames(),
                options.spec().frames(),
                fps,
                latency.p50Ms(),
                latency.p99Ms(),
                Float.isNaN(meter.yawDeg())
                        ? "(none)"
                        : String.format(Locale.ROOT, "%+5.1f %+5.1f", meter.yawDeg(), meter.pitchDeg()),
                Float.isNaN(meter.errorDeg()) ? "-" : String.format(Locale.ROOT, "%.1f deg", meter.errorDeg()),
                meter.roiAge(),
                loop.regionUpdates(),
                mqtt.published(),
                mqtt.receivedSoFar(),
                mqtt.dropped());
    }

    private DemoReport report(
            boolean complete,
            PipelineStack stack,
            RenderedFrames.Ready frames,
            ThroughputLoop loop,
            DemoMqtt mqtt,
            RunMeter meter,
            SubscriberSummary received) {
        double seconds = (mqtt.lastAcceptedNanos() - loop.firstTakenNanos()) * 1e-9;
        Map<String, Long> dropped = meter.dropped();
        dropped.putAll(mqtt.droppedByCause());
        return new DemoReport(
                complete,
                meter.frames(),
                meter.frames() == 0 ? Double.NaN : meter.frames() / seconds,
                mqtt.latency().summary(),
                new DemoReport.Stages(meter.reconstruct(), meter.gaze(), loop.regionTimes()),
                meter.result(),
                loop.regionUpdates() + meter.regionsInFrame(),
                meter.roiAgeMax(),
                mqtt.published(),
                received,
                dropped,
                new DemoReport.Setting(
                        options.spec(), stack.models(), stack.acceleratorId(), frames.bytes(), frames.seconds()));
    }

    private void save(ReferenceDevice device, PipelineStack stack, FrameCache cache, Path folder) throws IOException {
        Path file = new SheetMaker(options.spec(), device, stack, cache).write(folder);
        live.note("demo: contact sheet written to " + file);
    }
}
