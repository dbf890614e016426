package org.flatgaze.accel.schedule;

/** Which of the two programs of a plan. */
public enum Role {
    /** Runs in every frame: gaze. */
    FOREGROUND,
    /** Runs once per period: segmentation. */
    BACKGROUND
}
