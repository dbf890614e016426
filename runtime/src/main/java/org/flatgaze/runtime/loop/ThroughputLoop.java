package org.flatgaze.runtime.loop;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;

/**
 * The throughput policy (replay, demo, bench): several pipeline instances, one thread each, work on different frames; the
 * source waits for them; samples leave in the order of their frames.
 *
 * <p>A thread that is free takes the next frame, so with two threads they alternate until one of them computes a region
 * of interest; that happens after the sample of the frame has left, while the other thread goes on. No frame is skipped
 * and none is late: latency counts from the moment at which the frame is taken from the source, not from when it was
 * recorded, because a recording could be read at any speed.
 *
 * <p>Life: {@link #start()} once; the consumer calls {@link #poll} until {@link #isFinished()}; {@link #stop()} from any
 * thread ends the run early. A thread that fails stops the run and its throwable is {@link #failure()}. The loop starts
 * the source with the first thread and leaves closing it and the processors to its owner.
 */
public final class ThroughputLoop implements AutoCloseable {

    /** How long {@link #stop()} waits for the threads. */
    private static final long STOP_NANOS = 5_000_000_000L;

    private final FrameSource source;
    private final List<FrameProcessor> processors;
    private final LongConsumer admission;
    private final NanoClock clock;
    private final long frameLimit;
    private final SequencedRing ring;
    private final LoopThreads threads = new LoopThreads();
    private final ReentrantLock sourceLock = new ReentrantLock();
    private final AtomicInteger running;

    /** Frames taken from the source so far; guarded by {@code sourceLock}, read from anywhere. */
    private volatile long taken;

    private volatile long firstTakenNanos;
    private final EventCount regions = new EventCount();
    private final EventCount regionFailures = new EventCount();

    /** Guarded by {@code this} on the writing side. */
    private final LatencyRecorder regionTimes = new LatencyRecorder();

    /**
     * Makes a loop that has not started.
     *
     * @param source read by the loop's threads, one at a time; an exclusive lock stands in for the one capture thread
     * @param processors one per thread, at least 1
     * @param admission told the number of every frame, in order, before a processor sees it; must be quick
     * @param frameLimit frames after which the run ends, at least 1; {@link Long#MAX_VALUE} for all there are
     */
    public ThroughputLoop(
            FrameSource source,
            List<FrameProcessor> processors,
            LongConsumer admission,
            NanoClock clock,
            long frameLimit) {
        if (processors.isEmpty()) {
            throw new IllegalArgumentException("processors=0: expected at least 1");
        }
        if (frameLimit < 1) {
            throw new IllegalArgumentException("frameLimit=" + frameLimit + ": expected at least 1");
        }
        this.source = source;
        this.processors = List.copyOf(processors);
        this.admission = admission;
        this.clock = clock;
        this.frameLimit = frameLimit;
        this.ring = new SequencedRing(slots(processors.size()));
        this.running = new AtomicInteger(processors.size());
        for (int i = 0; i < processors.size(); i++) {
            FrameProcessor processor = this.processors.get(i);
            SensorFrame frame = new SensorFrame(source.format());
            threads.add("frame-" + i, () -> work(processor, frame, new GazeSample()));
        }
    }

    /**
     * As few as keep all threads at work: what the others finish while the machine takes one thread off its core waits for
     * that one's sample, and the fewer they are, the shorter the tail.
     */
    private static int slots(int threads) {
        return Math.max(2, Integer.highestOneBit(2 * threads - 1));
    }

    /**
     * Starts the source and the threads.
     *
     * @throws IOException if the source cannot be started
     */
    public void start() throws IOException {
        source.start();
        threads.start();
    }

    private void work(FrameProcessor processor, SensorFrame frame, GazeSample sample)
            throws IOException, InterruptedException {
        try {
            while (!threads.isStopping()) {
                long index = takeFrame(frame);
                if (index < 0) {
                    return;
                }
                processor.process(frame, sample);
                sample.publishNanos = clock.nanoTime();
                if (!ring.put(index, sample)) {
                    throw new InterruptedException();
                }
                if (processor.isRegionDue(frame)) {
                    long begun = clock.nanoTime();
                    countRegion(processor.refreshRegion(frame), clock.nanoTime() - begun);
                }
            }
        } finally {
            if (running.decrementAndGet() == 0) {
                ring.end(taken);
            }
        }
    }

    /** Returns the frame's index, or -1 when there are no more. */
    private long takeFrame(SensorFrame frame) throws IOException, InterruptedException {
        sourceLock.lockInterruptibly();
        try {
            long index = taken;
            if (index == frameLimit) {
                return -1;
            }
            while (!threads.isStopping()) {
                // Before the read: fetching the samples is part of the latency.
                long now = clock.nanoTime();
                switch (source.read(frame)) {
                    case FRAME -> {
                        frame.stamp(frame.sequence(), now, frame.exposureMicros());
                        if (index == 0) {
                            firstTakenNanos = now;
                        }
                        taken = index + 1;
                        admission.accept(frame.sequence());
                        return index;
                    }
                    case END -> {
                        return -1;
                    }
                    case TIMEOUT -> {
                        if (Thread.currentThread().isInterrupted()) {
                            throw new InterruptedException();
                        }
                    }
                }
            }
            return -1;
        } finally {
            sourceLock.unlock();
        }
    }

    /** Regions are rare: the lock that lets several threads share one recorder costs nothing that matters. */
    private synchronized void countRegion(boolean renewed, long nanos) {
        if (renewed) {
            regions.increment();
            regionTimes.record(nanos);
        } else {
            regionFailures.increment();
        }
    }

    /** Moves the next sample in order into {@code into}; {@code false} when it is not ready. Consumer thread only. */
    public boolean poll(GazeSample into) {
        return ring.poll(into);
    }

    /** Waits up to {@code timeoutNanos} until {@link #poll} has a sample; may return early. Consumer thread only. */
    public void awaitSample(long timeoutNanos) {
        ring.await(timeoutNanos);
    }

    /** Whether every sample that will ever come was taken, or the run was stopped or failed. Any thread. */
    public boolean isFinished() {
        return ring.isDrained() || threads.isStopping();
    }

    /** Whether the run was stopped or failed before its end. Any thread. */
    public boolean isStopped() {
        return threads.isStopping();
    }

    /** What ended the run early, or {@code null}. Any thread. */
    public Throwable failure() {
        return threads.failure();
    }

    /** Frames taken from the source so far. Any thread. */
    public long framesTaken() {
        return taken;
    }

    /** When the first frame was taken, by the loop's clock; 0 before. Any thread. */
    public long firstTakenNanos() {
        return firstTakenNanos;
    }

    /** Regions of interest computed so far, beside the frames. Any thread. */
    public long regionUpdates() {
        return regions.get();
    }

    /** Regions that failed; the one in use was kept. Any thread. */
    public long regionFailures() {
        return regionFailures.get();
    }

    /** How long the computations of {@link #regionUpdates()} took. Any thread, one at a time. */
    public LatencyRecorder.Summary regionTimes() {
        return regionTimes.summary();
    }

    /** Waits until the threads have ended by themselves; {@code false} when {@code timeoutNanos} ran out. */
    public boolean join(long timeoutNanos) throws InterruptedException {
        return threads.join(timeoutNanos);
    }

    /**
     * Ends the run: no further frame is taken, waiting threads are interrupted.
     *
     * @throws IllegalStateException if a thread has not ended after 5 s; it is a daemon and does not keep the process
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
