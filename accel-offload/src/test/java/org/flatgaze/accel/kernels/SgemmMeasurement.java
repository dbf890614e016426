package org.flatgaze.accel.kernels;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Prints GFLOP/s of the matrix product at the shapes the reconstruction uses, vector and scalar in one run. A quick look
 * from the command line; the JMH benchmark is the measurement.
 */
public final class SgemmMeasurement {

    private static final int[][] SHAPES = {
        {96, 640, 480},
        {256, 640, 480},
        {96, 160, 640},
        {256, 256, 640},
        {480, 256, 256},
        {480, 640, 256},
        {480, 640, 96},
        {1, 1000, 512},
        {64, 1, 576},
    };
    private static final int ROUNDS = 15;
    private static final long ROUND_NANOS = 20_000_000;

    private SgemmMeasurement() {}

    /** No arguments: all shapes, vector and scalar. */
    public static void main(String[] args) {
        System.out.println(VectorSupport.reason());
        KernelSet best = KernelSet.best();
        KernelSet scalar = KernelSet.scalar();
        for (int[] shape : SHAPES) {
            double fast = gflops(best, shape[0], shape[1], shape[2]);
            double plain = gflops(scalar, shape[0], shape[1], shape[2]);
            System.out.printf(
                    Locale.ROOT,
                    "m=%d n=%d k=%d  %s %.1f GFLOP/s  scalar %.2f GFLOP/s  ratio %.1f%n",
                    shape[0],
                    shape[1],
                    shape[2],
                    best.id(),
                    fast,
                    plain,
                    fast / plain);
        }
    }

    /** Median over rounds, each of as many products as fit into it. */
    private static double gflops(KernelSet kernels, int m, int n, int k) {
        Random random = new Random(1);
        float[] a = random(random, m * k);
        float[] b = random(random, k * n);
        float[] c = new float[m * n];
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            long elapsed;
            long products = 0;
            do {
                kernels.sgemm(m, n, k, a, 0, k, b, 0, n, c, 0, n);
                products++;
                elapsed = System.nanoTime() - start;
            } while (elapsed < ROUND_NANOS);
            rates[round] = 2.0 * m * n * k * products / elapsed;
        }
        Arrays.sort(rates);
        return rates[ROUNDS / 2];
    }

    private static float[] random(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
