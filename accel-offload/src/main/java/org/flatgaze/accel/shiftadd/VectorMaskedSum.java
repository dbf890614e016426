package org.flatgaze.accel.shiftadd;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Masked sums by the method of the four Russians: of every four tokens all sixteen partial sums are made once (eleven
 * additions), then each output adds one of them per four tokens instead of four masked rows.
 *
 * <p>Sums are 16 bits wide within three words of 64 tokens, or a last stretch of at most 255, and move to 32 bits after
 * that.
 */
final class VectorMaskedSum implements MaskedSumKernel {

    private static final int GROUP = 4;
    private static final int SUMS = 1 << GROUP;
    private static final int GROUPS_PER_WORD = 64 / GROUP;
    private static final int WORDS_PER_FLUSH = 3;

    /** Most tokens that 16 bits hold: 128 * 255 is 32,640. */
    private static final int MAX_TOKENS = 255;

    private static final int ROWS = 4;

    private final short[] sums = new short[(MAX_TOKENS + 1) / GROUP * SUMS * Lanes.SHORT_COUNT];
    private final byte[] edge = new byte[GROUP * Lanes.SHORT_COUNT];
    private final short[] rowSums = new short[ROWS * Lanes.SHORT_COUNT];

    @Override
    public void run(BitMatrix mask, byte[] values, int features, int[] out) {
        Checks.maskedSum(mask, values, features, out);
        int words = mask.wordsPerRow();
        for (int f = 0; f < features; f += Lanes.SHORT_COUNT) {
            int count;
            for (int word = 0; word < words; word += count) {
                int left = mask.columns() - 64 * word;
                count = left <= MAX_TOKENS ? words - word : WORDS_PER_FLUSH;
                int tokens = Math.min(64 * count, left);
                int groups = (tokens + GROUP - 1) / GROUP;
                tabulate(values, 64 * word, tokens, groups, features, f);
                accumulate(mask, word, groups, features, f, out);
            }
        }
    }

    private void tabulate(byte[] values, int token, int tokens, int groups, int features, int f) {
        int lanes = Lanes.SHORT_COUNT;
        // The load of a last, partial vector of features must not read past the array.
        boolean whole = f + lanes <= features;
        for (int g = 0; g < groups; g++) {
            int from = token + GROUP * g;
            int to = g * SUMS * lanes;
            if (whole && GROUP * g + GROUP <= tokens) {
                combine(values, from * features + f, features, to);
            } else {
                copyEdge(values, from, Math.min(GROUP, tokens - GROUP * g), features, f);
                combine(edge, 0, lanes, to);
            }
        }
    }

