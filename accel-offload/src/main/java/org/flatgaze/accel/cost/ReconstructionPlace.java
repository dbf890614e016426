package org.flatgaze.accel.cost;

/** Where the separable reconstruction runs. */
public enum ReconstructionPlace {
    /** On the host: costs the array nothing. */
    HOST,
    /** On the lanes, as two matrix products before the network that needs the picture. */
    LANES
}
