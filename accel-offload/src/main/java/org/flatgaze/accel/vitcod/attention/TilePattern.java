package org.flatgaze.accel.vitcod.attention;

import java.util.Arrays;
import org.flatgaze.accel.vitcod.mask.HeadMask;

/**
 * Query tiles: groups of as many queries as a register has lanes, and per group the keys that any of them keeps. Scores,
 * softmax and their sums run lane by lane, so no horizontal operation is needed. Value rows are added per quad of
 * queries, over the keys that any of the four keeps.
 *
 * <p>Per group the well filled keys come first: the denser part, whose holes are computed. This is ViTCoD's split (HPCA
 * 2023) made per group of queries instead of per head; a column gather does what the chip's symmetric reordering does,
 * so q and the output stay where they are.
 */
final class TilePattern extends AttentionPattern {

    /** Share of lanes from which a key goes to the denser part: where the dense value kernel gets cheaper. */
    static final double HYBRID_FILL = 0.6;

    /** No key ever is that full. */
    static final double NEVER = 2;

    /** Keys of a group are a multiple of this, so that the score kernel has no remainder. */
    static final int KEY_STEP = 4;

    /** Queries that share a list of value rows. */
    static final int QUAD = ValueTile.QUERIES;

    /** With fewer well filled keys than this a group has no denser part. */
    private static final int FEWEST_DENSE_KEYS = 4;

    private final int lanes;
    private final int[] order;
    private final int[] keyStart;
    private final int[] denseKeys;
    private final int[] tileKeys;
    private final float[] tileShifts;
    private final int[] pairStart;
    private final int[] pairs;
    private final int mostKeys;

    TilePattern(Variant variant, HeadMask mask, float[] bias, int lanes, double denseFill) {
        super(variant, mask, bias);
        this.lanes = lanes;
        int groups = (queries() + lanes - 1) / lanes;
        order = Arrays.copyOf(RowOrder.clustered(mask, lanes), groups * lanes);
        // The last group repeats its last query: the work is wasted, the result written twice the same.
        Arrays.fill(order, queries(), order.length, order[queries() - 1]);
        keyStart = new int[groups + 1];
        denseKeys = new int[groups];
        pairStart = new int[groups * lanes / QUAD + 1];
        IntList keyList = new IntList();
        IntList pairList = new IntList();
        int most = 0;
        for (int g = 0; g < groups; g++) {
            int[] keys = keysOf(g, denseFill);
            keyStart[g] = keyList.size();
            for (int key : keys) {
                keyList.add(key);
            }
            addPairs(g, keys, pairList);
            for (int pad = keys.length; pad % KEY_STEP != 0; pad++) {
                keyList.add(keys[keys.length - 1]);
            }
            most = Math.max(most, keyList.size() - keyStart[g]);
        }
        keyStart[groups] = keyList.size();
        pairStart[groups * lanes / QUAD] = pairList.size();
        tileKeys = keyList.toArray();
        pairs = pairList.toArray();
        mostKeys = most;
        tileShifts = shifts(groups);
    }

    /** Keys that the group keeps, the denser part first, both ascending; notes the size of the denser part. */
    private int[] keysOf(int group, double denseFill) {
        IntList dense = new IntList();
        IntList sparse = new IntList();
        int present = Math.min(lanes, queries() - group * lanes);
        for (int key = 0; key < keys(); key++) {
            int fill = 0;
            for (int lane = 0; lane < present; lane++) {
                fill += mask().keeps(order[group * lanes + lane], key) ? 1 : 0;
            }
            if (fill > 0) {
                (fill >= denseFill * lanes ? dense : sparse).add(key);
            }
        }
        denseKeys[group] = dense.size() >= FEWEST_DENSE_KEYS ? dense.size() : 0;
        for (int i = 0; i < sparse.size(); i++) {
            dense.add(sparse.get(i));
        }
        return dense.toArray();
    }

    /** Per quad of the group: (slot of its first lane in the group's scores, key) of every key that any of it keeps. */
    private void addPairs(int group, int[] keys, IntList list) {
        for (int lane = 0; lane < lanes; lane += QUAD) {
            int at = group * lanes + lane;
            pairStart[at / QUAD] = list.size();
            for (int i = 0; at < queries() && i < keys.length; i++) {
                if (i < denseKeys[group] || keepsAny(at, keys[i])) {
                    list.add(i * lanes + lane);
                    list.add(keys[i]);
                }
            }
        }
    }

    private boolean keepsAny(int at, int key) {
        for (int lane = 0; lane < QUAD; lane++) {
            if (mask().keeps(order[at + lane], key)) {
                return true;
            }
        }
        return false;
    }

    private float[] shifts(int groups) {
        float[] out = new float[tileKeys.length * lanes];
        for (int g = 0; g < groups; g++) {
            for (int i = keyStart[g]; i < keyStart[g + 1]; i++) {
                boolean padding = i > keyStart[g] && tileKeys[i] == tileKeys[i - 1];
                for (int lane = 0; lane < lanes; lane++) {
                    out[i * lanes + lane] = padding ? PRUNED : shift(order[g * lanes + lane], tileKeys[i]);
                }
            }
        }
        return out;
    }

    @Override
    public double[] work(int depth, int valueDepth) {
        double entries = (double) tileKeys.length * lanes;
        double quadPairs = pairs.length / 2.0;
        return new double[] {
            1, (double) order.length * depth, entries * depth, entries, quadPairs * QUAD * valueDepth, groups()
        };
    }

    int lanes() {
        return lanes;
    }

    int groups() {
        return denseKeys.length;
    }

    /** Query at each lane of each group. */
    int[] order() {
        return order;
    }

    /** First tile of each group, and the end. */
    int[] keyStart() {
        return keyStart;
    }

    /** Leading tiles of each group that belong to the denser part. */
    int[] denseKeys() {
        return denseKeys;
    }

    /** Key of each tile. */
    int[] tileKeys() {
        return tileKeys;
    }

    /** {@code lanes} shifts per tile. */
    float[] tileShifts() {
        return tileShifts;
    }

    /** First entry in {@link #pairs} of each quad of each group, and the end. */
    int[] pairStart() {
        return pairStart;
    }

    /** Slot of the quad's first lane in the group's scores, key, slot, key, ... */
    int[] pairs() {
        return pairs;
    }

    /** Tiles of the largest group. */
    int mostKeys() {
        return mostKeys;
    }

    /** Kept pairs per computed lane, 0..1. */
    double fill() {
        return (double) mask().keptEntries() / ((double) tileKeys.length * lanes);
    }

    /** A growing list of ints, for compilation only. */
    private static final class IntList {
        private int[] values = new int[64];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        int get(int i) {
            return values[i];
        }

        int size() {
            return size;
        }

        int[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
