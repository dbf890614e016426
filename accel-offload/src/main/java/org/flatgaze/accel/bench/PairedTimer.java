package org.flatgaze.accel.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Times two pieces of code in turns and answers the median of each, so that a neighbour's load falls on both alike.
 *
 * @param warmUpMillis how long each runs before it counts, so that C2 has compiled it
 * @param windowMillis length of one turn
 * @param rounds turns of each
 */
public record PairedTimer(int warmUpMillis, int windowMillis, int rounds) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A stretch that takes less than this part of the one before shows that the compiler was still at work. */
    private static final double SETTLED = 0.85;

    private static final long MOST_BYTES_A_CALL = 4096;
    private static final int PATIENCE = 20;

    public PairedTimer {
        if (warmUpMillis < 0 || windowMillis < 1 || rounds < 1) {
            throw new IllegalArgumentException("warmUpMillis=" + warmUpMillis + " windowMillis=" + windowMillis
                    + " rounds=" + rounds + ": expected >= 0, >= 1 and >= 1");
        }
    }

    /** Long enough for a table, short enough to wait for. */
    public static PairedTimer standard() {
        return new PairedTimer(200, 3, 15);
    }

    /**
     * Median microseconds a call takes.
     *
     * @param first medians' microseconds
     * @param second the same of the other
     */
    public record Pair(double first, double second) {}

    /** Times both in turns. */
    public Pair time(Runnable first, Runnable second) {
        int firstCalls = warmUp(first);
        int secondCalls = warmUp(second);
        double[] firstUs = new double[rounds];
        double[] secondUs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            firstUs[round] = window(first, firstCalls);
            secondUs[round] = window(second, secondCalls);
        }
        return new Pair(median(firstUs), median(secondUs));
    }

    /** Times one piece of code alone: median microseconds of a call. */
    public double time(Runnable code) {
        int calls = warmUp(code);
        double[] us = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            us[round] = window(code, calls);
        }
        return median(us);
    }

    /**
     * Lower quartile of a call's microseconds: what the code takes when no neighbour takes the core away. For tables that
     * are to be compared later, not for claims.
     */
    public double undisturbed(Runnable code) {
        int calls = warmUp(code);
        double[] us = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            us[round] = window(code, calls);
        }
        Arrays.sort(us);
        return us[rounds / 4];
    }

    /**
     * Runs until the code has settled - it has stopped making objects, as vector code does before C2 has compiled it, and
     * two stretches took the same time - and answers the calls that fill one window. Gives up waiting after a while: code
     * that never settles is timed as it is.
     */
    private int warmUp(Runnable code) {
        long start = System.nanoTime();
        long stretch = Math.max(1, warmUpMillis / 4) * 1_000_000L;
        long enough = warmUpMillis * 1_000_000L;
        double before = Double.POSITIVE_INFINITY;
        double once;
        boolean settled;
        do {
            long begin = System.nanoTime();
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            long calls = 0;
            do {
                code.run();
                calls++;
            } while (System.nanoTime() - begin < stretch);
            once = (double) (System.nanoTime() - begin) / calls;
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            settled = once > SETTLED * before && allocated < MOST_BYTES_A_CALL * calls;
            before = once;
        } while (System.nanoTime() - start < enough || (!settled && System.nanoTime() - start < PATIENCE * enough));
        return (int) Math.clamp(windowMillis * 1e6 / once, 1, 1e6);
    }

    private static double window(Runnable code, int calls) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            code.run();
        }
        return (System.nanoTime() - start) * 1e-3 / calls;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
