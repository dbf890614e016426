package org.flatgaze.runtime.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.runtime.CameraFilter;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.config.RunConfig;
import org.flatgaze.runtime.loop.BackendListener;
import org.flatgaze.runtime.loop.FrameLoop;
import org.flatgaze.runtime.loop.FrameLoopConfig;
import org.flatgaze.runtime.loop.LatencyRecorder;
import org.flatgaze.runtime.loop.LoopListener;
import org.flatgaze.runtime.loop.LoopState;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.Outcome;
import org.flatgaze.runtime.os.SystemTuning;
import org.flatgaze.runtime.os.ThreadSetup;
import org.flatgaze.runtime.publish.DeviceInfo;
import org.flatgaze.runtime.publish.GazePublisher;
import org.flatgaze.runtime.publish.PahoTransport;
import org.flatgaze.runtime.publish.PublisherConfig;
import org.flatgaze.runtime.publish.PublisherListener;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;

/**
 * A tracker in service: frames in, gaze out over MQTT, until it is stopped, the source ends or breaks.
 *
 * <p>The broker may be absent at the start and may come and go: the service says so and goes on. A source that falls
 * silent, a stage that keeps failing, is told in the topics {@code state} and {@code alert} and to {@code say}.
 * {@link #run()} once, on one thread; {@link #requestStop()} from any.
 */
public final class TrackingService {

    private static final long LOOK_MILLIS = 100;
    private static final long SILENCE_NANOS = 2_000_000_000L;

    private final RunConfig config;
    private final long frameLimit;
    private final Consumer<String> say;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final SystemTuning system = SystemTuning.open();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final RegionMode regions;

    /** The running thread while an interrupt is the way to stop it, else null; guarded by {@code this}. */
    private Thread interruptible;

    /**
     * Prepares a service.
     *
     * @param frameLimit frames after which it ends by itself; {@link Long#MAX_VALUE} for never
     * @param say hears lines for people; called from several threads
     */
    public TrackingService(RunConfig config, long frameLimit, Consumer<String> say) {
        this.config = config;
        this.frameLimit = frameLimit;
        this.say = say;
        this.regions = config.regions().here();
    }

