package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;

/**
 * One head's mask and additive bias, laid out for one {@link Variant}. Compiled once, off the hot path; immutable and
 * shareable between threads.
 */
public abstract sealed class AttentionPattern permits DensePattern, TilePattern, CsrPattern {

    /** Added to a pruned score: so low that its exponential is exactly 0, yet finite, so that no NaN arises. */
    static final float PRUNED = -1e30f;

    /** Scores are kept in units of ln 2, so that the exponential needs no further factor. */
    static final float LOG2_E = 1.442695f;

    private final Variant variant;
    private final HeadMask mask;
    private final float[] bias;
    private final boolean prunes;

    AttentionPattern(Variant variant, HeadMask mask, float[] bias) {
        this.variant = variant;
        this.mask = mask;
        this.bias = bias == null ? null : bias.clone();
        this.prunes = mask.keptEntries() < mask.queries() * mask.keys();
    }

    /**
     * Lays a mask out.
     *
     * @param bias added to the scaled scores before the softmax, {@code queries x keys} row-major, or null for none;
     *     entries at pruned pairs are not read
     * @throws MaskException if a row keeps nothing, or the bias has another length or is not finite at a kept pair
     */
    public static AttentionPattern compile(Variant variant, HeadMask mask, float[] bias) {
        return compile(variant, mask, bias, QueryTile.LANES);
    }

    /** As above, for registers of {@code lanes} floats; a kernel refuses a pattern made for another width. */
    static AttentionPattern compile(Variant variant, HeadMask mask, float[] bias, int lanes) {
        requireUsable(mask, bias);
        return switch (variant) {
            case DENSE -> new DensePattern(mask, bias, lanes);
            case HYBRID -> new TilePattern(variant, mask, bias, lanes, TilePattern.HYBRID_FILL);
            case TILES -> new TilePattern(variant, mask, bias, lanes, TilePattern.NEVER);
            case CSR -> new CsrPattern(mask, bias);
        };
    }

    private static void requireUsable(HeadMask mask, float[] bias) {
        int empty = mask.firstEmptyRow();
        if (empty >= 0) {
            throw new MaskException("row " + empty + " keeps nothing: expected at least one kept entry in every row");
        }
        if (bias == null) {
            return;
        }
        if (bias.length != mask.queries() * mask.keys()) {
            throw new MaskException("bias.length=" + bias.length + ": expected queries x keys = " + mask.queries()
                    + " x " + mask.keys());
        }
        for (int i = 0; i < bias.length; i++) {
            int query = i / mask.keys();
            int key = i % mask.keys();
            if (mask.keeps(query, key) && !Float.isFinite(bias[i])) {
                throw new MaskException(
                        "bias[" + query + ", " + key + "]=" + bias[i] + ": expected a finite number at a kept pair");
            }
        }
    }

    /** How this pattern is executed. */
    public Variant variant() {
        return variant;
    }

    /** The mask it was made from. */
    public HeadMask mask() {
        return mask;
    }

    /** The additive bias, {@code queries x keys} row-major, or null. */
    public float[] bias() {
        return bias == null ? null : bias.clone();
    }

    /** Rows of q and of the output. */
    public int queries() {
        return mask.queries();
    }

    /** Rows of k and v. */
    public int keys() {
        return mask.keys();
    }

    /** Terms that {@link #work} answers. */
    public static final int WORK_TERMS = 6;

    /**
     * What running this pattern amounts to, for a linear cost model: a constant, packed query elements, score products,
     * softmax entries, value products and added shifts. Padding to whole registers is included.
     */
    public abstract double[] work(int depth, int valueDepth);

    boolean hasBias() {
        return bias != null;
    }

    /** Whether any pair is pruned. */
    boolean keepsFewer() {
        return prunes;
    }

    float biasAt(int query, int key) {
        return bias == null ? 0f : bias[query * mask.keys() + key];
    }

    /** What a score in units of ln 2 gets added: the bias, or {@link #PRUNED}. */
    float shift(int query, int key) {
        return mask.keeps(query, key) ? biasAt(query, key) * LOG2_E : PRUNED;
    }
}
