package org.flatgaze.accel.vitcod.plan;

import java.util.Arrays;

/**
 * Two pieces of work timed in interleaved pairs, so that whatever else the machine does hits both alike.
 *
 * @param firstMicros median of the first one's runs
 * @param secondMicros median of the second one's runs
 * @param speedup median over the pairs of first / second: above 1 the second is faster
 */
public record PairedTiming(double firstMicros, double secondMicros, double speedup) {

    private static final long WINDOW_NANOS = 100_000_000;

    /** Windows without gain after which code counts as compiled. */
    private static final int STEADY_WINDOWS = 8;

    private static final int MOST_WINDOWS = 60;

    /** Less than this of the best so far is a gain. */
    private static final double GAIN = 0.95;

    /**
     * Times two runs.
     *
     * @param pairs number of pairs, 1 or more; warm both up before
     * @param repeats runs per timing, for work too short for the clock
     */
    public static PairedTiming of(Runnable first, Runnable second, int pairs, int repeats) {
        if (pairs < 1 || repeats < 1) {
            throw new IllegalArgumentException("pairs=" + pairs + ", repeats=" + repeats + ": expected at least 1");
        }
        double[] a = new double[pairs];
        double[] b = new double[pairs];
        double[] ratio = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            // Who goes first alternates: the second finds warmer caches.
            if (i % 2 == 0) {
                a[i] = micros(first, repeats);
                b[i] = micros(second, repeats);
            } else {
                b[i] = micros(second, repeats);
                a[i] = micros(first, repeats);
            }
            ratio[i] = a[i] / b[i];
        }
        return new PairedTiming(median(a), median(b), median(ratio));
    }

    /** Runs both until neither gets faster: C2 compiles beside them, and slowly where the machine is busy. */
    public static void warmUp(Runnable first, Runnable second) {
        double bestFirst = Double.MAX_VALUE;
        double bestSecond = Double.MAX_VALUE;
        int unchanged = 0;
        int windows = 0;
        while (unchanged < STEADY_WINDOWS && windows < MOST_WINDOWS) {
            long end = System.nanoTime() + WINDOW_NANOS;
            double leastFirst = Double.MAX_VALUE;
            double leastSecond = Double.MAX_VALUE;
            while (System.nanoTime() < end) {
                leastFirst = Math.min(leastFirst, micros(first, 10));
                leastSecond = Math.min(leastSecond, micros(second, 10));
            }
            boolean faster = leastFirst < GAIN * bestFirst || leastSecond < GAIN * bestSecond;
            unchanged = faster ? 0 : unchanged + 1;
            bestFirst = Math.min(bestFirst, leastFirst);
            bestSecond = Math.min(bestSecond, leastSecond);
            windows++;
        }
    }

    /** Mean microseconds of one run over {@code repeats}. */
    static double micros(Runnable work, int repeats) {
        long begun = System.nanoTime();
        for (int i = 0; i < repeats; i++) {
            work.run();
        }
        return (System.nanoTime() - begun) * 1e-3 / repeats;
    }

    /** The middle value, or the mean of the two; sorts the array. */
    public static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
