package org.flatgaze.accel.shiftadd;

import java.util.Arrays;
import java.util.Random;

/**
 * A kernel that was compiled, checked against the plain loops and timed at its shape before it is relied on.
 *
 * <p>A vector kernel whose vectors C2 turned into objects is a thousand times slower than it should be, in some starts of
 * the JVM and not in others; only a measurement tells.
 *
 * @param kernel the one to use
 * @param id {@code "scalar"} or {@code "vector"}
 * @param vectorMicros median time of the vector kernel, NaN where there is none
 * @param scalarMicros median time of the plain loops
 * @param reason why this one, in one line
 */
public record KernelChoice(MatrixKernel kernel, String id, double vectorMicros, double scalarMicros, String reason) {

    private static final int TIMED_CALLS = 9;

    /** Picks for {@code y = x w^T}. */
    public static KernelChoice product(Int8Matrix weights, int rows, int warmUpMillis) {
        return pick(
                ShiftAddKernels.best().product(weights),
                ShiftAddKernels.scalar().product(weights),
                weights,
                rows,
                warmUpMillis);
    }

    /** Picks for {@code y = -sum |x - w|}. */
    public static KernelChoice difference(Int8Matrix weights, int rows, int warmUpMillis) {
        return pick(
                ShiftAddKernels.best().difference(weights),
                ShiftAddKernels.scalar().difference(weights),
                weights,
                rows,
                warmUpMillis);
    }

    /**
     * Warms both up, compares their results, and takes the vector kernel only if it is right and faster.
     *
     * @param vector the candidate
     * @param scalar the reference
     * @param rows rows of a call
     * @param warmUpMillis how long the candidate runs before it is timed
     */
    static KernelChoice pick(MatrixKernel vector, MatrixKernel scalar, Int8Matrix weights, int rows, int warmUpMillis) {
        byte[] x = new byte[Math.multiplyExact(rows, weights.inputs())];
        new Random(1).nextBytes(x);
        int[] fast = new int[Math.multiplyExact(rows, weights.outputs())];
        int[] plain = new int[fast.length];
        long end = System.nanoTime() + warmUpMillis * 1_000_000L;
        do {
            vector.run(rows, x, 0, fast, 0);
        } while (System.nanoTime() < end);
        scalar.run(rows, x, 0, plain, 0);
        double vectorMicros = micros(vector, rows, x, fast);
        double scalarMicros = micros(scalar, rows, x, plain);
        if (!Arrays.equals(fast, plain)) {
            return new KernelChoice(scalar, "scalar", vectorMicros, scalarMicros, "the vector kernel's results differ");
        }
        if (!(vectorMicros < scalarMicros)) {
            return new KernelChoice(
                    scalar, "scalar", vectorMicros, scalarMicros, "the vector kernel is not faster at this shape");
        }
        return new KernelChoice(vector, "vector", vectorMicros, scalarMicros, "checked and faster");
    }

    private static double micros(MatrixKernel kernel, int rows, byte[] x, int[] y) {
        double[] times = new double[TIMED_CALLS];
        for (int i = 0; i < TIMED_CALLS; i++) {
            long start = System.nanoTime();
            kernel.run(rows, x, 0, y, 0);
            times[i] = (System.nanoTime() - start) * 1e-3;
        }
        Arrays.sort(times);
        return times[TIMED_CALLS / 2];
    }
}
