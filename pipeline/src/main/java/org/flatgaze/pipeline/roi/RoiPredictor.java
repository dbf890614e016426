package org.flatgaze.pipeline.roi;

/**
 * Turns a label map into an estimate: region centred on the box of iris and pupil, pupil ellipse, openness.
 *
 * <p>On 40 public label maps a region of this size so centred holds all of iris and pupil in every one. One thread;
 * allocates nothing after construction.
 */
public final class RoiPredictor {

    private final EyeShapeFinder finder;
    private final EyeShape shape = new EyeShape();

    /** Makes a predictor that reads maps with {@code finder}. */
    public RoiPredictor(EyeShapeFinder finder) {
        this.finder = finder;
    }

    /**
     * Predicts the region for the frames that follow.
     *
     * @param labels 128 x 128, row-major, values of {@link EyeLabel}
     * @param sourceSequence the frame they come from
     * @param previous the region kept when no eye is found; may be {@code out} itself
     * @param out overwritten
     */
    public void predict(byte[] labels, long sourceSequence, RoiEstimate previous, RoiEstimate out) {
        finder.find(labels, shape);
        out.hold(previous, sourceSequence);
        out.openness = shape.openness;
        if (!shape.irisFound) {
            return;
        }
        out.found = true;
        out.regionSequence = sourceSequence;
        out.roiX = Roi.centredX(shape.firstX, shape.lastX);
        out.roiY = Roi.centredY(shape.firstY, shape.lastY);
        out.pupilX = shape.pupilX;
        out.pupilY = shape.pupilY;
        out.pupilMajor = shape.pupilMajor;
        out.pupilMinor = shape.pupilMinor;
        out.pupilAngleDeg = shape.pupilAngleDeg;
        out.pupilHidden = shape.pupilHidden;
    }

    /** What the last label map held; overwritten by the next. */
    public EyeShape shape() {
        return shape;
    }
}
