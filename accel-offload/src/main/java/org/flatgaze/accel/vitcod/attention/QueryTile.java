package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scores of a block of queries against a few keys, all sums in registers: lanes are queries, so a key's element is
 * broadcast and nothing is added across lanes.
 *
 * <p>The packed queries are {@code depth x lanes}, already scaled. Keys are read where they lie.
 */
final class QueryTile {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /** Keys per call of the dense kernel: 6 x 2 sums, the tile that C2 keeps in registers at every width. */
    static final int DENSE_KEYS = 6;

    private QueryTile() {}

    /**
     * Packs {@code lanes} rows side by side: {@code packed[c * stride + lane] = factor * q[row of lane + c]}.
     *
     * @param rows query at each lane, from {@code rowsAt}
     */
    static void pack(
            int depth,
            float[] q,
            int offset,
            int rowStride,
            int[] rows,
            int rowsAt,
            float factor,
            float[] packed,
            int packedAt,
            int stride) {
        for (int lane = 0; lane < LANES; lane += 4) {
            packFour(
                    depth,
                    q,
                    offset + rows[rowsAt + lane] * rowStride,
                    offset + rows[rowsAt + lane + 1] * rowStride,
                    offset + rows[rowsAt + lane + 2] * rowStride,
                    offset + rows[rowsAt + lane + 3] * rowStride,
                    factor,
                    packed,
                    packedAt + lane,
                    stride);
        }
    }

    /** Four rows at a time: as fast as a transpose by shuffles, which costs a load and a store per step in Java. */
    private static void packFour(
            int depth,
            float[] q,
            int row0,
            int row1,
            int row2,
            int row3,
            float factor,
            float[] packed,
            int packedAt,
            int stride) {
        for (int c = 0; c < depth; c++) {
            int to = packedAt + c * stride;
            packed[to] = q[row0 + c] * factor;
            packed[to + 1] = q[row1 + c] * factor;
            packed[to + 2] = q[row2 + c] * factor;
            packed[to + 3] = q[row3 + c] * factor;
        }
    }

    /**
     * Two registers of queries against {@link #DENSE_KEYS} consecutive keys. Keys past the last one repeat it:
     * the scores are stored behind those of the last key and not used.
     *
     * @param packed {@code depth x 2 lanes}
     * @param key first key
     * @param scores {@code keys x 2 lanes}, with room for {@link #DENSE_KEYS} more keys
     */
    static void denseScores(
            int depth, float[] packed, float[] k, int offset, int rowStride, int key, int keys, float[] scores) {
        int at0 = offset + key * rowStride;
        int at1 = offset + Math.min(key + 1, keys - 1) * rowStride;
        int at2 = offset + Math.min(key + 2, keys - 1) * rowStride;
        int at3 = offset + Math.min(key + 3, keys - 1) * rowStride;
        int at4 = offset + Math.min(key + 4, keys - 1) * rowStride;
        int at5 = offset + Math.min(key + 5, keys - 1) * rowStride;
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
        for (int c = 0; c < depth; c++) {
            FloatVector left = FloatVector.fromArray(SPECIES, packed, c * 2 * LANES);
            FloatVector right = FloatVector.fromArray(SPECIES, packed, c * 2 * LANES + LANES);
            FloatVector x0 = FloatVector.broadcast(SPECIES, k[at0 + c]);
            l0 = x0.fma(left, l0);
            r0 = x0.fma(right, r0);
            FloatVector x1 = FloatVector.broadcast(SPECIES, k[at1 + c]);
            l1 = x1.fma(left, l1);
            r1 = x1.fma(right, r1);
            FloatVector x2 = FloatVector.broadcast(SPECIES, k[at2 + c]);
            l2 = x2.fma(left, l2);
            r2 = x2.fma(right, r2);
            FloatVector x3 = FloatVector.broadcast(SPECIES, k[at3 + c]);
            l3 = x3.fma(left, l3);
            r3 = x3.fma(right, r3);
            FloatVector x4 = FloatVector.broadcast(SPECIES, k[at4 + c]);
            l4 = x4.fma(left, l4);
            r4 = x4.fma(right, r4);
            FloatVector x5 = FloatVector.broadcast(SPECIES, k[at5 + c]);
            l5 = x5.fma(left, l5);
            r5 = x5.fma(right, r5);
        }
        int to = key * 2 * LANES;
        l0.intoArray(scores, to + 0 * LANES);
        r0.intoArray(scores, to + 1 * LANES);
        l1.intoArray(scores, to + 2 * LANES);
        r1.intoArray(scores, to + 3 * LANES);
        l2.intoArray(scores, to + 4 * LANES);
        r2.intoArray(scores, to + 5 * LANES);
        l3.intoArray(scores, to + 6 * LANES);
        r3.intoArray(scores, to + 7 * LANES);
        l4.intoArray(scores, to + 8 * LANES);
        r4.intoArray(scores, to + 9 * LANES);
        l5.intoArray(scores, to + 10 * LANES);
        r5.intoArray(scores, to + 11 * LANES);
    }

