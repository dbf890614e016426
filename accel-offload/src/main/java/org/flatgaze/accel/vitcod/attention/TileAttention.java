package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Attention over query tiles: per group of queries only the keys that any of them keeps. */
final class TileAttention {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 2 * LANES;

    private float[] packed = new float[0];
    private float[] scores = new float[0];
    private float[] noShifts = new float[0];
    private final float[] inverse = new float[LANES];

    void run(TilePattern pattern, HeadLayout shape, float[] q, float[] k, float[] v, float factor, float[] out) {
        reserve(pattern, shape);
        int[] order = pattern.order();
        int[] keyStart = pattern.keyStart();
        for (int group = 0; group < pattern.groups(); group++) {
            int firstTile = keyStart[group];
            int tiles = keyStart[group + 1] - firstTile;
            QueryTile.pack(
                    shape.depth(), q, shape.qOffset(), shape.qStride(), order, group * LANES, factor, packed, 0, LANES);
            scoresOfGroup(pattern, shape, k, firstTile, tiles, pattern.tileShifts());
            LaneSoftmax.weightsOfGroup(scores, tiles, inverse);
            valuesOfGroup(pattern, group, shape, v, out);
        }
    }

    /** The same on whole numbers held in float32, by the closed form of {@link Int8Attention}. */
    void runInSteps(
            TilePattern pattern,
            HeadLayout shape,
            float[] q,
            float[] k,
            float[] v,
            float factor,
            float valueScale,
            float[] out) {
        reserve(pattern, shape);
        int[] keyStart = pattern.keyStart();
        if (noShifts.length < pattern.tileShifts().length) {
            noShifts = new float[pattern.tileShifts().length];
        }
        for (int group = 0; group < pattern.groups(); group++) {
            int firstTile = keyStart[group];
            int tiles = keyStart[group + 1] - firstTile;
            QueryTile.pack(
                    shape.depth(),
                    q,
                    shape.qOffset(),
                    shape.qStride(),
                    pattern.order(),
                    group * LANES,
                    1f,
                    packed,
                    0,
                    LANES);
            scoresOfGroup(pattern, shape, k, firstTile, tiles, noShifts);
            LaneSoftmax.stepsOfGroup(
                    scores, tiles, pattern.tileShifts(), firstTile * LANES, factor, valueScale, inverse);
            valuesOfGroup(pattern, group, shape, v, out);
        }
    }

    private void reserve(TilePattern pattern, HeadLayout shape) {
        if (packed.length < shape.depth() * LANES) {
            packed = new float[shape.depth() * LANES];
        }
        if (scores.length < pattern.mostKeys() * LANES) {
            scores = new float[pattern.mostKeys() * LANES];
        }
    }

    private void scoresOfGroup(
            TilePattern pattern, HeadLayout shape, float[] k, int firstTile, int tiles, float[] shifts) {
        int[] tileKeys = pattern.tileKeys();
        int tile = 0;
        for (; tile <= tiles - 8; tile += 8) {
            QueryTile.listScores8(
                    shape.depth(),
                    packed,
                    k,
                    shape.kOffset(),
                    shape.kStride(),
                    tileKeys,
                    firstTile + tile,
                    shifts,
                    scores,
                    tile * LANES);
        }
        if (tile < tiles) {
            QueryTile.listScores4(
                    shape.depth(),
                    packed,
                    k,
                    shape.kOffset(),
                    shape.kStride(),
                    tileKeys,
                    firstTile + tile,
                    shifts,
                    scores,
                    tile * LANES);
        }
    }

    private void valuesOfGroup(TilePattern pattern, int group, HeadLayout shape, float[] v, float[] out) {
        int present = Math.min(LANES, pattern.queries() - group * LANES);
        for (int lane = 0; lane < present; lane += TilePattern.QUAD) {
            int at = group * LANES + lane;
            int from = pattern.pairStart()[at / TilePattern.QUAD];
            int to = pattern.pairStart()[at / TilePattern.QUAD + 1];
            valuesOfFour(pattern.pairs(), from, to, lane, at, pattern.order(), shape, v, out);
        }
    }

    /** Four neighbouring lanes times a list of value rows; queries past the last repeat it. */
    private void valuesOfFour(
            int[] pairs, int from, int to, int lane, int at, int[] order, HeadLayout shape, float[] v, float[] out) {
        int out0 = shape.outOffset() + order[at] * shape.outStride();
        int out1 = shape.outOffset() + order[at + 1] * shape.outStride();
        int out2 = shape.outOffset() + order[at + 2] * shape.outStride();
        int out3 = shape.outOffset() + order[at + 3] * shape.outStride();
        int columns = shape.valueDepth();
        int stride = shape.vStride();
        int start = shape.vOffset();
        int j = 0;
        for (; j <= columns - BLOCK; j += BLOCK) {
            ValueTile.listed(
                    pairs, from, to, scores, v, start + j, stride, inverse, lane, out, out0 + j, out1 + j, out2 + j,
                    out3 + j);
        }
        for (; j <= columns - LANES; j += LANES) {
            ValueTile.listedNarrow(
                    pairs, from, to, scores, v, start + j, stride, inverse, lane, out, out0 + j, out1 + j, out2 + j,
                    out3 + j);
        }
        for (; j < columns; j++) {
            for (int r = 0; r < ValueTile.QUERIES; r++) {
                float sum = 0;
                for (int i = from; i < to; i += 2) {
                    sum += scores[pairs[i] + r] * v[start + pairs[i + 1] * stride + j];
                }
                out[shape.outOffset() + order[at + r] * shape.outStride() + j] = sum * inverse[lane + r];
            }
        }
    }
}
