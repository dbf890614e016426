package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention pair by pair over a compressed sparse row pattern: a dot product per kept pair. The horizontal add of each
 * dot product is dear, so this wins only where almost nothing is kept.
 */
final class PairAttention {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private float[] weights = new float[LANES];

    void run(CsrPattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float factor, float[] out) {
        int longest = pattern.longestRow() + LANES;
        if (weights.length < longest) {
            weights = new float[longest];
        }
        int[] rowStart = pattern.rowStart();
        for (int query = 0; query < pattern.queries(); query++) {
            int from = rowStart[query];
            int pairs = rowStart[query + 1] - from;
            float high = scores(pattern, shape, q, shape.qOffset() + query * shape.qStride(), k, factor, from, pairs);
            float inverse = softmax(pairs, high);
            values(pattern, shape, v, from, pairs, inverse, out, shape.outOffset() + query * shape.outStride());
        }
    }

    private float scores(
            CsrPattern pattern, HeadLayout shape, float[] q, int at, float[] k, float factor, int from, int pairs) {
        int[] keys = pattern.pairKeys();
        float[] shifts = pattern.pairShifts();
        int depth = shape.depth();
        float high = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < pairs; i++) {
            int row = shape.kOffset() + keys[from + i] * shape.kStride();
            FloatVector sum = FloatVector.zero(SPECIES);
            int c = 0;
            for (; c <= depth - LANES; c += LANES) {
                sum = FloatVector.fromArray(SPECIES, q, at + c).fma(FloatVector.fromArray(SPECIES, k, row + c), sum);
            }
            float dot = sum.reduceLanes(VectorOperators.ADD);
            for (; c < depth; c++) {
                dot += q[at + c] * k[row + c];
            }
            float score = dot * factor + shifts[from + i];
            weights[i] = score;
            high = Math.max(high, score);
        }
        return high;
    }

    /** Exponentials in place; answers the inverse of their sum. What stands behind the last pair becomes 0. */
    private float softmax(int pairs, float high) {
        for (int i = pairs; i % LANES != 0; i++) {
            weights[i] = AttentionPattern.PRUNED;
        }
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < pairs; i += LANES) {
            FloatVector p = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, weights, i).sub(high));
            p.intoArray(weights, i);
            sum = sum.add(p);
        }
        return 1f / sum.reduceLanes(VectorOperators.ADD);
    }

    private void values(
            CsrPattern pattern, HeadLayout shape, float[] v, int from, int pairs, float inverse, float[] out, int to) {
        int[] keys = pattern.pairKeys();
        int columns = shape.valueDepth();
        int j = 0;
        for (; j <= columns - 2 * LANES; j += 2 * LANES) {
            FloatVector left = FloatVector.zero(SPECIES);
            FloatVector right = FloatVector.zero(SPECIES);
            for (int i = 0; i < pairs; i++) {
                FloatVector weight = FloatVector.broadcast(SPECIES, weights[i]);
                int row = shape.vOffset() + keys[from + i] * shape.vStride() + j;
                left = FloatVector.fromArray(SPECIES, v, row).fma(weight, left);
                right = FloatVector.fromArray(SPECIES, v, row + LANES).fma(weight, right);
            }
            left.mul(inverse).intoArray(out, to + j);
            right.mul(inverse).intoArray(out, to + j + LANES);
        }
        for (; j <= columns - LANES; j += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0; i < pairs; i++) {
                int row = shape.vOffset() + keys[from + i] * shape.vStride() + j;
                sum = FloatVector.fromArray(SPECIES, v, row).fma(FloatVector.broadcast(SPECIES, weights[i]), sum);
            }
            sum.mul(inverse).intoArray(out, to + j);
        }
        for (; j < columns; j++) {
            float sum = 0;
            for (int i = 0; i < pairs; i++) {
                sum += weights[i] * v[shape.vOffset() + keys[from + i] * shape.vStride() + j];
            }
            out[to + j] = sum * inverse;
        }
    }
}
