package org.flatgaze.runtime.loop;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;

/**
 * The latency policy (live): the newest frame wins, every frame has a deadline.
 *
 * <p>{@code capture} reads the source into {@link LatestFrameSlots}; a {@code frame} thread takes the newest frame, makes a
 * sample of it and leaves it in a {@link SampleRing} that drops its oldest sample when nobody takes them; {@code region}
 * computes regions of interest on a pipeline instance of its own; the publish thread, which is the caller's, takes the
 * samples with {@link #poll}. With a {@link RegionSlicer} there is no region thread: the frame thread computes them in the
 * time that frames leave.
 *
 * <p>One frame thread is enough where a frame takes less than a period. Where it takes up to two, two of them hold the
 * rate: whichever is free takes the newest frame, and samples leave in the order of their frames
 * (see {@link SampleOutlet}).
 *
 * <p>Every frame that the source delivers, but for one that still waits when the loop ends, gives a sample or is counted: in
 * {@link #framesReplaced()}, or {@link #samplesOvertaken()}, or as a sample that nobody took in {@link #samplesDropped()}.
 * {@link #framesLate()} have a sample without a direction; {@link #framesFailed()} counts frames on which a stage failed,
 * whatever became of the sample; {@link #framesMissed()} never arrived.
 *
 * <p>The loop starts the source; closing it and the processors is left to its owner, after {@link #stop()}.
 */
public final class FrameLoop implements AutoCloseable {

    private static final long WAIT_NANOS = 20_000_000;
    private static final long STOP_NANOS = 5_000_000_000L;

    private final FrameSource source;
    private final FrameLoopConfig config;
    private final LoopListener listener;
    private final LatestFrameSlots slots;
    private final SampleRing ring;
    private final SampleOutlet outlet;
    private final FrameGate gate;
    private final RegionRenewal regions;
    private final LoopThreads threads = new LoopThreads();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicInteger running;
    private volatile boolean captureEnded;
    private volatile boolean ended;
    private final EventCount captured = new EventCount();
    private final EventCount missed = new EventCount();

    /**
     * Makes a loop that has not started.
     *
     * @param processors one per frame thread, 1..{@link LatestFrameSlots#READERS}
     * @param regionProcessor used by the region thread; another instance of the same run
     */
    public FrameLoop(
            FrameSource source,
            List<? extends FrameProcessor> processors,
            FrameProcessor regionProcessor,
            FrameLoopConfig config,
            NanoClock clock,
            LoopListener listener) {
        RegionWorker worker = new RegionWorker(regionProcessor, source.format(), listener);
        this(source, processors, (RegionRenewal) worker, config, clock, listener);
        threads.add("region", as("region", 0, () -> worker.work(threads)));
    }

    /**
     * Makes a loop that has not started, with one frame thread, which computes the regions as well.
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
        this(source, List.of(processor), (RegionRenewal) slicer, config, clock, listener);
    }

    private FrameLoop(
            FrameSource source,
            List<? extends FrameProcessor> processors,
            RegionRenewal regions,
            FrameLoopConfig config,
            NanoClock clock,
            LoopListener listener) {
        this.source = source;
        this.config = config;
        this.listener = listener;
        this.slots = new LatestFrameSlots(source.format(), processors.size());
        this.ring = new SampleRing(config.ringSlots());
        this.gate = new FrameGate(config, clock, listener);
        this.outlet = new SampleOutlet(ring, gate, processors.size());
        this.regions = regions;
        this.running = new AtomicInteger(processors.size());
        threads.add("capture", as("capture", 0, this::capture));
        for (int i = 0; i < processors.size(); i++) {
            FrameProcessor processor = processors.get(i);
            int number = i;
            threads.add("frame-" + i, as("frame", i, () -> frames(processor, number, new GazeSample())));
        }
    }

    private LoopThreads.Work as(String role, int number, LoopThreads.Work work) {
        return () -> {
            listener.onThread(role, number);
            work.run();
        };
    }

    /** Starts the threads. A source that cannot be started ends the loop with its message as {@link #failure()}. */
    public void start() {
        threads.start();
    }

    private void capture() throws IOException {
        long expected = Long.MAX_VALUE;
        source.start();
        try {
            while (!threads.isStopping() && !ended) {
                switch (source.read(slots.back())) {
                    case FRAME -> {
                        long sequence = slots.back().sequence();
                        missed.add(Math.max(0, sequence - expected));
                        expected = sequence + 1;
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

    private void frames(FrameProcessor processor, int number, GazeSample sample) {
        LatestFrameSlots.Reader frames = slots.reader(number);
        try {
            // The right to take a frame comes first: one that was taken must not go uncounted.
            while (begun.getAndIncrement() < config.frameLimit() && await(frames)) {
                SensorFrame frame = frames.front();
                if (outlet.begin(number, frames.number(), frame.captureNanos())) {
                    tell(outlet.releasePast());
                    oneFrame(processor, frame, sample, number);
                }
            }
        } finally {
            if (running.decrementAndGet() == 0) {
                ended = true;
                gate.change(LoopState.STOPPED, reasonOfEnd());
            }
        }
    }

    /** Waits for a frame; {@code false} when none will come any more. */
    private boolean await(LatestFrameSlots.Reader frames) {
        while (!threads.isStopping()) {
            // Asked before looking, or the last frame could slip in between the look and the answer.
            boolean last = captureEnded;
            if (frames.awaitNewest(WAIT_NANOS)) {
                return true;
            }
            if (last) {
                return false;
            }
            tell(outlet.releasePast());
        }
        return false;
    }

    private void tell(int samples) {
        for (int i = 0; i < samples; i++) {
            listener.onSample();
        }
    }

    private String reasonOfEnd() {
        if (outlet.offered() + outlet.overtaken() >= config.frameLimit()) {
            return "that was the last of " + config.frameLimit() + " frames";
        }
        if (threads.isStopping()) {
            return threads.failure() == null ? "asked to stop" : "the source or a thread failed";
        }
        return "the source has no more frames";
    }

    private void oneFrame(FrameProcessor processor, SensorFrame frame, GazeSample sample, int number) {
        gate.process(processor, frame, sample);
        tell(outlet.offer(number, sample));
        // A degraded pipeline holds its region: a segmentation of what it cannot handle would only add load.
        boolean due = gate.state() == LoopState.READY && processor.isRegionDue(frame);
        regions.afterFrame(frame, due);
        listener.onFrameDone(frame.captureNanos());
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

    /** Frames that became samples, without {@link #samplesOvertaken()}. Any thread. */
    public long framesProcessed() {
        return outlet.offered();
    }

    /** Frames replaced by a newer one before a frame thread had time. Any thread. */
    public long framesReplaced() {
        return slots.overwritten();
    }

    /** Frames lost at the source: gaps in its numbering. Any thread. */
    public long framesMissed() {
        return missed.get();
    }

    /** Frames given up because their deadline had passed, without {@link #samplesOvertaken()}. Any thread. */
    public long framesLate() {
        return gate.late() - outlet.overtakenLate();
    }

    /** Frames on which a stage failed. Any thread. */
    public long framesFailed() {
        return gate.failed();
    }

    /** Samples that came after one of a newer frame and were dropped; none with one frame thread. Any thread. */
    public long samplesOvertaken() {
        return outlet.overtaken();
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
