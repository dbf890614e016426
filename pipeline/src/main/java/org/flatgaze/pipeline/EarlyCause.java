package org.flatgaze.pipeline;

/** Why a live region of interest is renewed before its time. */
public enum EarlyCause {
    /** The last segmentation saw no eye, or one with lower lids, and this frame shows an open one. */
    REOPENED,
    /** The gaze network doubts its own answer. */
    UNSURE,
    /** The eye has turned so far since the region was found that the pupil comes near its border, or the iris leaves it. */
    MOVED
}
