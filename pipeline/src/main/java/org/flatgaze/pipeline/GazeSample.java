package org.flatgaze.pipeline;

/**
 * The result for one frame: a mutable holder, made once and refilled for every frame.
 *
 * <p>Directions are unit vectors in OpenXR view space (+X right, +Y up, -Z forward). All fields are plain so that the
 * frame path writes them without ceremony; ownership passes with the ring slot that holds the sample.
 */
public final class GazeSample {

    /** Number of the frame this sample came from. */
    public long sequence;

    /** Mid-exposure of that frame, CLOCK_MONOTONIC, ns. */
    public long captureNanos;

    /** When the sample left the frame thread, CLOCK_MONOTONIC, ns. */
    public long publishNanos;

    /** What became of the frame. */
    public FrameStatus status = FrameStatus.FAILED;

    /** Gaze direction (visual axis), unit vector; NaN unless status is OK. */
    public float dirX;

    public float dirY;
    public float dirZ;

    /** {@code atan2(x, -z)} in degrees, positive right; NaN unless status is OK. */
    public float yawDeg;

    /** {@code asin(y)} in degrees, positive up; NaN unless status is OK. */
    public float pitchDeg;

    /** What the network said before the user's map, unit vector; NaN unless status is OK. A map is fitted on these. */
    public float networkX;

    public float networkY;
    public float networkZ;

    /** 0..1, how far the network believes its own answer. */
    public float confidence;

    /** Root mean square error the network expects of this direction, degrees; NaN if it does not say. */
    public float uncertaintyDeg;

    /** Pupil ellipse at the last ROI update, in the 256 x 256 picture: centre, half axes, angle; NaN when not seen. */
    public float pupilX;

    public float pupilY;
    public float pupilMajor;
    public float pupilMinor;
    public float pupilAngleDeg;

    /**
     * Eye openness, 0 closed .. 1 wide open; NaN when unknown. Of this frame where the gaze network says so, else at the last
     * ROI update.
     */
    public float openness;

    /** Region of interest used, in the 256 x 256 picture: top-left corner. Its size is fixed, 96 x 160. */
    public int roiX;

    public int roiY;

    /** Frames since the frame that the region of interest was computed from; -1 while it is only the initial guess. */
    public int roiAge;

    /** Time of each stage in ns: waiting, reconstruction, segmentation (0 unless it ran for this frame), gaze. */
    public long waitNanos;

    public long reconstructNanos;
    public long segmentNanos;
    public long gazeNanos;

    /** Frames since the previous sample that have none: lost at the source, or outrun by newer ones. */
    public int dropped;

    /** Forgets the direction; call it first on every frame so that nothing old can leak out. */
    public void clear() {
        status = FrameStatus.FAILED;
        dirX = dirY = dirZ = Float.NaN;
        yawDeg = pitchDeg = Float.NaN;
        networkX = networkY = networkZ = Float.NaN;
        confidence = 0;
        uncertaintyDeg = Float.NaN;
        pupilX = pupilY = pupilMajor = pupilMinor = pupilAngleDeg = openness = Float.NaN;
        roiX = roiY = roiAge = 0;
        waitNanos = reconstructNanos = segmentNanos = gazeNanos = 0;
        publishNanos = 0;
        dropped = 0;
    }

    /** Copies every field of {@code from} into this sample. */
    public void set(GazeSample from) {
        sequence = from.sequence;
        captureNanos = from.captureNanos;
        publishNanos = from.publishNanos;
        status = from.status;
        dirX = from.dirX;
        dirY = from.dirY;
        dirZ = from.dirZ;
        yawDeg = from.yawDeg;
        pitchDeg = from.pitchDeg;
        networkX = from.networkX;
        networkY = from.networkY;
        networkZ = from.networkZ;
        confidence = from.confidence;
        uncertaintyDeg = from.uncertaintyDeg;
        pupilX = from.pupilX;
        pupilY = from.pupilY;
        pupilMajor = from.pupilMajor;
        pupilMinor = from.pupilMinor;
        pupilAngleDeg = from.pupilAngleDeg;
        openness = from.openness;
        roiX = from.roiX;
        roiY = from.roiY;
        roiAge = from.roiAge;
        waitNanos = from.waitNanos;
        reconstructNanos = from.reconstructNanos;
        segmentNanos = from.segmentNanos;
        gazeNanos = from.gazeNanos;
        dropped = from.dropped;
    }
}
