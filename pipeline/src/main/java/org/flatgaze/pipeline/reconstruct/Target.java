package org.flatgaze.pipeline.reconstruct;

/** Which part of the picture is computed, and how large. */
public enum Target {
    /** The whole picture at the size of the scene, 256 x 256 on every device so far. */
    FULL,
    /** The whole picture, 2 x 2 box mean: 128 x 128. */
    HALF,
    /** {@value Reconstructor#ROI_ROWS} x {@value Reconstructor#ROI_COLS} of the whole picture, at any place in it. */
    ROI
}
