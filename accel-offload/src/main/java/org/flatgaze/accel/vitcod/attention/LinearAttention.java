package org.flatgaze.accel.vitcod.attention;

import java.util.Arrays;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.vitcod.mask.MaskException;

/**
 * Attention without the square: keys and values are multiplied first, {@code depth x valueDepth}, then the queries.
 * Behind the interface of the softmax kernels; masks and biases have no meaning here, so the pattern must keep every pair.
 */
public final class LinearAttention implements SparseAttention {

    /** Below this a row of q or k counts as 0 and stays so when brought to length 1. */
    private static final float SHORTEST = 1e-20f;

    private final LinearKind kind;
    private final KernelSet kernels;
    private float[] turned = new float[0];
    private float[] product = new float[0];
    private float[] mean = new float[0];
    private float[] valueSum = new float[0];

    /**
     * @param kernels matrix products to use; the instance belongs to this one's thread from now on
     */
    public LinearAttention(LinearKind kind, KernelSet kernels) {
        this.kind = kind;
        this.kernels = kernels;
    }

    @Override
    public String id() {
        return kernels.id();
    }

    /**
     * {@inheritDoc}
     *
     * @throws MaskException if the pattern prunes a pair or adds a bias
     */
    @Override
    public void run(
            AttentionPattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float scale, float[] out) {
        shape.check(pattern, q, k, v, out);
        if (pattern.hasBias() || pattern.keepsFewer()) {
            throw new MaskException("pattern of " + pattern.mask() + ": linear attention knows neither mask nor bias");
        }
        int keys = pattern.keys();
        int depth = shape.depth();
        int columns = shape.valueDepth();
        prepare(keys, depth, columns);
        turnKeys(shape, k, keys);
        sumValues(shape, v, keys);
        kernels.sgemm(depth, columns, keys, turned, 0, keys, v, shape.vOffset(), shape.vStride(), product, 0, columns);
        kernels.sgemm(
                pattern.queries(),
                columns,
                depth,
                q,
                shape.qOffset(),
                shape.qStride(),
                product,
                0,
                columns,
                out,
                shape.outOffset(),
                shape.outStride());
        for (int query = 0; query < pattern.queries(); query++) {
            finish(shape, q, query, keys, scale, out);
        }
    }

    private void prepare(int keys, int depth, int columns) {
        if (turned.length < keys * depth) {
            turned = new float[keys * depth];
        }
        if (product.length < depth * columns) {
            product = new float[depth * columns];
        }
        if (mean.length < depth) {
            mean = new float[depth];
        }
        if (valueSum.length < columns) {
            valueSum = new float[columns];
        }
    }

    /** Keys as columns, without their mean or at length 1; {@link #mean} holds their mean or sum. */
    private void turnKeys(HeadLayout shape, float[] k, int keys) {
        int depth = shape.depth();
        Arrays.fill(mean, 0, depth, 0f);
        for (int key = 0; key < keys; key++) {
            int at = shape.kOffset() + key * shape.kStride();
            float factor = kind == LinearKind.TAYLOR ? 1f / keys : inverseLength(k, at, depth);
            for (int c = 0; c < depth; c++) {
                mean[c] += factor * k[at + c];
            }
            for (int c = 0; c < depth; c++) {
                turned[c * keys + key] = kind == LinearKind.TAYLOR ? k[at + c] : factor * k[at + c];
            }
        }
        if (kind == LinearKind.TAYLOR) {
            for (int c = 0; c < depth; c++) {
                for (int key = 0; key < keys; key++) {
                    turned[c * keys + key] -= mean[c];
                }
            }
        }
    }

    private void sumValues(HeadLayout shape, float[] v, int keys) {
        Arrays.fill(valueSum, 0, shape.valueDepth(), 0f);
        for (int key = 0; key < keys; key++) {
            int at = shape.vOffset() + key * shape.vStride();
            for (int j = 0; j < shape.valueDepth(); j++) {
                valueSum[j] += v[at + j];
            }
        }
    }

    private void finish(HeadLayout shape, float[] q, int query, int keys, float scale, float[] out) {
        int to = shape.outOffset() + query * shape.outStride();
        float linear = scale;
        float constant = 1f;
        float total = keys;
        if (kind == LinearKind.LINEAR_ANGULAR) {
            int at = shape.qOffset() + query * shape.qStride();
            linear = (float) (inverseLength(q, at, shape.depth()) / Math.PI);
            constant = 0.5f;
            total = 0.5f * keys + linear * dot(q, at, mean, 0, shape.depth());
        }
        float inverse = 1f / total;
        for (int j = 0; j < shape.valueDepth(); j++) {
            out[to + j] = (constant * valueSum[j] + linear * out[to + j]) * inverse;
        }
    }

    private static float inverseLength(float[] x, int at, int depth) {
        float length = (float) Math.sqrt(dot(x, at, x, at, depth));
        return length < SHORTEST ? 0f : 1f / length;
    }

    /** Four sums: one would wait for each addition in turn. */
    private static float dot(float[] a, int aAt, float[] b, int bAt, int depth) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int c = 0;
        for (; c <= depth - 4; c += 4) {
            s0 += a[aAt + c] * b[bAt + c];
            s1 += a[aAt + c + 1] * b[bAt + c + 1];
            s2 += a[aAt + c + 2] * b[bAt + c + 2];
            s3 += a[aAt + c + 3] * b[bAt + c + 3];
        }
        for (; c < depth; c++) {
            s0 += a[aAt + c] * b[bAt + c];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
