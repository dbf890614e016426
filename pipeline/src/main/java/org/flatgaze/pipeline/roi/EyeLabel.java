package org.flatgaze.pipeline.roi;

/** The four classes of the segmentation, in the order of the network's output channels (OpenEDS 2019). */
public final class EyeLabel {

    /** Skin, lids, lashes and everything else. */
    public static final byte BACKGROUND = 0;

    public static final byte SCLERA = 1;

    public static final byte IRIS = 2;

    public static final byte PUPIL = 3;

    /** Number of classes. */
    public static final int COUNT = 4;

    /** Rows and columns of a label map. */
    public static final int MAP = 128;

    private EyeLabel() {}
}
