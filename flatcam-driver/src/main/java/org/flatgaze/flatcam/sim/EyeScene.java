package org.flatgaze.flatcam.sim;

/**
 * One rendered eye with its exact labels. Mutable and reused: {@link EyeRenderer#render} overwrites all of it. One thread.
 *
 * <p>Pictures are row-major {@code SIZE x SIZE}; pixel coordinates have x right, y down and their origin at the centre of
 * the top-left pixel. Directions are unit vectors in the device frame (see {@link EyeGeometry}).
 */
public final class EyeScene {

    /** Rows and columns. */
    public static final int SIZE = EyeGeometry.SIZE;

    /** Label of skin, lids, lashes on skin, and everything else. */
    public static final byte BACKGROUND = 0;

    /** Label of visible sclera. */
    public static final byte SCLERA = 1;

    /** Label of visible iris. */
    public static final byte IRIS = 2;

    /** Label of visible pupil. */
    public static final byte PUPIL = 3;

    /**
     * Near-infrared radiance, linear, at least 0; a white diffuser that faces the camera at the calibration depth under
     * nominal lamps has 1. Highlights exceed 1. The cosine fall-off belongs to the camera and is not in here.
     */
    public final float[] radiance = new float[SIZE * SIZE];

    /** Depth of the surface seen, along the camera's optical axis from the mask, mm; iris and pupil at their apparent depth. */
    public final float[] depthMm = new float[SIZE * SIZE];

    /** Class of each pixel, 0..3; a lash keeps the class of what it covers, a lid hides what is under it. */
    public final byte[] labels = new byte[SIZE * SIZE];

    /** Visual axis: what the wearer looks along. */
    public final float[] gaze = new float[3];

    /** Optical axis of the eyeball. */
    public final float[] opticalAxis = new float[3];

    /** Centre column of the entrance pupil's outline, pixels; the whole outline counts, covered or not. */
    public double pupilX;

    /** Centre row of the entrance pupil's outline, pixels. */
    public double pupilY;

    /** Longer half axis of the outline, pixels. */
    public double pupilMajor;

    /** Shorter half axis of the outline, pixels. */
    public double pupilMinor;

    /** Direction of the longer axis, degrees in (-90, 90], from +x towards +y (down). */
    public double pupilAngleDeg;

    /** Openness that was asked for, 0..1. */
    public double openness;

    /** Share of the entrance pupil's pixels that neither lid nor lash hides, 0..1. */
    public double pupilVisible;

    /** Leftmost column of visible iris or pupil; the box is inclusive, and {@code irisRight < irisLeft} if none is visible. */
    public int irisLeft;

    /** Topmost row of visible iris or pupil. */
    public int irisTop;

    /** Rightmost column of visible iris or pupil. */
    public int irisRight;

    /** Bottom row of visible iris or pupil. */
    public int irisBottom;
}
