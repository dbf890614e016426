package org.flatgaze.accel.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Products with a single row or column: every matrix element is used once, so packing it would cost more than it saves. */
final class VectorGemv {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorGemv() {}

    /** {@code c = a b} with one row in {@code a} and {@code c}; four vectors of sums to cover the add latency. */
    static void rowTimesMatrix(
            int n, int k, float[] a, int aOffset, float[] b, int bOffset, int ldb, float[] c, int cOffset) {
        int j = 0;
        for (; j <= n - 4 * LANES; j += 4 * LANES) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int p = 0; p < k; p++) {
                FloatVector x = FloatVector.broadcast(SPECIES, a[aOffset + p]);
                int row = bOffset + p * ldb + j;
                s0 = x.fma(FloatVector.fromArray(SPECIES, b, row), s0);
                s1 = x.fma(FloatVector.fromArray(SPECIES, b, row + LANES), s1);
                s2 = x.fma(FloatVector.fromArray(SPECIES, b, row + 2 * LANES), s2);
                s3 = x.fma(FloatVector.fromArray(SPECIES, b, row + 3 * LANES), s3);
            }
            s0.intoArray(c, cOffset + j);
            s1.intoArray(c, cOffset + j + LANES);
            s2.intoArray(c, cOffset + j + 2 * LANES);
            s3.intoArray(c, cOffset + j + 3 * LANES);
        }
        for (; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) {
                sum += a[aOffset + p] * b[bOffset + p * ldb + j];
            }
            c[cOffset + j] = sum;
        }
    }

    /** {@code c = a b} with one column in {@code b} and {@code c}; {@code b} without gaps. */
    static void matrixTimesColumn(
            int m, int k, float[] a, int aOffset, int lda, float[] b, int bOffset, float[] c, int cOffset, int ldc) {
        for (int i = 0; i < m; i++) {
            c[cOffset + i * ldc] = dot(k, a, aOffset + i * lda, b, bOffset);
        }
    }

    private static float dot(int k, float[] a, int aOffset, float[] b, int bOffset) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int p = 0;
        for (; p <= k - 4 * LANES; p += 4 * LANES) {
            s0 = load(a, aOffset + p).fma(load(b, bOffset + p), s0);
            s1 = load(a, aOffset + p + LANES).fma(load(b, bOffset + p + LANES), s1);
            s2 = load(a, aOffset + p + 2 * LANES).fma(load(b, bOffset + p + 2 * LANES), s2);
            s3 = load(a, aOffset + p + 3 * LANES).fma(load(b, bOffset + p + 3 * LANES), s3);
        }
        for (; p <= k - LANES; p += LANES) {
            s0 = load(a, aOffset + p).fma(load(b, bOffset + p), s0);
        }
        float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; p < k; p++) {
            sum += a[aOffset + p] * b[bOffset + p];
        }
        return sum;
    }

    private static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }
}
