package org.flatgaze.runtime.loop;

/** How a live loop is doing. */
public enum LoopState {
    /** Started, no sample yet. */
    INIT,
    /** Samples flow. */
    READY,
    /** A stage failed several times in a row; samples say so, the region of interest is held. */
    DEGRADED,
    /** Ended, by request or because the source has no more frames. */
    STOPPED
}
