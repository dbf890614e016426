package org.flatgaze.runtime.loop;

import java.io.IOException;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.pipeline.GazeSample;

/**
 * The latency policy (live): the newest frame wins, every frame has a deadline.
 *
 * <p>Four threads. {@code capture} reads the source into {@link LatestFrameSlots}; {@code frame} takes the newest frame,
 * makes a sample of it and leaves it in a {@link SampleRing} that drops its oldest sample when nobody takes them;
 * {@code region} computes regions of interest on a pipeline instance of its own; the publish thread, which is the
 * caller's, takes the samples with {@link #poll}. With a {@link RegionSlicer} there is no region thread: the frame thread
 * computes them in the time that frames leave.
 *
 * <p>Every frame that reaches the frame thread gives exactly one sample. What is lost is counted by cause:
 * {@link #framesReplaced()}, {@link #framesMissed()}, {@link #framesLate()}, {@link #framesFailed()},
 * {@link #samplesDropped()}.
 *
 * <p>The loop starts the source; closing it and the processors is left to its owner, after {@link #stop()}.
 */
public final class FrameLoop implements AutoCloseable {

    private static final long WAIT_NANOS = 20_000_000;
    private static final long STOP_NANOS = 5_000_000_000L;

    private final FrameSource source;
    private final FrameProcessor processor;
    private final FrameLoopConfig config;
    private final LoopListener listener;
    private final LatestFrameSlots slots;
    private final SampleRing ring;
    private final FrameGate gate;
    private final RegionRenewal regions;
    private final LoopThreads threads = new LoopThreads();
    private volatile boolean captureEnded;
    private volatile boolean ended;
    private final EventCount captured = new EventCount();
    private final EventCount processed = new EventCount();

    /**
     * Makes a loop that has not started.
     *
     * @param processor used by the frame thread
     * @param regionProcessor used by the region thread; another instance of the same run
     */
    public FrameLoop(
            FrameSource source,
            FrameProcessor processor,
            FrameProcessor regionProcessor,
            FrameLoopConfig config,
            NanoClock clock,
            LoopListener listener) {
        RegionWorker worker = new RegionWorker(regionProcessor, source.format(), listener);
        this(source, processor, (RegionRenewal) worker, config, clock, listener);
        threads.add("region", as("region", () -> worker.work(threads)));
    }

    /**
     * Makes a loop that has not started and computes regions on the frame thread.
     *
     * @param processor used by the frame thread
     * @param slicer made for the same processor
     */
    public FrameLoop(
            FrameSource source,
            FrameProcessor processor,
            RegionSlicer slicer,
            FrameLoopConfig config,
            NanoClock clock,
            LoopListener listener) {
        this(source, processor, (RegionRenewal) slicer, config, clock, listener);
    }

    private FrameLoop(
            FrameSource source,
            FrameProcessor processor,
            RegionRenewal regions,
            FrameLoopConfig config,
            NanoClock clock,
            LoopListener listener) {
        this.source = source;
        this.processor = processor;
        this.config = config;
        this.listener = listener;
        this.slots = new LatestFrameSlots(source.format());
        this.ring = new SampleRing(config.ringSlots());
        this.gate = new FrameGate(config, clock, listener);
        this.regions = regions;
        threads.add("capture", as("capture", this::capture));
        threads.add("frame", as("frame", () -> frames(new GazeSample())));
    }

    private LoopThreads.Work as(String role, LoopThreads.Work work) {
        return () -> {
            listener.onThread(role);
            work.run();
        };
    }

    /** Starts the threads. A source that cannot be started ends the loop with its message as {@link #failure()}. */
    public void start() {
        threads.start();
    }

    private void capture() throws IOException {
        source.start();
        try {
            while (!threads.isStopping()) {
                switch (source.read(slots.back())) {
                    case FRAME -> {
                        slots.publish();
                        captured.increment();
                    }
                    case END -> {
                        return;
                    }
                    case TIMEOUT -> {}
                }
            }
        } finally {
            captureEnded = true;
        }
    }

    private void frames(GazeSample sample) {
        try {
            while (!threads.isStopping() && processed.get() < config.frameLimit()) {
                // Asked before looking, or the last frame could slip in between the look and the answer.
                boolean last = captureEnded;
                if (slots.awaitNewest(WAIT_NANOS)) {
                    oneFrame(sample);
                } else if (last) {
                    return;
                }
            }
        } finally {
            ended = true;
            gate.change(LoopState.STOPPED, reasonOfEnd());
        }
    }

    private String reasonOfEnd() {
        if (processed.get() >= config.frameLimit()) {
            return "that was the last of " + processed.get() + " frames";
        }
        if (threads.isStopping()) {
            return threads.failure() == null ? "asked to stop" : "the source or a thread failed";
        }
        return "the source has no more frames";
    }

    private void oneFrame(GazeSample sample) {
        gate.process(processor, slots.front(), sample);
        ring.offerDroppingOldest(sample);
        listener.onSample();
        processed.increment();
        // A degraded pipeline holds its region: a segmentation of what it cannot handle would only add load.
        boolean due = gate.state() == LoopState.READY && processor.isRegionDue(slots.front());
        regions.afterFrame(slots.front(), due);
        listener.onFrameDone(slots.front().captureNanos());
    }

    /** Moves the oldest waiting sample into {@code into}. Publish thread only. */
    public boolean poll(GazeSample into) {
        return ring.poll(into);
    }

    /** Whether the loop has ended and every sample was taken. Any thread. */
    public boolean isFinished() {
        return (ended || threads.isStopping()) && ring.size() == 0;
    }

    /** What ended the loop against its will, or {@code null}. Any thread. */
    public Throwable failure() {
        return threads.failure();
    }

    /** How the loop is doing. Any thread. */
    public LoopState state() {
        return gate.state();
    }

    /** Frames the source delivered. Any thread. */
    public long framesCaptured() {
        return captured.get();
    }

    /** Frames that became samples. Any thread. */
    public long framesProcessed() {
        return processed.get();
    }

    /** Frames replaced by a newer one before the frame thread had time. Any thread. */
    public long framesReplaced() {
        return slots.overwritten();
    }

    /** Frames lost at the source: gaps in its numbering that are not {@link #framesReplaced()}. Any thread. */
    public long framesMissed() {
        return Math.max(0, gate.missed() - slots.overwritten());
    }

    /** Frames given up because their deadline had passed. Any thread. */
    public long framesLate() {
        return gate.late();
    }

    /** Frames on which a stage failed. Any thread. */
    public long framesFailed() {
        return gate.failed();
    }

    /** Samples thrown away because the publish thread did not take them. Any thread. */
    public long samplesDropped() {
        return ring.dropped();
    }

    /** Regions of interest computed. Any thread. */
    public long regionUpdates() {
        return regions.updates();
    }

    /** Regions that failed; the one in use was kept. Any thread. */
    public long regionFailures() {
        return regions.failures();
    }

    /**
     * Ends the loop.
     *
     * @throws IllegalStateException if a thread has not ended after 5 s, such as one inside a driver call
     */
    public void stop() {
        threads.stopAndJoin(STOP_NANOS);
    }

    /** Does what {@link #stop()} does. */
    @Override
    public void close() {
        stop();
    }
}
