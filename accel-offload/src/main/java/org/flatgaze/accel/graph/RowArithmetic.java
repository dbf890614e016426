package org.flatgaze.accel.graph;

/** Functions of the last axis, in double precision: the same numbers in every backend. */
public final class RowArithmetic {

    private RowArithmetic() {}

    /** Softmax of {@code n} numbers, in place. */
    public static void softmax(float[] x, int offset, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = offset; i < offset + n; i++) {
            max = Math.max(max, x[i]);
        }
        double sum = 0;
        for (int i = offset; i < offset + n; i++) {
            double e = StrictMath.exp((double) x[i] - max);
            x[i] = (float) e;
            sum += e;
        }
        for (int i = offset; i < offset + n; i++) {
            x[i] = (float) (x[i] / sum);
        }
    }

    /** Layer normalisation of {@code scale.length} numbers, in place. */
    public static void layerNorm(float[] x, int offset, float[] scale, float[] shift, float epsilon) {
        int n = scale.length;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += x[offset + i];
        }
        mean /= n;
        double variance = 0;
        for (int i = 0; i < n; i++) {
            double d = x[offset + i] - mean;
            variance += d * d;
        }
        double factor = 1 / Math.sqrt(variance / n + epsilon);
        for (int i = 0; i < n; i++) {
            x[offset + i] = (float) ((x[offset + i] - mean) * factor * scale[i] + shift[i]);
        }
    }
}