    private void copyEdge(byte[] values, int token, int tokens, int features, int f) {
        Arrays.fill(edge, (byte) 0);
        int columns = Math.min(Lanes.SHORT_COUNT, features - f);
        for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < columns; c++) {
                edge[t * Lanes.SHORT_COUNT + c] = values[(token + t) * features + f + c];
            }
        }
    }

    /** All sums of four rows of values, {@code stride} apart; sum {@code i} has the rows whose bits are set in i. */
    private void combine(byte[] values, int at, int stride, int to) {
        ShortVector v0 = (ShortVector)
                ByteVector.fromArray(Lanes.HALF_BYTES, values, at).convertShape(VectorOperators.B2S, Lanes.SHORTS, 0);
        ShortVector v1 = (ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, values, at + stride)
                .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0);
        ShortVector v2 = (ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, values, at + 2 * stride)
                .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0);
        ShortVector v3 = (ShortVector) ByteVector.fromArray(Lanes.HALF_BYTES, values, at + 3 * stride)
                .convertShape(VectorOperators.B2S, Lanes.SHORTS, 0);
        int lanes = Lanes.SHORT_COUNT;
        ShortVector v01 = v0.add(v1);
        ShortVector v23 = v2.add(v3);
        ShortVector.zero(Lanes.SHORTS).intoArray(sums, to);
        v0.intoArray(sums, to + lanes);
        v1.intoArray(sums, to + 2 * lanes);
        v01.intoArray(sums, to + 3 * lanes);
        v2.intoArray(sums, to + 4 * lanes);
        v0.add(v2).intoArray(sums, to + 5 * lanes);
        v1.add(v2).intoArray(sums, to + 6 * lanes);
        v01.add(v2).intoArray(sums, to + 7 * lanes);
        v3.intoArray(sums, to + 8 * lanes);
        v0.add(v3).intoArray(sums, to + 9 * lanes);
        v1.add(v3).intoArray(sums, to + 10 * lanes);
        v01.add(v3).intoArray(sums, to + 11 * lanes);
        v23.intoArray(sums, to + 12 * lanes);
        v0.add(v23).intoArray(sums, to + 13 * lanes);
        v1.add(v23).intoArray(sums, to + 14 * lanes);
        v01.add(v23).intoArray(sums, to + 15 * lanes);
    }

    private void accumulate(BitMatrix mask, int word, int groups, int features, int f, int[] out) {
        long[] bits = mask.words();
        int words = mask.wordsPerRow();
        int rows = mask.rows();
        int r = 0;
        for (; r <= rows - ROWS; r += ROWS) {
            fourRows(bits, r * words + word, words, groups, word > 0, out, r * features + f, features, f);
        }
        for (; r < rows; r++) {
            oneRow(bits, r * words + word, groups, word > 0, out, r * features + f, features - f);
        }
    }

    private void fourRows(
            long[] bits, int at, int words, int groups, boolean add, int[] out, int to, int features, int f) {
        ShortVector s0 = ShortVector.zero(Lanes.SHORTS);
        ShortVector s1 = s0;
        ShortVector s2 = s0;
        ShortVector s3 = s0;
        int stride = SUMS * Lanes.SHORT_COUNT;
        int table = 0;
        for (int w = 0; w * GROUPS_PER_WORD < groups; w++) {
            long b0 = bits[at + w];
            long b1 = bits[at + words + w];
            long b2 = bits[at + 2 * words + w];
            long b3 = bits[at + 3 * words + w];
            int end = Math.min(groups, (w + 1) * GROUPS_PER_WORD) * stride;
            for (; table < end; table += stride) {
                s0 = s0.add(
                        ShortVector.fromArray(Lanes.SHORTS, sums, table + ((int) b0 & (SUMS - 1)) * Lanes.SHORT_COUNT));
                s1 = s1.add(
                        ShortVector.fromArray(Lanes.SHORTS, sums, table + ((int) b1 & (SUMS - 1)) * Lanes.SHORT_COUNT));
                s2 = s2.add(
                        ShortVector.fromArray(Lanes.SHORTS, sums, table + ((int) b2 & (SUMS - 1)) * Lanes.SHORT_COUNT));
                s3 = s3.add(
                        ShortVector.fromArray(Lanes.SHORTS, sums, table + ((int) b3 & (SUMS - 1)) * Lanes.SHORT_COUNT));
                b0 >>>= GROUP;
                b1 >>>= GROUP;
                b2 >>>= GROUP;
                b3 >>>= GROUP;
            }
        }
        int lanes = Lanes.SHORT_COUNT;
        s0.intoArray(rowSums, 0);
        s1.intoArray(rowSums, lanes);
        s2.intoArray(rowSums, 2 * lanes);
        s3.intoArray(rowSums, 3 * lanes);
        store(ROWS, add, out, to, features, Math.min(lanes, features - f));
    }

    /** The rows left over, which are few: plain loops. */
    private void oneRow(long[] bits, int at, int groups, boolean add, int[] out, int to, int columns) {
        int lanes = Lanes.SHORT_COUNT;
        Arrays.fill(rowSums, 0, lanes, (short) 0);
        for (int g = 0; g < groups; g++) {
            long word = bits[at + g / GROUPS_PER_WORD] >>> (GROUP * (g % GROUPS_PER_WORD));
            int sum = (g * SUMS + ((int) word & (SUMS - 1))) * lanes;
            for (int c = 0; c < lanes; c++) {
                rowSums[c] = (short) (rowSums[c] + sums[sum + c]);
            }
        }
        store(1, add, out, to, 0, Math.min(lanes, columns));
    }

    private void store(int rows, boolean add, int[] out, int to, int stride, int columns) {
        int keep = add ? -1 : 0;
        for (int r = 0; r < rows; r++) {
            int from = r * Lanes.SHORT_COUNT;
            int at = to + r * stride;
            for (int c = 0; c < columns; c++) {
                out[at + c] = (out[at + c] & keep) + rowSums[from + c];
            }
        }
    }
}
