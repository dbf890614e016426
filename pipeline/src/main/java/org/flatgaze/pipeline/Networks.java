package org.flatgaze.pipeline;

import java.util.Objects;

/**
 * The two networks of a pipeline, by their ids in the model store.
 *
 * @param gaze sees the region of every frame
 * @param segmentation finds the region, now and then
 */
public record Networks(String gaze, String segmentation) {

    /** EyeCoD's: 116 M multiply-accumulates a frame and 1,051 M a region. */
    public static final Networks PAPER = new Networks("fbnet-c100", "ritnet-128");

    /** Ours: 29 M a frame and 79 M a region, so that a region fits between two frames of a fast camera. */
    public static final Networks COMPACT = new Networks("compact", "compact-seg");

    public Networks {
        Objects.requireNonNull(gaze, "gaze");
        Objects.requireNonNull(segmentation, "segmentation");
    }

    /** The segmentation a gaze network comes with: the paper's with the paper's, ours with all others. */
    public static Networks of(String gaze) {
        return new Networks(gaze, gaze.equals(PAPER.gaze) ? PAPER.segmentation : COMPACT.segmentation);
    }

    /** The same with another segmentation. */
    public Networks withSegmentation(String id) {
        return new Networks(gaze, id);
    }
}
