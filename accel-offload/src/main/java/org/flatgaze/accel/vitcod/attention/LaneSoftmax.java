package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The softmax over a block of queries whose lanes are the queries: maxima, exponentials and sums without any operation
 * across lanes. Scores are in units of ln 2 and become weights in place; the inverse of their sum is kept apart.
 */
final class LaneSoftmax {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 2 * LANES;

    /** The largest weight in whole numbers. */
    private static final float MOST_STEPS = 255f;

    /** 1.5 * 2^23: adding and taking it away rounds to whole numbers, half to even. */
    private static final float ROUNDING = 12582912f;

    private LaneSoftmax() {}

    /** Maxima of two registers of queries over {@code keys} entries. */
    static void largest(float[] scores, int keys, float[] max) {
        FloatVector left = FloatVector.fromArray(SPECIES, scores, 0);
        FloatVector right = FloatVector.fromArray(SPECIES, scores, LANES);
        for (int at = BLOCK; at < keys * BLOCK; at += BLOCK) {
            left = QueryTile.larger(FloatVector.fromArray(SPECIES, scores, at), left);
            right = QueryTile.larger(FloatVector.fromArray(SPECIES, scores, at + LANES), right);
        }
        left.intoArray(max, 0);
        right.intoArray(max, LANES);
    }

    /** The same, after adding a shift to every score, {@code keys x 2 lanes} from {@code from}. */
    static void shiftAndLargest(float[] scores, int keys, float[] shifts, int from, float[] max) {
        FloatVector left = FloatVector.fromArray(SPECIES, scores, 0).add(FloatVector.fromArray(SPECIES, shifts, from));
        FloatVector right =
                FloatVector.fromArray(SPECIES, scores, LANES).add(FloatVector.fromArray(SPECIES, shifts, from + LANES));
        left.intoArray(scores, 0);
        right.intoArray(scores, LANES);
        for (int at = BLOCK; at < keys * BLOCK; at += BLOCK) {
            FloatVector a =
                    FloatVector.fromArray(SPECIES, scores, at).add(FloatVector.fromArray(SPECIES, shifts, from + at));
            FloatVector b = FloatVector.fromArray(SPECIES, scores, at + LANES)
                    .add(FloatVector.fromArray(SPECIES, shifts, from + at + LANES));
            a.intoArray(scores, at);
            b.intoArray(scores, at + LANES);
            left = QueryTile.larger(a, left);
            right = QueryTile.larger(b, right);
        }
        left.intoArray(max, 0);
        right.intoArray(max, LANES);
    }

    /** Exponentials and inverse sums of two registers of queries. */
    static void weights(float[] scores, int keys, float[] max, float[] inverse) {
        FloatVector maxLeft = FloatVector.fromArray(SPECIES, max, 0);
        FloatVector maxRight = FloatVector.fromArray(SPECIES, max, LANES);
        FloatVector sumLeft = FloatVector.zero(SPECIES);
        FloatVector sumRight = FloatVector.zero(SPECIES);
        for (int at = 0; at < keys * BLOCK; at += BLOCK) {
            FloatVector left = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, scores, at).sub(maxLeft));
            FloatVector right = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, scores, at + LANES).sub(maxRight));
            left.intoArray(scores, at);
            right.intoArray(scores, at + LANES);
            sumLeft = sumLeft.add(left);
            sumRight = sumRight.add(right);
        }
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        one.div(sumLeft).intoArray(inverse, 0);
        one.div(sumRight).intoArray(inverse, LANES);
    }

    /** Exponentials and inverse sums of one register of queries; two tiles at a time, the count is a multiple of 4. */
    static void weightsOfGroup(float[] scores, int tiles, float[] inverse) {
        FloatVector high = FloatVector.fromArray(SPECIES, scores, 0);
        FloatVector other = FloatVector.fromArray(SPECIES, scores, LANES);
        for (int tile = 2; tile < tiles; tile += 2) {
            high = QueryTile.larger(FloatVector.fromArray(SPECIES, scores, tile * LANES), high);
            other = QueryTile.larger(FloatVector.fromArray(SPECIES, scores, tile * LANES + LANES), other);
        }
        high = QueryTile.larger(other, high);
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        for (int tile = 0; tile < tiles; tile += 2) {
            int at = tile * LANES;
            FloatVector a = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, scores, at).sub(high));
            FloatVector b = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, scores, at + LANES).sub(high));
            a.intoArray(scores, at);
            b.intoArray(scores, at + LANES);
            sum0 = sum0.add(a);
            sum1 = sum1.add(b);
        }
        FloatVector.broadcast(SPECIES, 1f).div(sum0.add(sum1)).intoArray(inverse, 0);
    }

    /**
     * Whole-number weights 0..255 of one register of queries from whole-number products, and {@code valueScale} over
     * their sums; see {@link Int8Attention}. The count of tiles is a multiple of 4.
     *
     * @param shifts {@code lanes} per tile, from {@code shiftsAt}
     * @param factor from a product to a score in units of ln 2
     */
    static void stepsOfGroup(
            float[] products,
            int tiles,
            float[] shifts,
            int shiftsAt,
            float factor,
            float valueScale,
            float[] inverse) {
        FloatVector scale = FloatVector.broadcast(SPECIES, factor);
        FloatVector high = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int at = 0; at < tiles * LANES; at += LANES) {
            FloatVector score = FloatVector.fromArray(SPECIES, products, at)
                    .fma(scale, FloatVector.fromArray(SPECIES, shifts, shiftsAt + at));
            score.intoArray(products, at);
            high = QueryTile.larger(score, high);
        }
        FloatVector rounding = FloatVector.broadcast(SPECIES, ROUNDING);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int at = 0; at < tiles * LANES; at += LANES) {
            FloatVector share = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, products, at).sub(high));
            FloatVector weight = share.mul(MOST_STEPS).add(rounding).sub(rounding);
            weight.intoArray(products, at);
            sum = sum.add(weight);
        }
        FloatVector.broadcast(SPECIES, valueScale).div(sum).intoArray(inverse, 0);
    }
}
