package org.flatgaze.accel.graph;

import java.util.List;

/**
 * What a {@link Layer.Attention} computes and where its matrices lie: all heads of a block, so that q, k and v can stay
 * where one projection wrote them and the output where the next one reads it.
 *
 * @param queries rows of q and of the output, per head
 * @param keys rows of k and v, per head
 * @param depth columns of q and k
 * @param valueDepth columns of v and of the output
 * @param scale factor of the scores
 * @param q where the queries lie in their tensor
 * @param k where the keys lie
 * @param v where the values lie
 * @param out where the output goes
 * @param heads what each head keeps
 */
public record AttentionForm(
        int queries,
        int keys,
        int depth,
        int valueDepth,
        float scale,
        Rows q,
        Rows k,
        Rows v,
        Rows out,
        List<Head> heads) {

    /**
     * Element (head, token, column) is element {@code offset + head * headStep + token * tokenStep + column} of a tensor
     * in row-major order.
     */
    public record Rows(int offset, int headStep, int tokenStep) {

        /** Index of the first element of a head. */
        public int start(int head) {
            return offset + head * headStep;
        }
    }

    /**
     * One head.
     *
     * @param kept pairs that take part in the softmax, queries x keys row-major; null for all
     * @param bias added to the scaled scores, queries x keys row-major; null for none
     * @param variant how a backend with several kernels should run it, empty for its own choice; a hint, the result is
     *     the same up to rounding
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    public record Head(boolean[] kept, float[] bias, String variant) {

        /** Whether a pair takes part. */
        public boolean keeps(int pair) {
            return kept == null || kept[pair];
        }
    }

    public AttentionForm {
        heads = List.copyOf(heads);
    }

    /** The same attention keeping other pairs. */
    public AttentionForm withHeads(List<Head> others) {
        return new AttentionForm(queries, keys, depth, valueDepth, scale, q, k, v, out, others);
    }

    /** Pairs that all heads together keep. */
    public long keptPairs() {
        long kept = 0;
        for (Head head : heads) {
            for (int pair = 0; pair < queries * keys; pair++) {
                kept += head.keeps(pair) ? 1 : 0;
            }
        }
        return kept;
    }

    /**
     * Checks the form against the tensors it names.
     *
     * @throws IllegalArgumentException naming the head and what does not fit
     */
    void check(Shape qShape, Shape kShape, Shape vShape, Shape outShape) {
        require(
                queries >= 1 && keys >= 1 && depth >= 1 && valueDepth >= 1 && !heads.isEmpty(),
                "queries=" + queries + " keys=" + keys + " depth=" + depth + " valueDepth=" + valueDepth + " heads="
                        + heads.size() + ": expected at least 1 of each");
        require(Float.isFinite(scale), "scale=" + scale + ": expected a finite number");
        requireInside("q", q, queries, depth, qShape);
        requireInside("k", k, keys, depth, kShape);
        requireInside("v", v, keys, valueDepth, vShape);
        requireInside("out", out, queries, valueDepth, outShape);
        for (int head = 0; head < heads.size(); head++) {
            check(head, heads.get(head));
        }
    }

    private void requireInside(String name, Rows rows, int tokens, int columns, Shape shape) {
        long last = rows.offset + (heads.size() - 1L) * rows.headStep + (tokens - 1L) * rows.tokenStep + columns;
        require(
                rows.offset >= 0 && rows.headStep >= 0 && rows.tokenStep >= columns && last <= shape.elements(),
                name + " " + rows + " of " + tokens + " tokens: expected to lie inside " + shape);
    }

    private void check(int index, Head head) {
        int pairs = Math.multiplyExact(queries, keys);
        String where = "head " + index + " ";
        require(
                head.kept == null || head.kept.length == pairs,
                where + "keeps " + (head.kept == null ? 0 : head.kept.length) + " entries: expected queries x keys = "
                        + queries + " x " + keys);
        require(
                head.bias == null || head.bias.length == pairs,
                where + "has another number of biases: expected queries x keys = " + queries + " x " + keys);
        for (int query = 0; query < queries; query++) {
            boolean any = false;
            for (int pair = query * keys; pair < (query + 1) * keys; pair++) {
                any |= head.keeps(pair);
                require(
                        head.bias == null || !head.keeps(pair) || Float.isFinite(head.bias[pair]),
                        where + "bias of row " + query + " is not finite at a kept pair");
            }
            require(any, where + "row " + query + " keeps nothing: expected at least one kept entry in every row");
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
