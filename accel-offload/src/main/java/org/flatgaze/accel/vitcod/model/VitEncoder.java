package org.flatgaze.accel.vitcod.model;

import java.util.Arrays;
import java.util.Random;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.encoder.HeadAutoEncoder;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;

/**
 * The encoder blocks of a vision transformer with seeded weights, for speed: normalise, q k v, attention by a pattern per
 * head, project, and the feed-forward part, each with its residual. Tokens in, tokens out; no patch embedding, no head.
 *
 * <p>One thread per instance; {@link #run} allocates nothing after its first call.
 */
public final class VitEncoder {

    private final VitShape shape;
    private final VitWeights[] weights;
    private final KernelSet kernels;
    private final SparseAttention attention;
    private final float scale;
    private final HeadLayout[] layouts;
    private final float[] normal;
    private final float[] q;
    private final float[] k;
    private final float[] v;
    private final float[] coded;
    private final float[] mixed;
    private final float[] projected;
    private final float[] hidden;

    private VitEncoder(VitShape shape, VitWeights[] weights, KernelSet kernels, SparseAttention attention) {
        this.shape = shape;
        this.weights = weights;
        this.kernels = kernels;
        this.attention = attention;
        scale = (float) (1 / Math.sqrt(shape.depth()));
        int c = shape.embedding();
        layouts = new HeadLayout[shape.heads()];
        for (int head = 0; head < layouts.length; head++) {
            int at = head * shape.depth();
            layouts[head] = new HeadLayout(shape.depth(), shape.depth(), at, c, at, c, at, c, at, c);
        }
        int size = shape.tokens() * c;
        normal = new float[size];
        q = new float[size];
        k = new float[size];
        v = new float[size];
        coded = new float[size];
        mixed = new float[size];
        projected = new float[size];
        hidden = new float[shape.tokens() * shape.hidden()];
    }

    /** An encoder with weights from a seed, on the fastest kernels of this JVM. */
    public static VitEncoder seeded(VitShape shape, long seed) {
        return seeded(shape, seed, KernelSet.best(), SparseAttention.best());
    }

    static VitEncoder seeded(VitShape shape, long seed, KernelSet kernels, SparseAttention attention) {
        Random random = new Random(seed);
        VitWeights[] weights = new VitWeights[shape.layers()];
        Arrays.setAll(weights, i -> VitWeights.seeded(shape, random));
        return new VitEncoder(shape, weights, kernels, attention);
    }

    /**
     * The same model with head auto-encoders fitted to what it computes on these tokens, folded into q and k.
     *
     * @param tokens tokens x embedding; left alone
     * @param patterns by layer and head
     * @param compressed heads left inside, 1..heads
     */
    public VitEncoder folded(float[] tokens, AttentionPattern[][] patterns, int compressed) {
        float[] x = tokens.clone();
        VitWeights[] folded = new VitWeights[weights.length];
        for (int layer = 0; layer < weights.length; layer++) {
            block(layer, x, patterns[layer]);
            HeadAutoEncoder qCoder = HeadAutoEncoder.fit(q, shape.heads(), shape.depth(), compressed);
            HeadAutoEncoder kCoder = HeadAutoEncoder.fit(k, shape.heads(), shape.depth(), compressed);
            folded[layer] = weights[layer].folded(shape, qCoder, kCoder);
        }
        return new VitEncoder(shape, folded, KernelSet.best(), SparseAttention.best());
    }

    /**
     * Patterns of one variant for all heads.
     *
     * @throws MaskException if a mask cannot be used, naming layer and head
     */
    public static AttentionPattern[][] patterns(MaskStack masks, Variant variant) {
        AttentionPattern[][] patterns = new AttentionPattern[masks.layers()][masks.heads()];
        for (int layer = 0; layer < masks.layers(); layer++) {
            for (int head = 0; head < masks.heads(); head++) {
                try {
                    patterns[layer][head] = AttentionPattern.compile(variant, masks.mask(layer, head), null);
                } catch (MaskException e) {
                    throw new MaskException(MaskStack.at(layer, head) + ": " + e.getMessage(), e);
                }
            }
        }
        return patterns;
    }

