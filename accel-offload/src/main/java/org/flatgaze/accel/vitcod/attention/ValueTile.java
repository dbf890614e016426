package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Weighted sums of value rows, all sums in registers; lanes are value columns. */
final class ValueTile {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /** Queries of one call of the dense kernels. */
    static final int QUERIES = 4;

    private ValueTile() {}

    /**
     * Four queries by two registers of value columns over all keys: {@code out = weights v * inverse sums}.
     *
     * @param weights element (key, query) at {@code weightsAt + key * weightStride + query}
     * @param v first column at {@code offset}
     * @param inverse one factor per query, from {@code inverseAt}
     * @param out0 first element of the first query's columns
     */
    static void dense(
            int keys,
            float[] weights,
            int weightsAt,
            int weightStride,
            float[] v,
            int offset,
            int rowStride,
            float[] inverse,
            int inverseAt,
            float[] out,
            int out0,
            int out1,
            int out2,
            int out3) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector l0 = zero;
        FloatVector r0 = zero;
        FloatVector l1 = zero;
        FloatVector r1 = zero;
        FloatVector l2 = zero;
        FloatVector r2 = zero;
        FloatVector l3 = zero;
        FloatVector r3 = zero;
        for (int p = 0; p < keys; p++) {
            int from = offset + p * rowStride;
            FloatVector left = FloatVector.fromArray(SPECIES, v, from);
            FloatVector right = FloatVector.fromArray(SPECIES, v, from + LANES);
            int w = weightsAt + p * weightStride;
            FloatVector x0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
        }
        l0.mul(inverse[inverseAt + 0]).intoArray(out, out0);
        r0.mul(inverse[inverseAt + 0]).intoArray(out, out0 + LANES);
        l1.mul(inverse[inverseAt + 1]).intoArray(out, out1);
        r1.mul(inverse[inverseAt + 1]).intoArray(out, out1 + LANES);
        l2.mul(inverse[inverseAt + 2]).intoArray(out, out2);
        r2.mul(inverse[inverseAt + 2]).intoArray(out, out2 + LANES);
        l3.mul(inverse[inverseAt + 3]).intoArray(out, out3);
        r3.mul(inverse[inverseAt + 3]).intoArray(out, out3 + LANES);
    }

    /** The same for one register of value columns. */
    static void narrow(
            int keys,
            float[] weights,
            int weightsAt,
            int weightStride,
            float[] v,
            int offset,
            int rowStride,
            float[] inverse,
            int inverseAt,
            float[] out,
            int out0,
            int out1,
            int out2,
            int out3) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        for (int p = 0; p < keys; p++) {
            FloatVector value = FloatVector.fromArray(SPECIES, v, offset + p * rowStride);
            int w = weightsAt + p * weightStride;
            s0 = FloatVector.broadcast(SPECIES, weights[w + 0]).fma(value, s0);
            s1 = FloatVector.broadcast(SPECIES, weights[w + 1]).fma(value, s1);
            s2 = FloatVector.broadcast(SPECIES, weights[w + 2]).fma(value, s2);
            s3 = FloatVector.broadcast(SPECIES, weights[w + 3]).fma(value, s3);
        }
        s0.mul(inverse[inverseAt + 0]).intoArray(out, out0);
        s1.mul(inverse[inverseAt + 1]).intoArray(out, out1);
        s2.mul(inverse[inverseAt + 2]).intoArray(out, out2);
        s3.mul(inverse[inverseAt + 3]).intoArray(out, out3);
    }

    /**
     * Four queries by two registers of value columns over listed keys: {@code out = weights v * inverse sums}.
     *
     * @param pairs slot, key, slot, key, ... in {@code from..to}; the four weights of a key stand from its slot
     * @param v first column at {@code offset}
     * @param inverse one factor per query, from {@code inverseAt}
     * @param out0 first element of the first query's columns
     */
    static void listed(
            int[] pairs,
            int from,
            int to,
            float[] weights,
            float[] v,
            int offset,
            int rowStride,
            float[] inverse,
            int inverseAt,
            float[] out,
            int out0,
            int out1,
            int out2,
            int out3) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector l0 = zero;
        FloatVector r0 = zero;
        FloatVector l1 = zero;
        FloatVector r1 = zero;
        FloatVector l2 = zero;
        FloatVector r2 = zero;
        FloatVector l3 = zero;
        FloatVector r3 = zero;
        for (int i = from; i < to; i += 2) {
            int row = offset + pairs[i + 1] * rowStride;
            FloatVector left = FloatVector.fromArray(SPECIES, v, row);
            FloatVector right = FloatVector.fromArray(SPECIES, v, row + LANES);
            int w = pairs[i];
            FloatVector x0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
        }
        l0.mul(inverse[inverseAt + 0]).intoArray(out, out0);
        r0.mul(inverse[inverseAt + 0]).intoArray(out, out0 + LANES);
        l1.mul(inverse[inverseAt + 1]).intoArray(out, out1);
        r1.mul(inverse[inverseAt + 1]).intoArray(out, out1 + LANES);
        l2.mul(inverse[inverseAt + 2]).intoArray(out, out2);
        r2.mul(inverse[inverseAt + 2]).intoArray(out, out2 + LANES);
        l3.mul(inverse[inverseAt + 3]).intoArray(out, out3);
        r3.mul(inverse[inverseAt + 3]).intoArray(out, out3 + LANES);
    }

    /** The same for one register of value columns. */
    static void listedNarrow(
            int[] pairs,
            int from,
            int to,
            float[] weights,
            float[] v,
            int offset,
            int rowStride,
            float[] inverse,
            int inverseAt,
            float[] out,
            int out0,
            int out1,
            int out2,
            int out3) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        for (int i = from; i < to; i += 2) {
            FloatVector value = FloatVector.fromArray(SPECIES, v, offset + pairs[i + 1] * rowStride);
            int w = pairs[i];
            s0 = FloatVector.broadcast(SPECIES, weights[w + 0]).fma(value, s0);
            s1 = FloatVector.broadcast(SPECIES, weights[w + 1]).fma(value, s1);
            s2 = FloatVector.broadcast(SPECIES, weights[w + 2]).fma(value, s2);
            s3 = FloatVector.broadcast(SPECIES, weights[w + 3]).fma(value, s3);
        }
        s0.mul(inverse[inverseAt + 0]).intoArray(out, out0);
        s1.mul(inverse[inverseAt + 1]).intoArray(out, out1);
        s2.mul(inverse[inverseAt + 2]).intoArray(out, out2);
        s3.mul(inverse[inverseAt + 3]).intoArray(out, out3);
    }

    /**
     * Eight queries by two registers over all keys: for the 32 registers of AVX-512. With 16 registers the sums would
     * spill; there {@link #dense} is the faster one.
     *
     * @param rows row of the output of each query, from {@code rowsAt}
     * @param out first column at {@code outOffset}
     */
    static void denseEight(
            int keys,
            float[] weights,
            int weightsAt,
            int weightStride,
            float[] v,
            int offset,
            int rowStride,
            float[] inverse,
            int inverseAt,
            int[] rows,
            int rowsAt,
            float[] out,
            int outOffset,
            int outStride) {
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector l0 = zero;
        FloatVector r0 = zero;
        FloatVector l1 = zero;
        FloatVector r1 = zero;
        FloatVector l2 = zero;
        FloatVector r2 = zero;
        FloatVector l3 = zero;
        FloatVector r3 = zero;
        FloatVector l4 = zero;
        FloatVector r4 = zero;
        FloatVector l5 = zero;
        FloatVector r5 = zero;
        FloatVector l6 = zero;
        FloatVector r6 = zero;
        FloatVector l7 = zero;
        FloatVector r7 = zero;
        for (int p = 0; p < keys; p++) {
            int from = offset + p * rowStride;
            FloatVector left = FloatVector.fromArray(SPECIES, v, from);
            FloatVector right = FloatVector.fromArray(SPECIES, v, from + LANES);
            int w = weightsAt + p * weightStride;
            FloatVector x0 = FloatVector.broadcast(SPECIES, weights[w + 0]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
            FloatVector x4 = FloatVector.broadcast(SPECIES, weights[w + 4]);
            l4 = x4.fma(left, l4);
            r4 = x4.fma(right, r4);
            FloatVector x5 = FloatVector.broadcast(SPECIES, weights[w + 5]);
            l5 = x5.fma(left, l5);
            r5 = x5.fma(right, r5);
            FloatVector x6 = FloatVector.broadcast(SPECIES, weights[w + 6]);
            l6 = x6.fma(left, l6);
            r6 = x6.fma(right, r6);
            FloatVector x7 = FloatVector.broadcast(SPECIES, weights[w + 7]);
            l7 = x7.fma(left, l7);
            r7 = x7.fma(right, r7);
        }
        int out0 = outOffset + rows[rowsAt + 0] * outStride;
        FloatVector f0 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 0]);
        l0.mul(f0).intoArray(out, out0);
        r0.mul(f0).intoArray(out, out0 + LANES);
        int out1 = outOffset + rows[rowsAt + 1] * outStride;
        FloatVector f1 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 1]);
        l1.mul(f1).intoArray(out, out1);
        r1.mul(f1).intoArray(out, out1 + LANES);
        int out2 = outOffset + rows[rowsAt + 2] * outStride;
        FloatVector f2 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 2]);
        l2.mul(f2).intoArray(out, out2);
        r2.mul(f2).intoArray(out, out2 + LANES);
        int out3 = outOffset + rows[rowsAt + 3] * outStride;
        FloatVector f3 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 3]);
        l3.mul(f3).intoArray(out, out3);
        r3.mul(f3).intoArray(out, out3 + LANES);
        int out4 = outOffset + rows[rowsAt + 4] * outStride;
        FloatVector f4 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 4]);
        l4.mul(f4).intoArray(out, out4);
        r4.mul(f4).intoArray(out, out4 + LANES);
        int out5 = outOffset + rows[rowsAt + 5] * outStride;
        FloatVector f5 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 5]);
        l5.mul(f5).intoArray(out, out5);
        r5.mul(f5).intoArray(out, out5 + LANES);
        int out6 = outOffset + rows[rowsAt + 6] * outStride;
        FloatVector f6 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 6]);
        l6.mul(f6).intoArray(out, out6);
        r6.mul(f6).intoArray(out, out6 + LANES);
        int out7 = outOffset + rows[rowsAt + 7] * outStride;
        FloatVector f7 = FloatVector.broadcast(SPECIES, inverse[inverseAt + 7]);
        l7.mul(f7).intoArray(out, out7);
        r7.mul(f7).intoArray(out, out7 + LANES);
    }
}
