package org.flatgaze.pipeline.roi;

import java.util.Arrays;

/**
 * What a label map says about the eye: a mutable holder, filled by {@link EyeShapeFinder}.
 *
 * <p>The box is in pixels of the 128 x 128 map; everything with a fraction is in the 256 x 256 picture, where pixel i
 * of the map lies at 2 i + 0.5.
 */
public final class EyeShape {

    /** Pixels of each class, indexed by {@link EyeLabel}. */
    public final int[] counts = new int[EyeLabel.COUNT];

    /** Whether a connected iris and pupil area was found; if not, box and centroid hold nothing. */
    public boolean irisFound;

    /** First and last column and row of iris and pupil, inclusive, in the 128 x 128 map. */
    public int firstX;

    public int lastX;
    public int firstY;
    public int lastY;

    /** Centroid of iris and pupil in the 256 x 256 picture; NaN if not found. */
    public float centroidX;

    public float centroidY;

    /** Whether an ellipse could be put on the pupil; if not, its fields are NaN. */
    public boolean pupilFound;

    /** Pupil ellipse in the 256 x 256 picture: centre, half axes, angle of the major one from +x to +y, (-90, 90]. */
    public float pupilX;

    public float pupilY;
    public float pupilMajor;
    public float pupilMinor;
    public float pupilAngleDeg;

    /** Share of the pupil's outline that does not border the iris, 0..1: hidden by lids or the edge of the map. */
    public float pupilHidden;

    /** 0 closed .. 1 the lids clear the iris. */
    public float openness;

    public EyeShape() {
        clear();
    }

    /** Forgets everything. */
    public void clear() {
        Arrays.fill(counts, 0);
        irisFound = false;
        firstX = 0;
        lastX = 0;
        firstY = 0;
        lastY = 0;
        centroidX = Float.NaN;
        centroidY = Float.NaN;
        openness = Float.NaN;
        clearPupil();
    }

    void clearPupil() {
        pupilFound = false;
        pupilX = Float.NaN;
        pupilY = Float.NaN;
        pupilMajor = Float.NaN;
        pupilMinor = Float.NaN;
        pupilAngleDeg = Float.NaN;
        pupilHidden = Float.NaN;
    }
}