    /** Patterns that keep everything. */
    public static AttentionPattern[][] dense(VitShape shape) {
        AttentionPattern full =
                AttentionPattern.compile(Variant.DENSE, HeadMask.full(shape.tokens(), shape.tokens()), null);
        AttentionPattern[][] patterns = new AttentionPattern[shape.layers()][shape.heads()];
        for (AttentionPattern[] layer : patterns) {
            Arrays.fill(layer, full);
        }
        return patterns;
    }

    /**
     * Runs all blocks in place.
     *
     * @param x tokens x embedding
     * @param patterns by layer and head, tokens x tokens each
     * @throws IllegalArgumentException if x or the patterns are of another shape, naming layer and head
     */
    public void run(float[] x, AttentionPattern[][] patterns) {
        if (x.length != shape.tokens() * shape.embedding()) {
            throw new IllegalArgumentException("x.length=" + x.length + ": expected tokens x embedding = "
                    + shape.tokens() + " x " + shape.embedding());
        }
        requireShape(patterns);
        for (int layer = 0; layer < weights.length; layer++) {
            block(layer, x, patterns[layer]);
        }
    }

    private void requireShape(AttentionPattern[][] patterns) {
        if (patterns.length != shape.layers()) {
            throw new IllegalArgumentException(
                    "patterns of " + patterns.length + " layers: expected " + shape.layers());
        }
        for (int layer = 0; layer < patterns.length; layer++) {
            if (patterns[layer].length != shape.heads()) {
                throw new IllegalArgumentException(
                        "layer " + layer + " has " + patterns[layer].length + " heads: expected " + shape.heads());
            }
            for (int head = 0; head < patterns[layer].length; head++) {
                AttentionPattern pattern = patterns[layer][head];
                if (pattern.queries() != shape.tokens() || pattern.keys() != shape.tokens()) {
                    throw new IllegalArgumentException(MaskStack.at(layer, head) + ": pattern is " + pattern.queries()
                            + " x " + pattern.keys() + ", expected " + shape.tokens() + " x " + shape.tokens());
                }
            }
        }
    }

    private void block(int layer, float[] x, AttentionPattern[] patterns) {
        VitWeights w = weights[layer];
        int rows = shape.tokens();
        int c = shape.embedding();
        RowMath.normalise(x, normal, rows, c);
        project(w.q, w.qBias, w.qCoder, q);
        project(w.k, w.kBias, w.kCoder, k);
        project(w.v, w.vBias, null, v);
        for (int head = 0; head < patterns.length; head++) {
            attention.run(patterns[head], layouts[head], q, k, v, scale, mixed);
        }
        multiply(mixed, c, w.out, c, projected);
        RowMath.addResidual(x, projected, w.outBias, rows);
        RowMath.normalise(x, normal, rows, c);
        multiply(normal, c, w.up, shape.hidden(), hidden);
        RowMath.addBias(hidden, w.upBias, rows);
        RowMath.gelu(hidden, 0, hidden.length);
        multiply(hidden, shape.hidden(), w.down, c, projected);
        RowMath.addResidual(x, projected, w.downBias, rows);
    }

    private void project(float[] matrix, float[] bias, HeadAutoEncoder coder, float[] out) {
        float[] to = coder == null ? out : coded;
        multiply(normal, shape.embedding(), matrix, bias.length, to);
        RowMath.addBias(to, bias, shape.tokens());
        if (coder != null) {
            coder.decode(shape.tokens(), shape.depth(), coded, out);
        }
    }

    private void multiply(float[] a, int inner, float[] b, int columns, float[] out) {
        kernels.sgemm(shape.tokens(), columns, inner, a, 0, inner, b, 0, columns, out, 0, columns);
    }
}
