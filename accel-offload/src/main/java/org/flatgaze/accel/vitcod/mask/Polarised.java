package org.flatgaze.accel.vitcod.mask;

import java.util.Arrays;

/**
 * A mask split into a denser and a sparser part.
 *
 * <p>A key is global when its column keeps more entries than a threshold. Global tokens are exchanged one after the
 * other, in ascending order, with positions 0, 1, 2, ...; the same exchange is applied to rows and columns, all other
 * tokens stay. The denser part is all rows of the first {@link #globalTokens()} columns and computed in full, holes
 * included; the sparser part is what is kept in the other columns. Source: ViTCoD, HPCA 2023, section on polarisation,
 * and the repository's reordering script.
 *
 * <p>A rectangular mask has no common token order, so only its columns move.
 */
public final class Polarised {

    /** The published driver's column threshold, for {@link #PUBLISHED_TOKENS} tokens. */
    public static final int PUBLISHED_THRESHOLD = 50;

    /** Tokens of DeiT, for which {@link #PUBLISHED_THRESHOLD} was chosen. */
    public static final int PUBLISHED_TOKENS = 197;

    private final HeadMask reordered;
    private final int[] rowOrder;
    private final int[] columnOrder;
    private final int globalTokens;

    private Polarised(HeadMask reordered, int[] rowOrder, int[] columnOrder, int globalTokens) {
        this.reordered = reordered;
        this.rowOrder = rowOrder;
        this.columnOrder = columnOrder;
        this.globalTokens = globalTokens;
    }

    /**
     * Splits a mask.
     *
     * @param columnThreshold a key is global when its column keeps strictly more entries, 0 or more
     * @throws MaskException if the threshold is negative
     */
    public static Polarised of(HeadMask mask, int columnThreshold) {
        if (columnThreshold < 0) {
            throw new MaskException("columnThreshold=" + columnThreshold + ": expected 0 or more kept entries");
        }
        int[] columns = identity(mask.keys());
        int placed = 0;
        for (int key = 0; key < mask.keys(); key++) {
            if (mask.keptInColumn(key) > columnThreshold) {
                columns[key] = columns[placed];
                columns[placed] = key;
                placed++;
            }
        }
        int[] rows = mask.queries() == mask.keys() ? columns : identity(mask.queries());
        return new Polarised(mask.permuted(rows, columns), rows, columns, placed);
    }

    /** The published threshold of 50 of 197 kept entries, scaled to another number of queries. */
    public static int publishedThreshold(int queries) {
        return Math.round((float) PUBLISHED_THRESHOLD * queries / PUBLISHED_TOKENS);
    }

    private static int[] identity(int length) {
        int[] order = new int[length];
        Arrays.setAll(order, i -> i);
        return order;
    }

    /** The mask in the new order. */
    public HeadMask reordered() {
        return reordered;
    }

    /** Original row at each new position. */
    public int[] rowOrder() {
        return rowOrder.clone();
    }

    /** Original column at each new position; the first {@link #globalTokens()} are the global ones, ascending. */
    public int[] columnOrder() {
        return columnOrder.clone();
    }

    /** Columns of the denser part. */
    public int globalTokens() {
        return globalTokens;
    }

    /** Kept entries in the denser part; its holes are computed but not counted here. */
    public int keptInDenserPart() {
        int kept = 0;
        for (int column = 0; column < globalTokens; column++) {
            kept += reordered.keptInColumn(column);
        }
        return kept;
    }

    /** Kept entries in the sparser part. */
    public int keptInSparserPart() {
        return reordered.keptEntries() - keptInDenserPart();
    }
}
