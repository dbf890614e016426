package org.flatgaze.accel.vitcod.attention;

import java.util.Arrays;
import org.flatgaze.accel.vitcod.mask.HeadMask;

/**
 * Which queries share a tile. A tile is computed when any of its queries keeps the key, so queries that keep the same
 * keys should stand together; raster order fills a tile of 16 to a fifth only.
 */
final class RowOrder {

    private RowOrder() {}

    /**
     * Greedy groups of {@code lanes} queries: the fullest query left opens a group, then the one that adds the fewest
     * new keys joins, of equals the fuller one. Deterministic.
     *
     * <p>Within a group the queries are ordered the same way by quads, which share their value rows.
     *
     * @return every query once; the last group may be short
     */
    static int[] clustered(HeadMask mask, int lanes) {
        int[] all = new int[mask.queries()];
        Arrays.setAll(all, i -> i);
        int[] order = clustered(mask, all, lanes);
        for (int from = 0; lanes > TilePattern.QUAD && from < order.length; from += lanes) {
            int to = Math.min(from + lanes, order.length);
            int[] group = clustered(mask, Arrays.copyOfRange(order, from, to), TilePattern.QUAD);
            System.arraycopy(group, 0, order, from, group.length);
        }
        return order;
    }

    private static int[] clustered(HeadMask mask, int[] members, int lanes) {
        int queries = members.length;
        int words = (mask.keys() + 63) / 64;
        long[][] rows = new long[queries][words];
        int[] population = new int[queries];
        for (int query = 0; query < queries; query++) {
            for (int key = 0; key < mask.keys(); key++) {
                if (mask.keeps(members[query], key)) {
                    rows[query][key >> 6] |= 1L << (key & 63);
                    population[query]++;
                }
            }
        }
        int[] order = new int[queries];
        boolean[] taken = new boolean[queries];
        long[] union = new long[words];
        for (int at = 0; at < queries; at++) {
            boolean opens = at % lanes == 0;
            if (opens) {
                Arrays.fill(union, 0);
            }
            int best = -1;
            int bestGrowth = 0;
            for (int query = 0; query < queries; query++) {
                if (taken[query]) {
                    continue;
                }
                int growth = opens ? 0 : growth(union, rows[query]);
                boolean better = best < 0
                        || growth < bestGrowth
                        || (growth == bestGrowth && population[query] > population[best]);
                if (better) {
                    best = query;
                    bestGrowth = growth;
                }
            }
            taken[best] = true;
            order[at] = members[best];
            for (int w = 0; w < words; w++) {
                union[w] |= rows[best][w];
            }
        }
        return order;
    }

    private static int growth(long[] union, long[] row) {
        int added = 0;
        for (int w = 0; w < row.length; w++) {
            added += Long.bitCount(row[w] & ~union[w]);
        }
        return added;
    }
}
