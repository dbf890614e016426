package org.flatgaze.pipeline;

import java.util.Arrays;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.pipeline.roi.RoiTracker;

/**
 * Decides after each live frame whether the region of interest should be renewed before its time.
 *
 * <p>Not more often than {@link RoiSchedule#earlyAfter} allows, and where a renewal does not help, after twice that time, then four
 * times, up to the ordinary period. Shared by the pipelines of one eye, whose frames may come a little out of order; any thread,
 * allocates nothing after construction.
 */
final class EarlyRefresh {

    /**
     * Confidence below which the network doubts: a vector hardly longer than that of an eye that counts as closed, 0.5; for a
     * network that states its error, one of 5.2 degrees.
     */
    static final float UNSURE_BELOW = 0.6f;

    /** By so much the eye must be wider open than at the segmentation. */
    private static final float WIDER_BY = 0.3f;

    /** The pupil may come so near to the border, pixels: a few for the eye's next movement. */
    private static final float BORDER_PX = 4;

    /** The iris of the reference device, 72 pixels wide in a region of 96 rows, is cut when it moves by more than 12. */
    private static final float FREE_PART = 12f / 72;

    /** Centre of the pupil to the eye's centre of rotation, and width of the iris, mm (Atchison and Smith 2000). */
    private static final float ROTATION_RADIUS_MM = 9.8f;

    private static final float IRIS_MM = 11.8f;

    /** Frames whose direction is remembered, a power of two: longer than any region is usually in use. */
    private static final int REMEMBERED = 256;

    private static final long NEVER = Long.MIN_VALUE;

    private final RoiSchedule schedule;
    private final float pixelsPerUnit;
    private final float freePx;
    private final long[] sequences = new long[REMEMBERED];
    private final float[] xs = new float[REMEMBERED];
    private final float[] ys = new float[REMEMBERED];
    private long lastAsked = NEVER;
    private int wait;

    /** @param expectedIrisPx usual width of the iris in the 128 x 128 picture, pixels */
    EarlyRefresh(RoiSchedule schedule, float expectedIrisPx) {
        float irisPx = 2 * expectedIrisPx;
        this.schedule = schedule;
        this.pixelsPerUnit = ROTATION_RADIUS_MM / IRIS_MM * irisPx;
        this.freePx = FREE_PART * irisPx;
        this.wait = schedule.earlyAfter();
        Arrays.fill(sequences, NEVER);
    }

    /**
     * Looks at a frame with an answer of the gaze network.
     *
     * @param sample the frame's; its status is OK or EYE_CLOSED
     * @param region the region it used
     * @param dueAnyway whether the region is to be renewed from this frame in any case; it is only remembered then
     * @return why the region should be renewed from this very frame, or null
     */
    synchronized EarlyCause see(GazeSample sample, RoiEstimate region, boolean dueAnyway) {
        long sequence = sample.sequence;
        if (schedule.earlyAfter() >= schedule.period()) {
            return null;
        }
        remember(sample);
        if (lastAsked != NEVER
                && (lastAsked - sequence > RoiTracker.DISORDER || sequence - lastAsked >= schedule.period())) {
            lastAsked = NEVER;
            wait = schedule.earlyAfter();
        }
        if (dueAnyway || sample.status != FrameStatus.OK || isTooSoon(sequence, region)) {
            // A closed eye has nothing to show to a segmentation.
            return null;
        }
        EarlyCause cause = cause(sample, region);
        if (cause != null) {
            lastAsked = sequence;
            wait = Math.min(2 * wait, schedule.period());
        }
        return cause;
    }

    private void remember(GazeSample sample) {
        int slot = (int) sample.sequence & (REMEMBERED - 1);
        sequences[slot] = sample.sequence;
        xs[slot] = sample.networkX;
        ys[slot] = sample.networkY;
    }

    private boolean isTooSoon(long sequence, RoiEstimate region) {
        boolean afterSource = region.sourceSequence == RoiEstimate.NO_SOURCE
                || sequence - region.sourceSequence >= schedule.earlyAfter();
        return !afterSource || (lastAsked != NEVER && sequence - lastAsked < wait);
    }

    private EarlyCause cause(GazeSample sample, RoiEstimate region) {
        // Not a number where nobody knows: then nothing is wider than before.
        if (!region.found || sample.openness > region.openness + WIDER_BY) {
            return EarlyCause.REOPENED;
        }
        if (sample.confidence < UNSURE_BELOW) {
            return EarlyCause.UNSURE;
        }
        return hasMoved(sample, region) ? EarlyCause.MOVED : null;
    }

    /** From the turn of the eye: where the pupil is in this very picture, only a segmentation could say. */
    private boolean hasMoved(GazeSample sample, RoiEstimate region) {
        int slot = (int) region.regionSequence & (REMEMBERED - 1);
        if (sequences[slot] != region.regionSequence || Float.isNaN(region.pupilX)) {
            return false;
        }
        // Directions that are not a number, such as those of a closed eye, make every comparison false.
        float right = Math.abs(pixelsPerUnit * (sample.networkX - xs[slot]));
        float down = Math.abs(pixelsPerUnit * (sample.networkY - ys[slot]));
        float freeRight = free(region.pupilX - region.roiX, Roi.COLUMNS, region.pupilMajor);
        float freeDown = free(region.pupilY - region.roiY, Roi.ROWS, region.pupilMajor);
        return Math.max(right, down) > freePx || right > freeRight || down > freeDown;
    }

    /** How far the pupil may move towards the nearer border; a little at least, where the picture itself ends there. */
    private static float free(float at, int size, float pupil) {
        return Math.max(BORDER_PX, Math.min(at, size - 1 - at) - pupil - BORDER_PX);
    }
}
