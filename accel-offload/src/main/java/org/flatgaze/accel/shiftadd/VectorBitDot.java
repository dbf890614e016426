package org.flatgaze.accel.shiftadd;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/** Counts bits of one query word against a vector of keys at once, so that no lane is ever summed with another. */
final class VectorBitDot implements BitDotKernel {

    private static final int PANELS = 4;

    private final BitMatrix keys;
    private final int groupKeys = PANELS * Lanes.LONG_COUNT;
    private final long[] packed;
    private final long[] sums = new long[groupKeys];

    VectorBitDot(BitMatrix keys) {
        this.keys = keys;
        int groups = (keys.rows() + groupKeys - 1) / groupKeys;
        int words = keys.wordsPerRow();
        packed = new long[Math.multiplyExact(Math.multiplyExact(groups, words), groupKeys)];
        for (int k = 0; k < keys.rows(); k++) {
            for (int w = 0; w < words; w++) {
                packed[(k / groupKeys * words + w) * groupKeys + k % groupKeys] = keys.words()[k * words + w];
            }
        }
    }

    @Override
    public void and(BitMatrix queries, int[] out) {
        Checks.bitDot(keys, queries, out);
        for (int q = 0; q < queries.rows(); q++) {
            for (int k = 0; k < keys.rows(); k += groupKeys) {
                andGroup(queries.words(), q * keys.wordsPerRow(), k);
                int to = q * keys.rows() + k;
                int count = Math.min(groupKeys, keys.rows() - k);
                for (int i = 0; i < count; i++) {
                    out[to + i] = (int) sums[i];
                }
            }
        }
    }

    @Override
    public void signed(BitMatrix queries, int[] out) {
        Checks.bitDot(keys, queries, out);
        for (int q = 0; q < queries.rows(); q++) {
            for (int k = 0; k < keys.rows(); k += groupKeys) {
                xorGroup(queries.words(), q * keys.wordsPerRow(), k);
                int to = q * keys.rows() + k;
                int count = Math.min(groupKeys, keys.rows() - k);
                for (int i = 0; i < count; i++) {
                    out[to + i] = keys.columns() - 2 * (int) sums[i];
                }
            }
        }
    }

    private void andGroup(long[] query, int queryAt, int k) {
        int words = keys.wordsPerRow();
        int lanes = Lanes.LONG_COUNT;
        int from = k / groupKeys * words * groupKeys;
        LongVector zero = LongVector.zero(Lanes.LONGS);
        LongVector sum0 = zero;
        LongVector sum1 = zero;
        LongVector sum2 = zero;
        LongVector sum3 = zero;
        for (int w = 0; w < words; w++) {
            LongVector word = LongVector.broadcast(Lanes.LONGS, query[queryAt + w]);
            LongVector bits0 = word.lanewise(VectorOperators.AND, LongVector.fromArray(Lanes.LONGS, packed, from));
            sum0 = sum0.add(bits0.lanewise(VectorOperators.BIT_COUNT));
            LongVector bits1 =
                    word.lanewise(VectorOperators.AND, LongVector.fromArray(Lanes.LONGS, packed, from + lanes));
            sum1 = sum1.add(bits1.lanewise(VectorOperators.BIT_COUNT));
            LongVector bits2 =
                    word.lanewise(VectorOperators.AND, LongVector.fromArray(Lanes.LONGS, packed, from + 2 * lanes));
            sum2 = sum2.add(bits2.lanewise(VectorOperators.BIT_COUNT));
            LongVector bits3 =
                    word.lanewise(VectorOperators.AND, LongVector.fromArray(Lanes.LONGS, packed, from + 3 * lanes));
            sum3 = sum3.add(bits3.lanewise(VectorOperators.BIT_COUNT));
            from += groupKeys;
        }
        sum0.intoArray(sums, 0);
        sum1.intoArray(sums, lanes);
        sum2.intoArray(sums, 2 * lanes);
        sum3.intoArray(sums, 3 * lanes);
    }

    private void xorGroup(long[] query, int queryAt, int k) {
        int words = keys.wordsPerRow();
        int lanes = Lanes.LONG_COUNT;
        int from = k / groupKeys * words * groupKeys;
        LongVector zero = LongVector.zero(Lanes.LONGS);
        LongVector sum0 = zero;
        LongVector sum1 = zero;
        LongVector sum2 = zero;
        LongVector sum3 = zero;
        for (int w = 0; w < words; w++) {
            LongVector word = LongVector.broadcast(Lanes.LONGS, query[queryAt + w]);
            LongVector bits0 = word.lanewise(VectorOperators.XOR, LongVector.fromArray(Lanes.LONGS, packed, from));
            sum0 = sum0.add(bits0.lanewise(VectorOperators.BIT_COUNT));
            LongVector bits1 =
                    word.lanewise(VectorOperators.XOR, LongVector.fromArray(Lanes.LONGS, packed, from + lanes));
            sum1 = sum1.add(bits1.lanewise(VectorOperators.BIT_COUNT));
            LongVector bits2 =
                    word.lanewise(VectorOperators.XOR, LongVector.fromArray(Lanes.LONGS, packed, from + 2 * lanes));
            sum2 = sum2.add(bits2.lanewise(VectorOperators.BIT_COUNT));
            LongVector bits3 =
                    word.lanewise(VectorOperators.XOR, LongVector.fromArray(Lanes.LONGS, packed, from + 3 * lanes));
            sum3 = sum3.add(bits3.lanewise(VectorOperators.BIT_COUNT));
            from += groupKeys;
        }
        sum0.intoArray(sums, 0);
        sum1.intoArray(sums, lanes);
        sum2.intoArray(sums, 2 * lanes);
        sum3.intoArray(sums, 3 * lanes);
    }
}
