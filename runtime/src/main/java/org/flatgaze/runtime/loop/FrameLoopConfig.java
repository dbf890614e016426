package org.flatgaze.runtime.loop;

/**
 * Numbers of the live policy.
 *
 * @param periodNanos time between two frames, at least 100 µs
 * @param deadlinePeriods k of the deadline {@code captureNanos + k * period}, 1..1000; 2 unless configured
 * @param degradeAfter failures in a row after which the state is degraded, at least 1
 * @param recoverAfter good frames in a row after which it is ready again, at least 1
 * @param frameLimit frames after which the loop ends by itself; {@link Long#MAX_VALUE} for never
 * @param ringSlots samples that may wait for the publish thread, a power of two; beyond that the oldest is dropped
 */
public record FrameLoopConfig(
        long periodNanos, int deadlinePeriods, int degradeAfter, int recoverAfter, long frameLimit, int ringSlots) {

    /** Failures in a row that degrade the state, unless configured. */
    public static final int DEGRADE_AFTER = 3;

    /** Samples that may wait for the publish thread, unless configured: a quarter of a second at 240 frames/s. */
    public static final int RING_SLOTS = 64;

    public FrameLoopConfig {
        if (periodNanos < 100_000) {
            throw new IllegalArgumentException("periodNanos=" + periodNanos + ": expected at least 100000");
        }
        if (deadlinePeriods < 1 || deadlinePeriods > 1_000) {
            throw new IllegalArgumentException("deadlinePeriods=" + deadlinePeriods + ": expected 1..1000");
        }
        if (degradeAfter < 1 || recoverAfter < 1) {
            throw new IllegalArgumentException(
                    "degradeAfter=" + degradeAfter + " recoverAfter=" + recoverAfter + ": expected at least 1");
        }
        if (frameLimit < 1) {
            throw new IllegalArgumentException("frameLimit=" + frameLimit + ": expected at least 1");
        }
    }

    /** Deadline of two periods, degraded after three failures in a row, ready again after three good frames. */
    public static FrameLoopConfig ofRate(double framesPerSecond) {
        return new FrameLoopConfig(
                Math.round(1e9 / framesPerSecond), 2, DEGRADE_AFTER, DEGRADE_AFTER, Long.MAX_VALUE, RING_SLOTS);
    }
}