    /**
     * One register of queries against 8 keys of a list, shifts added.
     *
     * @param packed {@code depth x lanes}
     * @param keyList keys, from {@code keyAt}
     * @param shifts {@code lanes} per key of the list
     * @param scores where the first of 8 registers goes: {@code scoresAt}
     */
    static void listScores8(
            int depth,
            float[] packed,
            float[] k,
            int offset,
            int rowStride,
            int[] keyList,
            int keyAt,
            float[] shifts,
            float[] scores,
            int scoresAt) {
        int at0 = offset + keyList[keyAt + 0] * rowStride;
        int at1 = offset + keyList[keyAt + 1] * rowStride;
        int at2 = offset + keyList[keyAt + 2] * rowStride;
        int at3 = offset + keyList[keyAt + 3] * rowStride;
        int at4 = offset + keyList[keyAt + 4] * rowStride;
        int at5 = offset + keyList[keyAt + 5] * rowStride;
        int at6 = offset + keyList[keyAt + 6] * rowStride;
        int at7 = offset + keyList[keyAt + 7] * rowStride;
        FloatVector s0 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 0) * LANES);
        FloatVector s1 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 1) * LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 2) * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 3) * LANES);
        FloatVector s4 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 4) * LANES);
        FloatVector s5 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 5) * LANES);
        FloatVector s6 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 6) * LANES);
        FloatVector s7 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 7) * LANES);
        for (int c = 0; c < depth; c++) {
            FloatVector queries = FloatVector.fromArray(SPECIES, packed, c * LANES);
            s0 = FloatVector.broadcast(SPECIES, k[at0 + c]).fma(queries, s0);
            s1 = FloatVector.broadcast(SPECIES, k[at1 + c]).fma(queries, s1);
            s2 = FloatVector.broadcast(SPECIES, k[at2 + c]).fma(queries, s2);
            s3 = FloatVector.broadcast(SPECIES, k[at3 + c]).fma(queries, s3);
            s4 = FloatVector.broadcast(SPECIES, k[at4 + c]).fma(queries, s4);
            s5 = FloatVector.broadcast(SPECIES, k[at5 + c]).fma(queries, s5);
            s6 = FloatVector.broadcast(SPECIES, k[at6 + c]).fma(queries, s6);
            s7 = FloatVector.broadcast(SPECIES, k[at7 + c]).fma(queries, s7);
        }
        s0.intoArray(scores, scoresAt + 0 * LANES);
        s1.intoArray(scores, scoresAt + 1 * LANES);
        s2.intoArray(scores, scoresAt + 2 * LANES);
        s3.intoArray(scores, scoresAt + 3 * LANES);
        s4.intoArray(scores, scoresAt + 4 * LANES);
        s5.intoArray(scores, scoresAt + 5 * LANES);
        s6.intoArray(scores, scoresAt + 6 * LANES);
        s7.intoArray(scores, scoresAt + 7 * LANES);
    }

    /**
     * One register of queries against 4 keys of a list, shifts added.
     *
     * @param packed {@code depth x lanes}
     * @param keyList keys, from {@code keyAt}
     * @param shifts {@code lanes} per key of the list
     * @param scores where the first of 4 registers goes: {@code scoresAt}
     */
    static void listScores4(
            int depth,
            float[] packed,
            float[] k,
            int offset,
            int rowStride,
            int[] keyList,
            int keyAt,
            float[] shifts,
            float[] scores,
            int scoresAt) {
        int at0 = offset + keyList[keyAt + 0] * rowStride;
        int at1 = offset + keyList[keyAt + 1] * rowStride;
        int at2 = offset + keyList[keyAt + 2] * rowStride;
        int at3 = offset + keyList[keyAt + 3] * rowStride;
        FloatVector s0 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 0) * LANES);
        FloatVector s1 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 1) * LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 2) * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, shifts, (keyAt + 3) * LANES);
        for (int c = 0; c < depth; c++) {
            FloatVector queries = FloatVector.fromArray(SPECIES, packed, c * LANES);
            s0 = FloatVector.broadcast(SPECIES, k[at0 + c]).fma(queries, s0);
            s1 = FloatVector.broadcast(SPECIES, k[at1 + c]).fma(queries, s1);
            s2 = FloatVector.broadcast(SPECIES, k[at2 + c]).fma(queries, s2);
            s3 = FloatVector.broadcast(SPECIES, k[at3 + c]).fma(queries, s3);
        }
        s0.intoArray(scores, scoresAt + 0 * LANES);
        s1.intoArray(scores, scoresAt + 1 * LANES);
        s2.intoArray(scores, scoresAt + 2 * LANES);
        s3.intoArray(scores, scoresAt + 3 * LANES);
    }

    /** Lane-wise maximum; a NaN in {@code a} loses, one in {@code b} stays. */
    static FloatVector larger(FloatVector a, FloatVector b) {
        return b.blend(a, a.compare(VectorOperators.GT, b));
    }
}
