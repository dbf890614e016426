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
 */
public record RoiSchedule(int period, int lag) {

    /** EyeCoD's period; 8 frames are 33 ms at 240 frames/s, several times one RITNet run at 128 x 128. */
    public static final RoiSchedule DEFAULT = new RoiSchedule(50, 8);

    public RoiSchedule {
        if (period < 2) {
            throw new IllegalArgumentException("period=" + period + ": expected at least 2");
        }
        // A lag beyond the period would let two unfinished segmentations overlap and lose their order.
        if (lag < 1 || lag > period) {
            throw new IllegalArgumentException("lag=" + lag + ": expected 1..period (" + period + ")");
        }
    }

    /** Number of the renewal that {@code sequence} falls under. */
    long turn(long sequence) {
        return Math.floorDiv(sequence, (long) period);
    }
}
