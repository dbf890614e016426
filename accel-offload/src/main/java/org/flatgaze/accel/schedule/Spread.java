package org.flatgaze.accel.schedule;

/** When a partial plan does the background work of a period. */
public enum Spread {
    /** The same share in every frame of the period, as published: flat load, the oldest result. */
    EVEN,
    /** As much as fits from the first frame on: the freshest result. */
    ASAP
}
