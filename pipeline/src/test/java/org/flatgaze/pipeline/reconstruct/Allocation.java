package org.flatgaze.pipeline.reconstruct;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a piece of work allocates on the calling thread. */
final class Allocation {

    private static final int ROUNDS = 8;

    private Allocation() {}

    /** Bytes of the most frugal of some rounds: class loading and the meter itself disturb the first ones. */
    static long bytesPerRound(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
