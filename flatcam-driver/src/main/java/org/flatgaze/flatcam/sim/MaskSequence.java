package org.flatgaze.flatcam.sim;

/**
 * Maximum-length (m-) sequences of signs, the 1-D code of a separable mask.
 *
 * <p>A linear-feedback shift register with a primitive polynomial of degree n visits all 2^n - 1 non-zero states, so one
 * period holds 2^(n-1) signs of one kind and one fewer of the other, and its circular autocorrelation is 2^n - 1 at shift 0
 * and -1 everywhere else (S. W. Golomb, Shift Register Sequences, 1967). That flatness is what makes the mask invertible.
 */
public final class MaskSequence {

    /** Coefficients of x^0..x^(n-1) of one primitive polynomial of degree n = 4 + index. */
    private static final int[] LOW_COEFFICIENTS = {
        0b0011, // x^4 + x + 1
        0b0_0101, // x^5 + x^2 + 1
        0b00_0011, // x^6 + x + 1
        0b000_0011, // x^7 + x + 1
        0b0001_1101, // x^8 + x^4 + x^3 + x^2 + 1
        0b0_0001_0001, // x^9 + x^4 + 1
        0b00_0000_1001 // x^10 + x^3 + 1
    };

    static final int MIN_BITS = 4;
    static final int MAX_BITS = MIN_BITS + LOW_COEFFICIENTS.length - 1;

    private MaskSequence() {}

    /**
     * One period of the sequence: values -1 and +1, one more +1 than -1.
     *
     * @param bits degree of the polynomial, 4..10
     * @return 2^bits - 1 signs
     */
    public static byte[] signs(int bits) {
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw new IllegalArgumentException("sequenceBits=" + bits + ": expected " + MIN_BITS + ".." + MAX_BITS);
        }
        int taps = LOW_COEFFICIENTS[bits - MIN_BITS];
        byte[] signs = new byte[(1 << bits) - 1];
        int state = 1;
        for (int i = 0; i < signs.length; i++) {
            signs[i] = (byte) ((state & 1) == 1 ? 1 : -1);
            int feedback = Integer.bitCount(state & taps) & 1;
            state = (state >>> 1) | (feedback << (bits - 1));
        }
        return signs;
    }
}
