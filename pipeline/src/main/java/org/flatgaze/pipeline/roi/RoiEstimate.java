package org.flatgaze.pipeline.roi;

/**
 * What one segmentation says about where the eye is: a mutable holder, made once and refilled.
 *
 * <p>Coordinates are pixels of the 256 x 256 picture, x right, y down, origin at the centre of the top-left pixel.
 */
public final class RoiEstimate {

    /** Stands for no frame at all. */
    public static final long NO_SOURCE = Long.MIN_VALUE;

    /** Top-left pixel of the region. */
    public int roiX;

    public int roiY;

    /** The frame that was segmented; {@link #NO_SOURCE} for the initial guess. */
    public long sourceSequence;

    /**
     * The frame in which the region was found: older than the source when it was held; {@link #NO_SOURCE} for a
     * guess.
     */
    public long regionSequence;

    /** Whether an iris or pupil was seen; if not, the region is the previous one, or the middle of the picture. */
    public boolean found;

    /**
     * Pupil ellipse: centre, half axes in pixels, angle of the major one from +x towards +y, (-90, 90]; NaN if none.
     */
    public float pupilX;

    public float pupilY;
    public float pupilMajor;
    public float pupilMinor;
    public float pupilAngleDeg;

    /** Share of the pupil's outline hidden by the lids or the border, 0..1; NaN without a pupil. */
    public float pupilHidden;

    /** 0 closed .. 1 the lids clear the iris; NaN when no segmentation ran. */
    public float openness;

    public RoiEstimate() {
        clear();
    }

    /** The initial guess: middle of the picture, nothing found. */
    public void clear() {
        roiX = Roi.CENTRE.x();
        roiY = Roi.CENTRE.y();
        sourceSequence = NO_SOURCE;
        regionSequence = NO_SOURCE;
        forgetEye();
    }

    /** Copies every field of {@code from}. */
    public void set(RoiEstimate from) {
        roiX = from.roiX;
        roiY = from.roiY;
        sourceSequence = from.sourceSequence;
        regionSequence = from.regionSequence;
        found = from.found;
        pupilX = from.pupilX;
        pupilY = from.pupilY;
        pupilMajor = from.pupilMajor;
        pupilMinor = from.pupilMinor;
        pupilAngleDeg = from.pupilAngleDeg;
        pupilHidden = from.pupilHidden;
        openness = from.openness;
    }

    /** Keeps the region of {@code previous} for a frame in which nothing could be seen. */
    public void hold(RoiEstimate previous, long newSourceSequence) {
        roiX = previous.roiX;
        roiY = previous.roiY;
        sourceSequence = newSourceSequence;
        regionSequence = previous.regionSequence;
        forgetEye();
    }

    /** Frames from the one the region was found in to {@code sequence}; -1 for a guess. */
    public int ageAt(long sequence) {
        return regionSequence == NO_SOURCE ? -1 : Math.clamp(sequence - regionSequence, 0, Integer.MAX_VALUE);
    }

    private void forgetEye() {
        found = false;
        pupilX = Float.NaN;
        pupilY = Float.NaN;
        pupilMajor = Float.NaN;
        pupilMinor = Float.NaN;
        pupilAngleDeg = Float.NaN;
        pupilHidden = Float.NaN;
        openness = Float.NaN;
    }
}
