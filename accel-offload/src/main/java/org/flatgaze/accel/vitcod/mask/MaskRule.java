package org.flatgaze.accel.vitcod.mask;

import java.util.Arrays;
import org.flatgaze.accel.array.NpyArray;

/**
 * Averaged attention to a fixed mask: row-wise "top-p plus one".
 *
 * <p>Of every row the largest entries are kept for as long as their running sum is below the threshold, the entry that
 * crosses it included, and one more. The one more is what the published masks hold (their rank comparison is off by
 * one); with it all published LeViT-128 masks are reproduced bit for bit. Source: ViTCoD, HPCA 2023, and its repository.
 *
 * @param threshold share of attention a row keeps, above 0; above 1 means "prune nothing"
 * @param keepClassToken whether row 0 and column 0 are always kept (DeiT; square maps only)
 */
public record MaskRule(double threshold, boolean keepClassToken) {

    /** How far an averaged row may be from a sum of 1 before the file is taken for something else. */
    private static final double ROW_SUM_TOLERANCE = 0.02;

    public MaskRule {
        if (!(threshold > 0) || Double.isInfinite(threshold)) {
            throw new MaskException(
                    "threshold=" + threshold + ": expected a share of attention above 0 (above 1 prunes nothing)");
        }
    }

    /** Whether this rule keeps everything. */
    public boolean prunesNothing() {
        return threshold > 1;
    }

    /**
     * Applies the rule to every head.
     *
     * @param maps averaged softmax outputs, shape (layers, heads, queries, keys); every row sums to 1
     * @throws MaskException if the array is of another shape, or a value is not a share, naming layer, head and row
     */
    public MaskStack apply(NpyArray maps) {
        int[] shape = MaskStack.fourExtents(maps, "attention map");
        if (!maps.type().isFloating()) {
            throw new MaskException("attention map is " + maps + ": expected floating-point shares (is this a mask?)");
        }
        int queries = shape[2];
        int keys = shape[3];
        if (keepClassToken && queries != keys) {
            throw new MaskException("attention map is " + maps
                    + ": a class token can be kept in square maps only; leave --keep-class-token out");
        }
        double[] values = maps.doubles();
        HeadMask[][] masks = new HeadMask[shape[0]][shape[1]];
        double[] row = new double[keys];
        double[] sorted = new double[keys];
        for (int layer = 0; layer < shape[0]; layer++) {
            for (int head = 0; head < shape[1]; head++) {
                boolean[] kept = new boolean[queries * keys];
                for (int query = 0; query < queries; query++) {
                    long from = (((long) layer * shape[1] + head) * queries + query) * keys;
                    System.arraycopy(values, Math.toIntExact(from), row, 0, keys);
                    requireShares(row, layer, head, query);
                    keepRow(row, sorted, kept, query * keys);
                    if (keepClassToken) {
                        kept[query * keys] = true;
                    }
                }
                if (keepClassToken) {
                    Arrays.fill(kept, 0, keys, true);
                }
                masks[layer][head] = new HeadMask(queries, keys, kept);
            }
        }
        return new MaskStack(masks);
    }

    private void keepRow(double[] row, double[] sorted, boolean[] kept, int at) {
        int keys = row.length;
        if (prunesNothing()) {
            Arrays.fill(kept, at, at + keys, true);
            return;
        }
        System.arraycopy(row, 0, sorted, 0, keys);
        Arrays.sort(sorted);
        int count = 0;
        double sum = 0;
        while (count < keys && sum < threshold) {
            count++;
            sum += sorted[keys - count];
        }
        count = Math.min(keys, count + 1);
        double smallestKept = sorted[keys - count];
        int above = 0;
        for (int j = 0; j < keys; j++) {
            if (row[j] > smallestKept) {
                kept[at + j] = true;
                above++;
            }
        }
        // Of equal values the ones with the lower index are kept; one published row depends on it.
        for (int j = 0; j < keys && above < count; j++) {
            if (row[j] == smallestKept) {
                kept[at + j] = true;
                above++;
            }
        }
    }

    private static void requireShares(double[] row, int layer, int head, int query) {
        double sum = 0;
        for (int j = 0; j < row.length; j++) {
            if (!(row[j] >= 0) || row[j] > 1 + ROW_SUM_TOLERANCE) {
                throw new MaskException(MaskStack.at(layer, head) + " row " + query + " column " + j + " is " + row[j]
                        + ": expected a share of attention, 0..1");
            }
            sum += row[j];
        }
        if (Math.abs(sum - 1) > ROW_SUM_TOLERANCE) {
            throw new MaskException(MaskStack.at(layer, head) + " row " + query + " sums to " + sum
                    + ": expected 1 (averaged softmax outputs, divided by the number of pictures)");
        }
    }
}
