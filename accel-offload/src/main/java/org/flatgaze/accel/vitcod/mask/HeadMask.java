package org.flatgaze.accel.vitcod.mask;

import java.util.Arrays;

/**
 * Which query-key pairs one head keeps: {@code queries x keys}, fixed, the same for every picture. Immutable and
 * shareable between threads.
 */
public final class HeadMask {

    private final int queries;
    private final int keys;
    private final boolean[] kept;

    /**
     * @param kept row-major, {@code queries x keys}; copied
     * @throws MaskException if an extent is below 1 or the length does not match
     */
    public HeadMask(int queries, int keys, boolean[] kept) {
        if (queries < 1 || keys < 1) {
            throw new MaskException("queries=" + queries + ", keys=" + keys + ": expected at least 1 of each");
        }
        if (kept.length != (long) queries * keys) {
            throw new MaskException("mask.length=" + kept.length + ": expected queries x keys = " + queries + " x "
                    + keys + " = " + (long) queries * keys);
        }
        this.queries = queries;
        this.keys = keys;
        this.kept = kept.clone();
    }

    /** A mask that keeps every pair. */
    public static HeadMask full(int queries, int keys) {
        boolean[] all = new boolean[Math.multiplyExact(queries, keys)];
        Arrays.fill(all, true);
        return new HeadMask(queries, keys, all);
    }

    /** Number of query tokens: rows. */
    public int queries() {
        return queries;
    }

    /** Number of key tokens: columns. */
    public int keys() {
        return keys;
    }

    /** Whether the pair takes part in the softmax. */
    public boolean keeps(int query, int key) {
        return kept[query * keys + key];
    }

    /** Kept entries of one row. */
    public int keptInRow(int query) {
        int count = 0;
        for (int i = query * keys; i < (query + 1) * keys; i++) {
            count += kept[i] ? 1 : 0;
        }
        return count;
    }

    /** Kept entries of one column. */
    public int keptInColumn(int key) {
        int count = 0;
        for (int i = key; i < kept.length; i += keys) {
            count += kept[i] ? 1 : 0;
        }
        return count;
    }

    /** Kept entries. */
    public int keptEntries() {
        int count = 0;
        for (boolean one : kept) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Share of pruned entries, 0..1. */
    public double sparsity() {
        return 1 - (double) keptEntries() / kept.length;
    }

    /** First row in which nothing is kept, or -1: such a row has no softmax. */
    public int firstEmptyRow() {
        for (int q = 0; q < queries; q++) {
            if (keptInRow(q) == 0) {
                return q;
            }
        }
        return -1;
    }

    /** The mask with rows and columns read in another order: entry (i, j) is entry (rows[i], columns[j]) of this one. */
    public HeadMask permuted(int[] rows, int[] columns) {
        requirePermutation("rows", rows, queries);
        requirePermutation("columns", columns, keys);
        boolean[] moved = new boolean[kept.length];
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < keys; j++) {
                moved[i * keys + j] = kept[rows[i] * keys + columns[j]];
            }
        }
        return new HeadMask(queries, keys, moved);
    }

    private static void requirePermutation(String name, int[] order, int length) {
        boolean[] seen = new boolean[length];
        boolean valid = order.length == length;
        for (int i = 0; valid && i < length; i++) {
            valid = order[i] >= 0 && order[i] < length && !seen[order[i]];
            if (valid) {
                seen[order[i]] = true;
            }
        }
        if (!valid) {
            throw new MaskException(
                    name + "=" + Arrays.toString(order) + ": expected each of 0.." + (length - 1) + " once");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeadMask mask && queries == mask.queries && Arrays.equals(kept, mask.kept);
    }

    @Override
    public int hashCode() {
        return 31 * queries + Arrays.hashCode(kept);
    }

    @Override
    public String toString() {
        return "HeadMask[" + queries + " x " + keys + ", " + keptEntries() + " kept]";
    }
}
