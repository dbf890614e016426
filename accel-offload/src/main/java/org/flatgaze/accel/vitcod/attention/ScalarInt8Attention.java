package org.flatgaze.accel.vitcod.attention;

/** The closed form of {@link Int8Attention} row by row, whatever the pattern's layout. */
final class ScalarInt8Attention implements Int8Attention {

    private float[] scores = new float[0];

    @Override
    public String id() {
        return "scalar";
    }

    @Override
    public void run(
            AttentionPattern pattern, HeadLayout shape, byte[] q, byte[] k, byte[] v, Int8Scales scales, float[] out) {
        Int8Attention.check(pattern, shape, q, k, v, out);
        int keys = pattern.keys();
        if (scores.length < keys) {
            scores = new float[keys];
        }
        for (int query = 0; query < pattern.queries(); query++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int key = 0; key < keys; key++) {
                if (pattern.mask().keeps(query, key)) {
                    int sum = 0;
                    for (int c = 0; c < shape.depth(); c++) {
                        sum += q[shape.qOffset() + query * shape.qStride() + c]
                                * k[shape.kOffset() + key * shape.kStride() + c];
                    }
                    scores[key] = Math.fma(sum, scales.factor(), pattern.shift(query, key));
                    largest = Math.max(largest, scores[key]);
                }
            }
            int total = 0;
            for (int key = 0; key < keys; key++) {
                int weight = 0;
                if (pattern.mask().keeps(query, key)) {
                    weight = (int) Math.rint(FastExp.powerOfTwo(scores[key] - largest) * 255f);
                }
                scores[key] = weight;
                total += weight;
            }
            float factor = scales.v() / total;
            for (int j = 0; j < shape.valueDepth(); j++) {
                int sum = 0;
                for (int key = 0; key < keys; key++) {
                    sum += ((int) scores[key]) * v[shape.vOffset() + key * shape.vStride() + j];
                }
                out[shape.outOffset() + query * shape.outStride() + j] = sum * factor;
            }
        }
    }
}
