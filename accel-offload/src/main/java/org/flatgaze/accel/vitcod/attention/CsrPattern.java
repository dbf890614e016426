package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.vitcod.mask.HeadMask;

/** Kept pairs row by row: a compressed sparse row matrix without values, the shifts beside it. */
final class CsrPattern extends AttentionPattern {

    private final int[] rowStart;
    private final int[] pairKeys;
    private final float[] pairShifts;
    private final int longestRow;

    CsrPattern(HeadMask mask, float[] bias) {
        super(Variant.CSR, mask, bias);
        int pairs = mask.keptEntries();
        rowStart = new int[queries() + 1];
        pairKeys = new int[pairs];
        pairShifts = new float[pairs];
        int at = 0;
        int longest = 0;
        for (int query = 0; query < queries(); query++) {
            rowStart[query] = at;
            for (int key = 0; key < keys(); key++) {
                if (mask.keeps(query, key)) {
                    pairKeys[at] = key;
                    pairShifts[at] = shift(query, key);
                    at++;
                }
            }
            longest = Math.max(longest, at - rowStart[query]);
        }
        rowStart[queries()] = at;
        longestRow = longest;
    }

    @Override
    public double[] work(int depth, int valueDepth) {
        double kept = pairKeys.length;
        return new double[] {1, queries(), kept * depth, kept, kept * valueDepth, (double) queries() * depth};
    }

    int[] rowStart() {
        return rowStart;
    }

    int[] pairKeys() {
        return pairKeys;
    }

    float[] pairShifts() {
        return pairShifts;
    }

    int longestRow() {
        return longestRow;
    }
}