    /** Ends the service soon. Any thread. */
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
        if (stop.getCount() == 0) {
            throw new InterruptedException();
        }
    }

    /**
     * Runs until stopped or the source ends.
     *
     * @throws InterruptedException if it was stopped before it looked at the first frame
     * @throws IOException if calibration, source or password file cannot be used, or the source breaks
     * @throws org.flatgaze.pipeline.models.ModelException if a model cannot be used
     * @throws org.flatgaze.accel.AcceleratorException if the accelerator cannot be used
     */
    public RunSummary run() throws IOException, InterruptedException {
        interruptible(Thread.currentThread());
        CameraFilter camera = config.calibration().isPresent()
                ? CameraFilter.of(config.calibration().get())
                : CameraFilter.reference();
        SeparableFilter filter = camera.filter();
        SensorFormat format = filter.model().sensor();
        Path models = Installation.models(config.models().orElse(null));
        TransportConfig transport = transport();
        Reporter reporter = new Reporter(new ThreadSetup(config.system(), system));
        try (PipelineStack stack = PipelineStack.open(
                        config.accelerator(),
                        models,
                        filter,
                        config.pipeline(),
                        regions,
                        UnaryOperator.identity(),
                        reporter);
                FrameSource source = FrameSources.open(config.source(), format, camera.referenceDevice(), say)) {
            camera.remarks(stack.filterMismatches()).forEach(say);
            return serve(stack, source, filter.model().deviceId(), transport, reporter);
        }
    }

    private TransportConfig transport() throws IOException {
        String client = "flatgaze-" + config.device();
        TransportConfig transport =
                TransportConfig.of(config.broker().uri(), client).withWill(new Topics(config.device()));
        if (config.broker().username().isEmpty()) {
            return transport;
        }
        String password = config.broker().passwordFile().isPresent()
                ? Passwords.read(config.broker().passwordFile().get())
                : null;
        return transport.withLogin(config.broker().username().get(), password);
    }

    private RunSummary serve(
            PipelineStack stack, FrameSource source, String deviceId, TransportConfig settings, Reporter reporter)
            throws IOException, InterruptedException {
        LivePipelines live = LivePipelines.prepare(stack, source.format(), regions, config, say);
        // From here on the flag stops the service: an interrupt could hit the middle of saying goodbye.
        interruptible(null);
        say.accept("source: " + source.description());
        reporter.threads.frameThreads(live.frameThreads());
        reporter.threads.process();
        FrameLoopConfig loopConfig = new FrameLoopConfig(
                Math.round(1e9 / config.source().rate()),
                config.deadlinePeriods(),
                FrameLoopConfig.DEGRADE_AFTER,
                FrameLoopConfig.DEGRADE_AFTER,
                frameLimit,
                FrameLoopConfig.RING_SLOTS);
        LatencyRecorder latency = new LatencyRecorder();
        PahoTransport transport = new PahoTransport(settings);
        try (UserDesk user = UserDesk.of(config);
                FrameLoop loop = live.newLoop(source, loopConfig, clock, reporter);
                GazePublisher publisher = new GazePublisher(
                        PublisherConfig.of(new Topics(config.device()), config.eye(), PublisherConfig.Mode.NEWEST)
                                .withEncoding(config.encoding()),
                        info(stack, source),
                        transport,
                        into -> take(loop, into, latency, live, user),
                        reporter)) {
            reporter.publisher = publisher;
            if (user != null) {
                user.open(config, deviceId, live::setCalibration, publisher, transport, clock, say);
            }
            publisher.start();
            loop.start();
            watch(loop, publisher, reporter);
            reporter.tellSystem();
            loop.stop();
            RunSummary summary =
                    RunSummary.of(loop, live.frameThreads(), live.figures(), publisher.counters(), latency.summary());
            if (loop.failure() != null) {
                publisher.alert("source_lost", String.valueOf(loop.failure().getMessage()));
                throw new IOException("the source broke: " + loop.failure().getMessage(), loop.failure());
            }
            return summary;
        }
    }

    private static boolean take(
            FrameLoop loop, GazeSample into, LatencyRecorder latency, LivePipelines live, UserDesk user) {
        if (!loop.poll(into)) {
            return false;
        }
        latency.record(into.publishNanos - into.captureNanos);
        live.see(into);
        if (user != null) {
            user.see(into);
        }
        return true;
    }

    private DeviceInfo info(PipelineStack stack, FrameSource source) {
        return new DeviceInfo(
                version(),
                source.description(),
                config.source().rate(),
                config.pipeline().schedule().period(),
                stack.acceleratorId(),
                stack.models().stream()
                        .map(model -> new DeviceInfo.Model(model.id(), model.sha256()))
                        .toList(),
                null,
                false);
    }

    private static String version() {
        String version = TrackingService.class.getPackage().getImplementationVersion();
        return "flatgaze " + (version == null ? "(development)" : version);
    }

    /** Returns when the service is to end; meanwhile notices a source that has fallen silent or does not keep its rate. */
    private void watch(FrameLoop loop, GazePublisher publisher, Reporter reporter) throws InterruptedException {
        long lastFrames = 0;
        long lastNanos = clock.nanoTime();
        boolean silent = false;
        RateWatch rate = new RateWatch(config.source().rate(), lastNanos);
        while (!loop.isFinished() && !stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            reporter.tellSystem();
            long frames = loop.framesCaptured();
            long now = clock.nanoTime();
            rate.look(frames, loop.framesReplaced() + loop.samplesOvertaken() + loop.framesLate(), now)
                    .ifPresent(say);
            if (frames != lastFrames) {
                lastFrames = frames;
                lastNanos = now;
                if (silent) {
                    silent = false;
                    say.accept("frames are coming again");
                    reporter.health.recover(ServiceHealth.Cause.NO_FRAMES);
                }
            } else if (!silent && now - lastNanos > SILENCE_NANOS) {
                silent = true;
                say.accept("no frames for 2 s; check the camera and its cable, waiting for it");
                publisher.alert("no_frames", "the source has delivered no frame for 2 s");
                reporter.health.degrade(ServiceHealth.Cause.NO_FRAMES);
            }
        }
    }

    /** Tells people and subscribers what the loop and the connection report. */
    private final class Reporter implements LoopListener, PublisherListener, BackendListener {

        /** Null while the networks are compiled and warmed up. */
        private volatile GazePublisher publisher;

        private final ServiceHealth health = new ServiceHealth(state -> publisher.state(state));
        private volatile boolean failing;
        private final ThreadSetup threads;
        private final Set<Outcome> told = new HashSet<>();

        Reporter(ThreadSetup threads) {
            this.threads = threads;
        }

        @Override
        public void onThread(String role, int number) {
            Runnable place = switch (role) {
                case "frame" -> threads.ownCore(number);
                case "capture" -> threads.shortTurns();
                default -> threads.leftover();
            };
            place.run();
        }

        @Override
        public void onThread() {
            threads.shortTurns().run();
        }

        /** Says what the system answered since the last time; on the service's thread, not on those it concerns. */
        void tellSystem() {
            for (Outcome outcome : threads.outcomes()) {
                if (told.add(outcome)) {
                    say.accept("system: " + outcome.text());
                }
            }
        }

        @Override
        public void onState(LoopState state, String reason) {
            say.accept("state " + state.name().toLowerCase(Locale.ROOT) + ": " + reason);
            switch (state) {
                case READY -> {
                    health.recover(ServiceHealth.Cause.STAGES);
                    health.begin();
                }
                case DEGRADED -> {
                    publisher.alert("degraded", reason);
                    health.degrade(ServiceHealth.Cause.STAGES);
                }
                case INIT, STOPPED -> {}
            }
        }

        @Override
        public void onFailure(String stage, Throwable cause) {
            say.accept(stage + " failed: " + (cause == null ? "no reason given" : cause.getMessage()));
        }

        @Override
        public void onSample() {
            publisher.wake();
        }

        @Override
        public void onNote(String line) {
            say.accept(line);
        }

        @Override
        public void onLost(String line) {
            say.accept(line);
            GazePublisher open = publisher;
            if (open != null) {
                open.alert("accelerator_lost", line);
            }
            health.degrade(ServiceHealth.Cause.ACCELERATOR);
        }

        @Override
        public void onReturned(String line) {
            say.accept(line);
            health.recover(ServiceHealth.Cause.ACCELERATOR);
        }

        @Override
        public void brokerConnected(boolean again) {
            failing = false;
            say.accept((again ? "connected again to " : "connected to ")
                    + config.broker().uri());
        }

        @Override
        public void brokerLost(String line) {
            say.accept(line);
        }

        @Override
        public void connectFailed(String line) {
            // Every attempt fails until the broker is back: once is news, the rest is noise.
            if (!failing) {
                failing = true;
                say.accept(line + "; trying again by itself");
            }
        }

        @Override
        public void publishFailed(String line) {
            say.accept(line);
        }
    }
}
