package org.flatgaze.accel.shiftadd;

/**
 * Which powers of two a shift weight may take, and how trained parameters become one: {@code w = s 2^p}, p never
 * positive, so that {@code |w| <= 1}.
 *
 * @param minExponent smallest p; the largest is 0
 * @param zeroThreshold a weight of smaller size becomes 0; 0 keeps all but exact zeros
 */
public record ShiftFormat(int minExponent, float zeroThreshold) {

    private static final double LOG_2 = Math.log(2);

    public ShiftFormat {
        if (minExponent < -31 || minExponent > 0) {
            throw new IllegalArgumentException("minExponent=" + minExponent + ": expected -31..0");
        }
        if (!(zeroThreshold >= 0)) {
            throw new IllegalArgumentException("zeroThreshold=" + zeroThreshold + ": expected >= 0");
        }
    }

    /** DeepShift-Q: one float weight rounded; {@code 2^(bits-1)} exponents and no zero unless the weight is exactly 0. */
    public static ShiftFormat q(int weightBits) {
        return new ShiftFormat(-((1 << (checkedBits(weightBits) - 1)) - 1), 0);
    }

    /** DeepShift-PS: exponent and sign trained apart; one exponent fewer, its code means 0. */
    public static ShiftFormat ps(int weightBits) {
        return new ShiftFormat(-((1 << (checkedBits(weightBits) - 1)) - 2), 0);
    }

    /** The shift layer of ShiftAddNet: exponents -7..0, weights below 0.005 are dropped. */
    public static ShiftFormat shiftAddNet() {
        return new ShiftFormat(-7, 0.005f);
    }

    /** Number of exponents. */
    public int exponents() {
        return 1 - minExponent;
    }

    /**
     * Rounds one weight in the exponent, half to even: the size is clamped first, and the decision falls at
     * {@code sqrt(2) 2^p}, not half-way between neighbours.
     *
     * @return p of the nearest power; meaningless for a weight whose {@link #sign} is 0
     */
    public int exponent(float weight) {
        double size = Math.clamp((double) Math.abs(weight), Math.scalb(1.0, minExponent), 1.0);
        return (int) Math.rint(Math.log(size) / LOG_2);
    }

    /** -1, 0 or +1. */
    public int sign(float weight) {
        return Math.abs(weight) < zeroThreshold || weight == 0 ? 0 : weight > 0 ? 1 : -1;
    }

    /** Rounds float weights (DeepShift-Q and ShiftAddNet). */
    public ShiftWeights round(int outputs, int inputs, float[] weights) {
        byte[] signs = new byte[weights.length];
        byte[] shifts = new byte[weights.length];
        for (int i = 0; i < weights.length; i++) {
            if (!Float.isFinite(weights[i])) {
                throw new IllegalArgumentException("weights[" + i + "]=" + weights[i] + ": expected a finite number");
            }
            signs[i] = (byte) sign(weights[i]);
            shifts[i] = (byte) (signs[i] == 0 ? 0 : -exponent(weights[i]));
        }
        return new ShiftWeights(outputs, inputs, signs, shifts);
    }

    /**
     * Rounds separately trained exponents and signs (DeepShift-PS): both half to even, the exponent clamped first.
     *
     * @param exponents P, real
     * @param signs S, real; below a half in size means a zero weight
     */
    public ShiftWeights roundPowersAndSigns(int outputs, int inputs, float[] exponents, float[] signs) {
        if (exponents.length != signs.length) {
            throw new IllegalArgumentException(
                    "signs.length=" + signs.length + ": expected exponents.length = " + exponents.length);
        }
        byte[] roundSigns = new byte[signs.length];
        byte[] shifts = new byte[signs.length];
        for (int i = 0; i < signs.length; i++) {
            roundSigns[i] = (byte) Math.signum(Math.rint(signs[i]));
            double p = Math.rint(Math.clamp(exponents[i], minExponent, 0f));
            shifts[i] = (byte) (roundSigns[i] == 0 ? 0 : -(int) p);
        }
        return new ShiftWeights(outputs, inputs, roundSigns, shifts);
    }

    private static int checkedBits(int weightBits) {
        if (weightBits < 2 || weightBits > 6) {
            throw new IllegalArgumentException("weightBits=" + weightBits + ": expected 2..6");
        }
        return weightBits;
    }
}
