package org.flatgaze.accel.vitcod.model;

/**
 * Extents of a plain vision transformer: DeiT-Tiny is 12 layers, 3 heads, 197 tokens, depth 64, ratio 4.
 *
 * @param layers encoder blocks
 * @param heads heads per block
 * @param tokens tokens, class token included
 * @param depth columns of q, k and v per head; the embedding has {@code heads * depth}
 * @param mlpRatio width of the feed-forward part over the embedding
 */
public record VitShape(int layers, int heads, int tokens, int depth, int mlpRatio) {

    public VitShape {
        if (layers < 1 || heads < 1 || tokens < 1 || depth < 1 || mlpRatio < 1) {
            throw new IllegalArgumentException("layers=" + layers + ", heads=" + heads + ", tokens=" + tokens
                    + ", depth=" + depth + ", mlpRatio=" + mlpRatio + ": expected at least 1 of each");
        }
    }

    /** Columns of a token. */
    public int embedding() {
        return heads * depth;
    }

    /** Columns of the feed-forward part. */
    public int hidden() {
        return embedding() * mlpRatio;
    }
}
