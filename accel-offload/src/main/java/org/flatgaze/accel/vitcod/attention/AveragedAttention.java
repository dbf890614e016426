package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;

/**
 * Collects what masks are made from: the softmax outputs of every layer and head, averaged over pictures. Fill it with
 * the q and k of each head while a model runs on its training pictures, then hand {@link #toArray} to
 * {@link org.flatgaze.accel.vitcod.mask.MaskRule}.
 *
 * <p>Sums are kept in double precision. One thread; off the hot path.
 */
public final class AveragedAttention {

    private final int layers;
    private final int heads;
    private final int queries;
    private final int keys;
    private final double[] sums;
    private final int[] pictures;

    /** Room for all heads of one model, or one stage of it. */
    public AveragedAttention(int layers, int heads, int queries, int keys) {
        if (layers < 1 || heads < 1 || queries < 1 || keys < 1) {
            throw new MaskException("layers=" + layers + ", heads=" + heads + ", queries=" + queries + ", keys=" + keys
                    + ": expected at least 1 of each");
        }
        this.layers = layers;
        this.heads = heads;
        this.queries = queries;
        this.keys = keys;
        sums = new double[Math.multiplyExact(Math.multiplyExact(layers * heads, queries), keys)];
        pictures = new int[layers * heads];
    }

    /**
     * Adds one picture's attention of one head: {@code softmax(scale * q k^T + bias)}.
     *
     * @param shape where q and k lie
     * @param bias queries x keys, or null
     * @throws MaskException if layer or head is out of range, or a score is not finite, naming layer, head and row
     */
    public void add(int layer, int head, HeadLayout shape, float[] q, float[] k, float scale, float[] bias) {
        if (layer < 0 || layer >= layers || head < 0 || head >= heads) {
            throw new MaskException(MaskStack.at(layer, head) + ": expected below " + layers + " and " + heads);
        }
        int slot = layer * heads + head;
        double[] row = new double[keys];
        for (int query = 0; query < queries; query++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int key = 0; key < keys; key++) {
                double score = bias == null ? 0 : bias[query * keys + key];
                for (int c = 0; c < shape.depth(); c++) {
                    score += (double) scale
                            * q[shape.qOffset() + query * shape.qStride() + c]
                            * k[shape.kOffset() + key * shape.kStride() + c];
                }
                if (!Double.isFinite(score)) {
                    throw new MaskException(MaskStack.at(layer, head) + " row " + query + " column " + key
                            + ": score is " + score + ", expected a finite number");
                }
                row[key] = score;
                max = Math.max(max, score);
            }
            double total = 0;
            for (int key = 0; key < keys; key++) {
                row[key] = Math.exp(row[key] - max);
                total += row[key];
            }
            int at = (slot * queries + query) * keys;
            for (int key = 0; key < keys; key++) {
                sums[at + key] += row[key] / total;
            }
        }
        pictures[slot]++;
    }

    /**
     * The averages, float32 of shape (layers, heads, queries, keys).
     *
     * @throws MaskException if a head has seen no picture, or not as many as the first
     */
    public NpyArray toArray() {
        float[] maps = new float[sums.length];
        for (int slot = 0; slot < pictures.length; slot++) {
            if (pictures[slot] == 0 || pictures[slot] != pictures[0]) {
                throw new MaskException(MaskStack.at(slot / heads, slot % heads) + " has " + pictures[slot]
                        + " pictures: expected as many as the first head's " + pictures[0] + ", at least 1");
            }
            for (int i = slot * queries * keys; i < (slot + 1) * queries * keys; i++) {
                maps[i] = (float) (sums[i] / pictures[slot]);
            }
        }
        return NpyArray.ofFloats(maps, layers, heads, queries, keys);
    }
}
