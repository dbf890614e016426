package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.vitcod.mask.HeadMask;

/** Everything is computed: blocks of two registers of queries, with a shift per pair where anything is pruned or biased. */
final class DensePattern extends AttentionPattern {

    private final int lanes;
    private final float[] shifts;

    DensePattern(HeadMask mask, float[] bias, int lanes) {
        super(Variant.DENSE, mask, bias);
        this.lanes = lanes;
        this.shifts = bias != null || keepsFewer() ? layOut() : null;
    }

    private float[] layOut() {
        int block = 2 * lanes;
        int blocks = (queries() + block - 1) / block;
        float[] out = new float[blocks * keys() * block];
        for (int b = 0; b < blocks; b++) {
            for (int key = 0; key < keys(); key++) {
                for (int lane = 0; lane < block; lane++) {
                    int query = Math.min(b * block + lane, queries() - 1);
                    out[(b * keys() + key) * block + lane] = shift(query, key);
                }
            }
        }
        return out;
    }

    @Override
    public double[] work(int depth, int valueDepth) {
        int block = 2 * lanes;
        int blocks = (queries() + block - 1) / block;
        double padded = (double) blocks * block;
        double entries = padded * keys();
        return new double[] {
            1,
            padded * depth,
            entries * depth,
            entries,
            (double) queries() * keys() * valueDepth,
            shifts == null ? 0 : entries
        };
    }

    int lanes() {
        return lanes;
    }

    /** Per block of {@code 2 lanes} queries: {@code keys x 2 lanes} shifts; null if every shift is 0. */
    float[] shifts() {
        return shifts;
    }
}
