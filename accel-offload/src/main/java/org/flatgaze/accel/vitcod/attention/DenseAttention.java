package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Every pair is computed: blocks of two registers of queries against all keys, then against all value rows. */
final class DenseAttention {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 2 * LANES;

    /** AVX-512; narrower x86 has 16, and on NEON the smaller tile covers the latency as well. */
    private static final boolean HAS_32_REGISTERS = SPECIES.vectorBitSize() == 512;

    /**
     * What is done with a block, one after the other. Reached through one call site with several receivers, so that C2
     * compiles each pass alone: inlined into the loop over blocks, the same code ran at two thirds of the speed.
     */
    private final Runnable[] passes = {this::pack, this::scores, this::largest, this::weights, this::values};

    private float[] packed = new float[0];
    private float[] scores = new float[0];
    private int[] rows = new int[0];
    private final float[] max = new float[BLOCK];
    private final float[] inverse = new float[BLOCK];

    // The run at hand, for the passes.
    private DensePattern pattern;
    private HeadLayout shape;
    private float[] q;
    private float[] k;
    private float[] v;
    private float[] out;
    private float factor;
    private int first;

    void run(DensePattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float factor, float[] out) {
        this.pattern = pattern;
        this.shape = shape;
        this.q = q;
        this.k = k;
        this.v = v;
        this.factor = factor;
        this.out = out;
        prepare(shape.depth(), pattern.keys(), pattern.queries());
        for (first = 0; first < pattern.queries(); first += BLOCK) {
            for (Runnable pass : passes) {
                pass.run();
            }
        }
    }

    private void prepare(int depth, int keys, int queries) {
        if (packed.length < depth * BLOCK) {
            packed = new float[depth * BLOCK];
        }
        if (scores.length < (keys + QueryTile.DENSE_KEYS) * BLOCK) {
            scores = new float[(keys + QueryTile.DENSE_KEYS) * BLOCK];
        }
        if (rows.length < queries + BLOCK) {
            rows = new int[queries + BLOCK];
        }
        // Lanes past the last query repeat it: the work is wasted, the result written twice the same.
        for (int i = 0; i < queries + BLOCK; i++) {
            rows[i] = Math.min(i, queries - 1);
        }
    }

    private void pack() {
        for (int half = 0; half < BLOCK; half += LANES) {
            QueryTile.pack(
                    shape.depth(),
                    q,
                    shape.qOffset(),
                    shape.qStride(),
                    rows,
                    first + half,
                    factor,
                    packed,
                    half,
                    BLOCK);
        }
    }

    private void scores() {
        int keys = pattern.keys();
        for (int key = 0; key < keys; key += QueryTile.DENSE_KEYS) {
            QueryTile.denseScores(shape.depth(), packed, k, shape.kOffset(), shape.kStride(), key, keys, scores);
        }
    }

    private void largest() {
        int keys = pattern.keys();
        if (pattern.shifts() == null) {
            LaneSoftmax.largest(scores, keys, max);
        } else {
            LaneSoftmax.shiftAndLargest(scores, keys, pattern.shifts(), first * keys, max);
        }
    }

    private void weights() {
        LaneSoftmax.weights(scores, pattern.keys(), max, inverse);
    }

    private void values() {
        int keys = pattern.keys();
        int present = Math.min(BLOCK, pattern.queries() - first);
        int lane = 0;
        if (HAS_32_REGISTERS && shape.valueDepth() % BLOCK == 0) {
            for (; lane < present - ValueTile.QUERIES; lane += 2 * ValueTile.QUERIES) {
                for (int j = 0; j < shape.valueDepth(); j += BLOCK) {
                    ValueTile.denseEight(
                            keys,
                            scores,
                            lane,
                            BLOCK,
                            v,
                            shape.vOffset() + j,
                            shape.vStride(),
                            inverse,
                            lane,
                            rows,
                            first + lane,
                            out,
                            shape.outOffset() + j,
                            shape.outStride());
                }
            }
        }
        for (; lane < present; lane += ValueTile.QUERIES) {
            valuesOfFour(keys, lane, first + lane);
        }
    }

    /** Four neighbouring lanes times all value rows; queries past the last repeat it and write the same twice. */
    private void valuesOfFour(int keys, int lane, int at) {
        int out0 = shape.outOffset() + rows[at] * shape.outStride();
        int out1 = shape.outOffset() + rows[at + 1] * shape.outStride();
        int out2 = shape.outOffset() + rows[at + 2] * shape.outStride();
        int out3 = shape.outOffset() + rows[at + 3] * shape.outStride();
        int columns = shape.valueDepth();
        int stride = shape.vStride();
        int from = shape.vOffset();
        int j = 0;
        for (; j <= columns - BLOCK; j += BLOCK) {
            ValueTile.dense(
                    keys, scores, lane, BLOCK, v, from + j, stride, inverse, lane, out, out0 + j, out1 + j, out2 + j,
                    out3 + j);
        }
        for (; j <= columns - LANES; j += LANES) {
            ValueTile.narrow(
                    keys, scores, lane, BLOCK, v, from + j, stride, inverse, lane, out, out0 + j, out1 + j, out2 + j,
                    out3 + j);
        }
        for (; j < columns; j++) {
            for (int r = 0; r < ValueTile.QUERIES; r++) {
                float sum = 0;
                for (int p = 0; p < keys; p++) {
                    sum += scores[lane + r + p * BLOCK] * v[from + p * stride + j];
                }
                out[shape.outOffset() + rows[at + r] * shape.outStride() + j] = sum * inverse[lane + r];
            }
        }
    }
}
