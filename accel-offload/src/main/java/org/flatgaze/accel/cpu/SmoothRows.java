package org.flatgaze.accel.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.vitcod.attention.FastExp;

/**
 * Float32 functions with an exponential in them, in whole registers: softmax, layer normalisation, sigmoid, SiLU, GELU.
 * The plain loops compute them in double precision; these are within a few units of the seventh digit.
 */
final class SmoothRows {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final float LOG2_E = 1.442695f;

    /** Beyond this GELU and sigmoid have reached their limits in float32. */
    private static final float FAR = 80f;

    /** Abramowitz and Stegun 7.1.26, absolute error of erf below 1.5e-7. */
    private static final float P = 0.3275911f;

    private static final float A1 = (float) 0.254829592;
    private static final float A2 = (float) -0.284496736;
    private static final float A3 = (float) 1.421413741;
    private static final float A4 = (float) -1.453152027;
    private static final float A5 = (float) 1.061405429;

    private SmoothRows() {}

    /** {@code to = softmax(from)} over n elements; the places are equal or do not overlap. */
    static void softmax(float[] x, int from, int to, int n) {
        int whole = SPECIES.loopBound(n);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
        FloatVector high = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < whole; i += LANES) {
            high = high.max(FloatVector.fromArray(SPECIES, x, from + i));
        }
        float max = high.reduceLanes(VectorOperators.MAX);
        for (int i = whole; i < n; i++) {
            max = Math.max(max, x[from + i]);
        }
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector e = FastExp.powerOfTwo(
                    FloatVector.fromArray(SPECIES, x, from + i).sub(max).mul(LOG2_E));
            e.intoArray(x, to + i);
            sums = sums.add(e);
        }
        if (whole < n) {
            FloatVector e = FastExp.powerOfTwo(FloatVector.fromArray(SPECIES, x, from + whole, rest)
                    .sub(max)
                    .mul(LOG2_E)
                    .min(0));
            e.intoArray(x, to + whole, rest);
            sums = sums.add(e, rest);
        }
        float factor = 1 / sums.reduceLanes(VectorOperators.ADD);
        for (int i = to; i < to + n; i++) {
            x[i] *= factor;
        }
    }

    /** {@code to = scale (from - mean) / sqrt(variance + epsilon) + shift}; the places are equal or do not overlap. */
    static void layerNorm(float[] x, int from, int to, float[] scale, float[] shift, float epsilon) {
        int n = scale.length;
        int whole = SPECIES.loopBound(n);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            sums = sums.add(FloatVector.fromArray(SPECIES, x, from + i));
        }
        float sum = sums.reduceLanes(VectorOperators.ADD);
        for (int i = whole; i < n; i++) {
            sum += x[from + i];
        }
        float mean = sum / n;
        FloatVector squares = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector d = FloatVector.fromArray(SPECIES, x, from + i).sub(mean);
            squares = d.fma(d, squares);
        }
        float square = squares.reduceLanes(VectorOperators.ADD);
        for (int i = whole; i < n; i++) {
            float d = x[from + i] - mean;
            square += d * d;
        }
        float factor = (float) (1 / Math.sqrt((double) square / n + epsilon));
        for (int i = 0; i < whole; i += LANES) {
            FloatVector.fromArray(SPECIES, x, from + i)
                    .sub(mean)
                    .mul(factor)
                    .fma(FloatVector.fromArray(SPECIES, scale, i), FloatVector.fromArray(SPECIES, shift, i))
                    .intoArray(x, to + i);
        }
        for (int i = whole; i < n; i++) {
            x[to + i] = (x[from + i] - mean) * factor * scale[i] + shift[i];
        }
    }

    /** One of the functions that {@link #isSmooth} names, over n elements. */
    static void activate(Activation activation, float[] x, int from, int to, int n) {
        switch (activation.kind()) {
            case GELU -> gelu(x, from, to, n);
            case SIGMOID, SILU -> sigmoid(x, from, to, n, activation.kind() == Activation.Kind.SILU);
            default -> throw new IllegalStateException(activation + " has no exponential in it");
        }
    }

    static boolean isSmooth(Activation activation) {
        return !activation.isPiecewiseLinear();
    }

    private static void gelu(float[] x, int from, int to, int n) {
        int whole = SPECIES.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            gelu(FloatVector.fromArray(SPECIES, x, from + i)).intoArray(x, to + i);
        }
        if (whole < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
            gelu(FloatVector.fromArray(SPECIES, x, from + whole, rest)).intoArray(x, to + whole, rest);
        }
    }

    /** x (1 + erf(x / sqrt 2)) / 2 with erf(z) = 1 - t (a1 + ... + a5 t^4) exp(-z^2), t = 1 / (1 + p z), z &gt;= 0. */
    private static FloatVector gelu(FloatVector x) {
        FloatVector z = x.abs().mul((float) 0.70710678);
        FloatVector t = FloatVector.broadcast(SPECIES, 1f).div(z.mul(P).add(1f));
        FloatVector p = FloatVector.broadcast(SPECIES, A5);
        p = p.fma(t, FloatVector.broadcast(SPECIES, A4));
        p = p.fma(t, FloatVector.broadcast(SPECIES, A3));
        p = p.fma(t, FloatVector.broadcast(SPECIES, A2));
        p = p.fma(t, FloatVector.broadcast(SPECIES, A1));
        FloatVector tail = p.mul(t).mul(FastExp.powerOfTwo(z.mul(z).mul(-LOG2_E)));
        // For x >= 0: x - x tail / 2; for x < 0 the same tail is what is left: x tail / 2.
        FloatVector half = x.max(-FAR).min(FAR).mul(tail).mul(0.5f);
        return x.sub(half).blend(half, x.lt(0f));
    }

    private static void sigmoid(float[] x, int from, int to, int n, boolean gated) {
        int whole = SPECIES.loopBound(n);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector in = FloatVector.fromArray(SPECIES, x, from + i);
            FloatVector s = sigmoid(in);
            (gated ? s.mul(in) : s).intoArray(x, to + i);
        }
        if (whole < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(whole, n);
            FloatVector in = FloatVector.fromArray(SPECIES, x, from + whole, rest);
            FloatVector s = sigmoid(in);
            (gated ? s.mul(in) : s).intoArray(x, to + whole, rest);
        }
    }

    /** With e = exp(-|x|): 1 / (1 + e) for x &gt;= 0, else e / (1 + e). */
    private static FloatVector sigmoid(FloatVector x) {
        FloatVector e = FastExp.powerOfTwo(x.abs().min(FAR).mul(-LOG2_E));
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        return one.blend(e, x.lt(0f)).div(e.add(one));
    }
}
