package org.flatgaze.pipeline.roi;

/**
 * When the region of interest is renewed.
 *
 * <p>The frame {@code n * period}, or the first one after it that exists, is a source frame: it is segmented, and its
 * region is used from {@code lag} frames later on, whenever the segmentation really ended. That makes results depend on
 * frame numbers alone, not on the speed of the machine. Only the very first source takes effect at once.
 *
 * @param period frames between renewals, at least 2; EyeCoD uses 50
 * @param lag frames from a source frame to the first that uses it, 1..period; must cover the time of a segmentation
 * @param earlyAfter live only: frames after a source from which on the region may be renewed before its time, when the gaze
 *     asks for it, at least 1; {@code period} or more for never
 */
public record RoiSchedule(int period, int lag, int earlyAfter) {

    /**
     * EyeCoD's period; 8 frames are 33 ms at 240 frames/s, several times one RITNet run at 128 x 128; 12 frames are 50 ms, in
     * which an eye has ended the largest saccade.
     */
    public static final RoiSchedule DEFAULT = new RoiSchedule(50, 8, 12);

    /** A schedule that never renews early. */
    public RoiSchedule(int period, int lag) {
        this(period, lag, period);
    }

    public RoiSchedule {
        if (period < 2) {
            throw new IllegalArgumentException("period=" + period + ": expected at least 2");
        }
        // A lag beyond the period would let two unfinished segmentations overlap and lose their order.
        if (lag < 1 || lag > period) {
            throw new IllegalArgumentException("lag=" + lag + ": expected 1..period (" + period + ")");
        }
        if (earlyAfter < 1) {
            throw new IllegalArgumentException("earlyAfter=" + earlyAfter + ": expected at least 1");
        }
    }

    /** Number of the renewal that {@code sequence} falls under. */
    long turn(long sequence) {
        return Math.floorDiv(sequence, (long) period);
    }
}
