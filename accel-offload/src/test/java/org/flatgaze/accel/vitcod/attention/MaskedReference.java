package org.flatgaze.accel.vitcod.attention;

import org.flatgaze.accel.vitcod.mask.HeadMask;

/** Masked attention in double precision, straight from the definition. */
final class MaskedReference {

    private MaskedReference() {}

    static double[] attention(
            HeadMask mask, float[] bias, HeadLayout shape, float[] q, float[] k, float[] v, double scale) {
        double[] out = new double[mask.queries() * shape.valueDepth()];
        double[] weights = new double[mask.keys()];
        for (int i = 0; i < mask.queries(); i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < mask.keys(); j++) {
                double dot = 0;
                for (int c = 0; c < shape.depth(); c++) {
                    dot += (double) q[shape.qOffset() + i * shape.qStride() + c]
                            * k[shape.kOffset() + j * shape.kStride() + c];
                }
                weights[j] = mask.keeps(i, j)
                        ? dot * scale + (bias == null ? 0 : bias[i * mask.keys() + j])
                        : Double.NEGATIVE_INFINITY;
                max = Math.max(max, weights[j]);
            }
            double total = 0;
            for (int j = 0; j < mask.keys(); j++) {
                weights[j] = Math.exp(weights[j] - max);
                total += weights[j];
            }
            for (int j = 0; j < mask.keys(); j++) {
                for (int c = 0; weights[j] > 0 && c < shape.valueDepth(); c++) {
                    out[i * shape.valueDepth() + c] +=
                            weights[j] / total * v[shape.vOffset() + j * shape.vStride() + c];
                }
            }
        }
        return out;
    }
}
