package org.flatgaze.pipeline;

/** Which region of interest a frame uses. */
public enum RegionPolicy {
    /**
     * The one the schedule demands, waiting for it if need be: results depend on frame numbers alone, with any number
     * of threads. For replay, demo and bench.
     */
    SCHEDULED,
    /** The newest there is; never waits. For live operation. */
    NEWEST
}
