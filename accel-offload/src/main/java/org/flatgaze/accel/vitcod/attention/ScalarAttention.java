package org.flatgaze.accel.vitcod.attention;

/** Plain loops over the mask, whatever the pattern's layout: the reference for every other kernel. */
final class ScalarAttention implements SparseAttention {

    private float[] weights = new float[0];

    @Override
    public String id() {
        return "scalar";
    }

    @Override
    public void run(
            AttentionPattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float scale, float[] out) {
        shape.check(pattern, q, k, v, out);
        int keys = pattern.keys();
        if (weights.length < keys) {
            weights = new float[keys];
        }
        for (int query = 0; query < pattern.queries(); query++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int key = 0; key < keys; key++) {
                if (pattern.mask().keeps(query, key)) {
                    float sum = 0;
                    for (int i = 0; i < shape.depth(); i++) {
                        sum += q[shape.qOffset() + query * shape.qStride() + i]
                                * k[shape.kOffset() + key * shape.kStride() + i];
                    }
                    weights[key] = scale * sum + pattern.biasAt(query, key);
                    max = Math.max(max, weights[key]);
                }
            }
            float total = 0;
            for (int key = 0; key < keys; key++) {
                weights[key] = pattern.mask().keeps(query, key) ? (float) Math.exp(weights[key] - max) : 0;
                total += weights[key];
            }
            for (int j = 0; j < shape.valueDepth(); j++) {
                float sum = 0;
                for (int key = 0; key < keys; key++) {
                    if (pattern.mask().keeps(query, key)) {
                        sum += weights[key] * v[shape.vOffset() + key * shape.vStride() + j];
                    }
                }
                out[shape.outOffset() + query * shape.outStride() + j] = sum / total;
            }
        }
    }
}
