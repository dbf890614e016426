package org.flatgaze.accel.vitcod.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Powers of two for arguments of 0 and below, as a softmax needs them.
 *
 * <p>The argument is split at the nearest integer by adding a large number, which leaves that integer in the low bits of
 * the sum; 2 to the rest, within half a unit, is a polynomial of degree 5 (own fit, least largest relative error). The
 * relative error is below 2e-7 for results of 2^-126 and above; below that the result is 0. NaN stays NaN.
 */
public final class FastExp {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Below this the power is 0. */
    private static final float LEAST = -127f;

    /** 1.5 * 2^23 rounds to integers; the 127 on top is the bias of the exponent field. */
    private static final float ROUNDING = 12582912f + 127f;

    private static final float C1 = 0.693147f;
    private static final float C2 = 0.24022242f;
    private static final float C3 = 0.055507336f;
    private static final float C4 = 0.009671513f;
    private static final float C5 = 0.0013264727f;

    private FastExp() {}

    /** {@code 2^x} for {@code x <= 0}. */
    public static FloatVector powerOfTwo(FloatVector x) {
        // Compare and blend: the built-in maximum takes five instructions for the sake of NaN and signed zeros.
        FloatVector low = FloatVector.broadcast(SPECIES, LEAST);
        FloatVector clamped = x.blend(low, x.compare(VectorOperators.LT, low));
        FloatVector rounding = FloatVector.broadcast(SPECIES, ROUNDING);
        FloatVector shifted = clamped.add(rounding);
        FloatVector rest = clamped.sub(shifted.sub(rounding));
        IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector p = FloatVector.broadcast(SPECIES, C5);
        p = p.fma(rest, FloatVector.broadcast(SPECIES, C4));
        p = p.fma(rest, FloatVector.broadcast(SPECIES, C3));
        p = p.fma(rest, FloatVector.broadcast(SPECIES, C2));
        p = p.fma(rest, FloatVector.broadcast(SPECIES, C1));
        p = p.fma(rest, FloatVector.broadcast(SPECIES, 1f));
        return p.mul(exponent.reinterpretAsFloats());
    }

    /** The same for one number, bit for bit. */
    static float powerOfTwo(float x) {
        float clamped = x < LEAST ? LEAST : x;
        float shifted = clamped + ROUNDING;
        float rest = clamped - (shifted - ROUNDING);
        float p = Math.fma(C5, rest, C4);
        p = Math.fma(p, rest, C3);
        p = Math.fma(p, rest, C2);
        p = Math.fma(p, rest, C1);
        p = Math.fma(p, rest, 1f);
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }
}
