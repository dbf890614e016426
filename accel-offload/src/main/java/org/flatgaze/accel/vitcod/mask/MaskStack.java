package org.flatgaze.accel.vitcod.mask;

import java.util.Arrays;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.NpyType;

/**
 * The masks of all layers and heads of one model, or of one stage of it; all of one shape. Immutable.
 *
 * <p>In files: an array of shape (layers, heads, queries, keys) whose entries are 0 or 1.
 */
public final class MaskStack {

    private final HeadMask[][] masks;

    /**
     * @param masks by layer and head, all of one shape; copied
     * @throws MaskException if there is none, or shapes differ
     */
    public MaskStack(HeadMask[][] masks) {
        if (masks.length == 0 || masks[0].length == 0) {
            throw new MaskException("masks: expected at least one layer with one head");
        }
        HeadMask first = masks[0][0];
        this.masks = new HeadMask[masks.length][];
        for (int layer = 0; layer < masks.length; layer++) {
            if (masks[layer].length != masks[0].length) {
                throw new MaskException("layer " + layer + " has " + masks[layer].length + " heads: expected "
                        + masks[0].length + " as layer 0");
            }
            for (int head = 0; head < masks[layer].length; head++) {
                HeadMask mask = masks[layer][head];
                if (mask.queries() != first.queries() || mask.keys() != first.keys()) {
                    throw new MaskException(at(layer, head) + ": shape " + mask.queries() + " x " + mask.keys()
                            + ", expected " + first.queries() + " x " + first.keys());
                }
            }
            this.masks[layer] = masks[layer].clone();
        }
    }

    /**
     * Takes the masks from an array.
     *
     * <p>A mask read with the wrong polarity mostly still looks valid. What gives it away is a row with nothing kept, so
     * that is refused and the message says what the other polarity would give.
     *
     * @param array shape (layers, heads, queries, keys) or (heads, queries, keys); booleans, or numbers 0 and 1
     * @param polarity what a true entry says
     * @throws MaskException if shape, a value or a row does not fit, naming layer, head and row
     */
    public static MaskStack of(NpyArray array, Polarity polarity) {
        int[] shape = fourExtents(array, "mask");
        double[] values = array.type() == NpyType.BOOL ? null : array.doubles();
        byte[] bits = array.type() == NpyType.BOOL ? array.bytes() : null;
        int queries = shape[2];
        int keys = shape[3];
        HeadMask[][] masks = new HeadMask[shape[0]][shape[1]];
        boolean[] kept = new boolean[Math.multiplyExact(queries, keys)];
        for (int layer = 0; layer < shape[0]; layer++) {
            for (int head = 0; head < shape[1]; head++) {
                int from = (layer * shape[1] + head) * kept.length;
                for (int i = 0; i < kept.length; i++) {
                    boolean value = bits != null ? bits[from + i] != 0 : truth(values[from + i], layer, head, i, keys);
                    kept[i] = polarity.keeps(value);
                }
                masks[layer][head] = new HeadMask(queries, keys, kept);
            }
        }
        MaskStack stack = new MaskStack(masks);
        stack.requireNoEmptyRow(polarity);
        return stack;
    }

    /** The extents of a stack of maps or masks, with a leading 1 where the layer is left out. */
    static int[] fourExtents(NpyArray array, String what) {
        int[] shape = array.shape();
        if (shape.length == 3) {
            shape = new int[] {1, shape[0], shape[1], shape[2]};
        }
        if (shape.length != 4 || Arrays.stream(shape).anyMatch(extent -> extent < 1)) {
            throw new MaskException(what + " is " + array + ": expected shape (layers, heads, queries, keys)");
        }
        return shape;
    }

    private static boolean truth(double value, int layer, int head, int index, int keys) {
        if (value != 0 && value != 1) {
            throw new MaskException(at(layer, head) + " row " + index / keys + " column " + index % keys + " is "
                    + value + ": expected 0 or 1 (is this an attention map and not a mask?)");
        }
        return value == 1;
    }

    /** How messages name a place. */
    public static String at(int layer, int head) {
        return "layer " + layer + " head " + head;
    }

    private void requireNoEmptyRow(Polarity polarity) {
        for (int layer = 0; layer < layers(); layer++) {
            for (int head = 0; head < heads(); head++) {
                HeadMask mask = masks[layer][head];
                int row = mask.firstEmptyRow();
                if (row >= 0) {
                    Polarity other =
                            polarity == Polarity.TRUE_IS_KEPT ? Polarity.TRUE_IS_PRUNED : Polarity.TRUE_IS_KEPT;
                    throw new MaskException(at(layer, head) + " row " + row + " keeps nothing (read as " + polarity
                            + ", sparsity " + percent(mask.sparsity()) + "; as " + other + " it would be "
                            + percent(1 - mask.sparsity()) + "): expected at least one kept entry in every row");
                }
            }
        }
    }

    private static String percent(double share) {
        return String.format(java.util.Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** The masks as a bool array of shape (layers, heads, queries, keys). */
    public NpyArray toArray(Polarity polarity) {
        int perHead = queries() * keys();
        boolean[] bits = new boolean[Math.multiplyExact(layers() * heads(), perHead)];
        int at = 0;
        for (HeadMask[] layer : masks) {
            for (HeadMask mask : layer) {
                for (int i = 0; i < perHead; i++) {
                    boolean kept = mask.keeps(i / keys(), i % keys());
                    bits[at++] = polarity.keeps(true) == kept;
                }
            }
        }
        return NpyArray.ofBooleans(bits, layers(), heads(), queries(), keys());
    }

    /** Number of layers. */
    public int layers() {
        return masks.length;
    }

    /** Heads per layer. */
    public int heads() {
        return masks[0].length;
    }

    /** Query tokens of every mask. */
    public int queries() {
        return masks[0][0].queries();
    }

    /** Key tokens of every mask. */
    public int keys() {
        return masks[0][0].keys();
    }

    /** The mask of one head. */
    public HeadMask mask(int layer, int head) {
        return masks[layer][head];
    }

    /** Share of pruned entries over all heads, 0..1. */
    public double sparsity() {
        long kept = 0;
        for (HeadMask[] layer : masks) {
            for (HeadMask mask : layer) {
                kept += mask.keptEntries();
            }
        }
        return 1 - (double) kept / ((double) layers() * heads() * queries() * keys());
    }
}
