package org.flatgaze.calibration.session;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.TargetSamples;

/**
 * What the network said about the newest frames, before any user's map: a ring that forgets the oldest.
 *
 * <p>Any thread; {@link #add} allocates nothing and waits for a reader at most while that copies its window.
 */
public final class GazeHistory {

    private final long[] captureNanos;
    private final float[] x;
    private final float[] y;
    private final float[] z;
    private long written;

    /** @param frames how many are kept, at least 1 */
    public GazeHistory(int frames) {
        if (frames < 1) {
            throw new IllegalArgumentException("frames=" + frames + ": expected at least 1");
        }
        captureNanos = new long[frames];
        x = new float[frames];
        y = new float[frames];
        z = new float[frames];
    }

    /**
     * Adds a frame; frames come in the order of their capture.
     *
     * @param captureNanos mid-exposure, device clock
     * @param dirX unit vector in OpenXR view space; NaN when the frame has no direction
     */
    public synchronized void add(long captureNanos, float dirX, float dirY, float dirZ) {
        int slot = (int) (written++ % x.length);
        this.captureNanos[slot] = captureNanos;
        x[slot] = dirX;
        y[slot] = dirY;
        z[slot] = dirZ;
    }

    /** The frames captured from {@code fromNanos} to {@code toNanos}, both included, oldest first. */
    public synchronized List<TargetSamples.Estimate> between(long fromNanos, long toNanos) {
        List<TargetSamples.Estimate> found = new ArrayList<>();
        for (long i = Math.max(0, written - x.length); i < written; i++) {
            int slot = (int) (i % x.length);
            long at = captureNanos[slot];
            if (at >= fromNanos && at <= toNanos) {
                Direction direction = Float.isNaN(x[slot]) ? null : Direction.of(x[slot], y[slot], z[slot]);
                found.add(new TargetSamples.Estimate(at, direction));
            }
        }
        return found;
    }
}
