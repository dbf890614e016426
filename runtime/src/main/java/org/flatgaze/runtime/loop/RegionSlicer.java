package org.flatgaze.runtime.loop;

import java.util.List;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.accel.schedule.SoftwareSlices.Slice;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Computes regions of interest between the frames, on the frame thread: one slice of a {@link SoftwareSlices} plan behind each
 * frame whose sample is on its way.
 *
 * <p>A slice begins only if it is expected to end before the next frame is due; else it is deferred to the time behind the
 * next frame. Expected is the planned time plus the longest delay seen lately. A renewal that has found too little time
 * for {@link #patience} frames goes on by one slice a frame all the same: frames then begin later by that slice, which is better
 * than a region that stands still for good. The region in use changes when the last slice has run, as a whole.
 *
 * <p>One thread calls {@link #afterFrame}, which allocates nothing; any thread reads the counters.
 */
public final class RegionSlicer implements RegionRenewal {

    /** A delay is forgotten by one part in so many behind each frame. */
    private static final int FORGETTING = 8;

    private final FrameProcessor processor;
    private final Slice[] slices;
    private final long endNanos;
    private final long patience;
    private final NanoClock clock;
    private final LoopListener listener;
    private int next;
    private boolean wanted;
    private long wantedSince;
    private long delayNanos;
    private int failuresInRow;
    private final EventCount run = new EventCount();
    private final EventCount deferred = new EventCount();
    private final EventCount forced = new EventCount();
    private final EventCount updates = new EventCount();
    private final EventCount failures = new EventCount();

    /**
     * Makes a slicer that waits for the first frame that is due.
     *
     * @param processor the frame thread's own
     * @param plan the parts of a renewal, see {@link FrameProcessor#stepRegion}, in slices
     * @param periodNanos time between two frames
     */
    public RegionSlicer(
            FrameProcessor processor, SoftwareSlices plan, long periodNanos, NanoClock clock, LoopListener listener) {
        List<Slice> planned = plan.slices();
        this.processor = processor;
        this.slices = planned.toArray(Slice[]::new);
        this.endNanos = periodNanos - RegionTimes.marginNanos(periodNanos);
        this.patience = plan.periodFrames();
        this.clock = clock;
        this.listener = listener;
    }

    @Override
    public void afterFrame(SensorFrame frame, boolean due) {
        if (!wanted) {
            if (!due) {
                return;
            }
            // Kept until there is time: the frame that is due may leave none.
            wanted = true;
            wantedSince = frame.sequence();
        }
        Slice slice = slices[next];
        long now = clock.nanoTime();
        long left = frame.captureNanos() + endNanos - now;
        if (slice.nanos() + delayNanos > left) {
            deferred.increment();
            forgetALittle();
            if (frame.sequence() - wantedSince <= patience) {
                return;
            }
            forced.increment();
        }
        runSlice(slice, frame);
        long beyond = clock.nanoTime() - now - slice.nanos();
        if (beyond > delayNanos) {
            delayNanos = beyond;
        } else {
            forgetALittle();
        }
    }

    /** One slice that the machine held up must not keep the renewal from going on for good. */
    private void forgetALittle() {
        delayNanos -= delayNanos / FORGETTING;
    }

    private void runSlice(Slice slice, SensorFrame frame) {
        run.increment();
        try {
            for (int part = slice.fromLayer(); part < slice.toLayer(); part++) {
                switch (processor.stepRegion(frame)) {
                    case GOING_ON -> {}
                    case RENEWED -> {
                        updates.increment();
                        failuresInRow = 0;
                        rest();
                        return;
                    }
                    case KEPT -> {
                        fail(frame, processor.lastFailure());
                        return;
                    }
                }
            }
        } catch (RuntimeException e) {
            fail(frame, e);
            return;
        }
        // More parts than were planned are done like the last slice.
        next = Math.min(next + 1, slices.length - 1);
    }

    private void fail(SensorFrame frame, Throwable cause) {
        failures.increment();
        if (failuresInRow == 0) {
            listener.onFailure("region by frame " + frame.sequence(), cause);
        }
        failuresInRow++;
        rest();
    }

    private void rest() {
        wanted = false;
        next = 0;
    }

    @Override
    public long updates() {
        return updates.get();
    }

    @Override
    public long failures() {
        return failures.get();
    }

    /** Slices that ran. */
    public long slices() {
        return run.get();
    }

    /** Frames behind which a slice waited because it was not sure to end in time. */
    public long deferred() {
        return deferred.get();
    }

    /** Those among them behind which it ran all the same, because the region had become too old. */
    public long forced() {
        return forced.get();
    }
}
