package org.flatgaze.accel.shiftadd;

import java.util.Arrays;

/**
 * Linear attention with binary queries and keys (ShiftAddViT): {@code 0.5 V + (1/pi) Qb (Kb^T V)}, each row then divided by
 * its length. Both products are masked additions, one per set bit.
 *
 * <p>The depth-wise convolution of V that the network adds is a layer of its own. One thread per instance; allocates
 * nothing after construction.
 */
public final class BinaryLinearAttention {

    private static final float SELF = 0.5f;
    private static final float CROSS = (float) (1 / Math.PI);

    private final int tokens;
    private final int keyBits;
    private final int features;
    private final MaskedSumKernel sums;
    private final int[] summary;
    private final int[] row;

    /**
     * Fixes the extents.
     *
     * @param keyBits bits of a query or key, 1..64
     * @param features columns of V
     */
    public BinaryLinearAttention(ShiftAddKernels kernels, int tokens, int keyBits, int features) {
        if (keyBits < 1 || keyBits > 64) {
            throw new IllegalArgumentException("keyBits=" + keyBits + ": expected 1..64");
        }
        // The second product sums keyBits values that are each sums over all tokens.
        if (tokens < 1 || 128L * tokens * keyBits > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("tokens=" + tokens + " keyBits=" + keyBits
                    + ": expected tokens >= 1 and 128 * tokens * keyBits below 2^31");
        }
        this.tokens = tokens;
        this.keyBits = keyBits;
        this.features = features;
        sums = kernels.maskedSum();
        summary = new int[keyBits * features];
        row = new int[features];
    }

    /**
     * Computes all tokens.
     *
     * @param queries {@code tokens x keyBits}
     * @param keys transposed: {@code keyBits x tokens}
     * @param values {@code tokens x features} signed bytes; their step cancels in the normalisation
     * @param out {@code tokens x features} rows of length 1, or zeros where a row is zero
     */
    public void run(BitMatrix queries, BitMatrix keys, byte[] values, float[] out) {
        if (queries.rows() != tokens
                || queries.columns() != keyBits
                || keys.rows() != keyBits
                || keys.columns() != tokens) {
            throw new IllegalArgumentException("queries " + queries.rows() + " x " + queries.columns() + ", keys "
                    + keys.rows() + " x " + keys.columns() + ": expected " + tokens + " x " + keyBits + " and "
                    + keyBits + " x " + tokens);
        }
        Checks.room("out", out.length, 0, (long) tokens * features);
        sums.run(keys, values, features, summary);
        for (int t = 0; t < tokens; t++) {
            Arrays.fill(row, 0);
            for (long bits = queries.words()[t * queries.wordsPerRow()]; bits != 0; bits &= bits - 1) {
                int at = Long.numberOfTrailingZeros(bits) * features;
                for (int f = 0; f < features; f++) {
                    row[f] += summary[at + f];
                }
            }
            normalize(values, t * features, out);
        }
    }

    private void normalize(byte[] values, int at, float[] out) {
        double squares = 0;
        for (int f = 0; f < features; f++) {
            float v = SELF * values[at + f] + CROSS * row[f];
            out[at + f] = v;
            squares += (double) v * v;
        }
        float factor = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int f = 0; f < features; f++) {
            out[at + f] *= factor;
        }
    }
}
