package org.flatgaze.runtime.bench;

import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.FrameProcessor;

/**
 * A processor that notes what its thread allocates and how long regions take, and sets up its thread when it first runs
 * on it. Its sums are for a thread that has seen the working thread end.
 */
final class MeteredProcessor implements FrameProcessor {

    private final FrameProcessor inner;
    private final Runnable onNewThread;
    private final Times regionTimes = new Times();
    private long bytes;
    private long frames;
    private long steppedNanos;
    private Thread thread;

    /** @param onNewThread runs on the working thread before its first frame of a run */
    MeteredProcessor(FrameProcessor inner, Runnable onNewThread) {
        this.inner = inner;
        this.onNewThread = onNewThread;
    }

    void begin() {
        bytes = 0;
        frames = 0;
        steppedNanos = 0;
        regionTimes.take();
    }

    /** Bytes allocated inside {@link #process} and {@link #refreshRegion}, the backend's among them. */
    long bytes() {
        return bytes;
    }

    /** Calls of {@link #process}. */
    long frames() {
        return frames;
    }

    /** How long the regions took, all steps of each. */
    Times regionTimes() {
        return regionTimes;
    }

    @Override
    public void process(SensorFrame frame, GazeSample into) {
        settle();
        long before = MeteredAccelerator.allocatedBytes();
        frames++;
        inner.process(frame, into);
        bytes += MeteredAccelerator.allocatedBytes() - before;
    }

    @Override
    public boolean isRegionDue(SensorFrame frame) {
        return inner.isRegionDue(frame);
    }

    @Override
    public boolean refreshRegion(SensorFrame frame) {
        settle();
        long before = MeteredAccelerator.allocatedBytes();
        long begun = System.nanoTime();
        boolean renewed = inner.refreshRegion(frame);
        regionTimes.record(System.nanoTime() - begun);
        bytes += MeteredAccelerator.allocatedBytes() - before;
        return renewed;
    }

    @Override
    public RegionStep stepRegion(SensorFrame frame) {
        long before = MeteredAccelerator.allocatedBytes();
        long begun = System.nanoTime();
        RegionStep step = inner.stepRegion(frame);
        steppedNanos += System.nanoTime() - begun;
        if (step != RegionStep.GOING_ON) {
            regionTimes.record(steppedNanos);
            steppedNanos = 0;
        }
        bytes += MeteredAccelerator.allocatedBytes() - before;
        return step;
    }

    @SuppressWarnings("ReferenceEquality") // a thread equals only itself
    private void settle() {
        if (thread != Thread.currentThread()) {
            thread = Thread.currentThread();
            onNewThread.run();
        }
    }

    @Override
    public Throwable lastFailure() {
        return inner.lastFailure();
    }

    /** Nothing: the stack closes what is inside. */
    @Override
    public void close() {}
}
