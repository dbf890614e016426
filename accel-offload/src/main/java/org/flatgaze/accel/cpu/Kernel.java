package org.flatgaze.accel.cpu;

/** One layer of a compiled graph, bound to its memory. A long one is cut into parts, between which a run can yield. */
interface Kernel {

    /** Number of parts, at least 1; they run in order. */
    default int parts() {
        return 1;
    }

    /** Computes one part. Allocates nothing. */
    void run(int part);
}
