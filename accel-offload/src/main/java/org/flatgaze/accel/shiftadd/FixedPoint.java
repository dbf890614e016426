package org.flatgaze.accel.shiftadd;

/**
 * Signed fixed-point activations as DeepShift defines them, with both of its conversions: the one its training emulates
 * and the one its kernels perform. They differ by one step for every negative value between two steps.
 *
 * @param integerBits bits before the point, sign included
 * @param fractionBits bits after the point
 */
public record FixedPoint(int integerBits, int fractionBits) {

    public FixedPoint {
        if (integerBits < 1 || fractionBits < 0 || integerBits + fractionBits > 32) {
            throw new IllegalArgumentException("integerBits=" + integerBits + " fractionBits=" + fractionBits
                    + ": expected >= 1, >= 0 and at most 32 together");
        }
    }

    /** The default of DeepShift: 16 + 16 bits. */
    public static FixedPoint deepShift() {
        return new FixedPoint(16, 16);
    }

    /**
     * What training sees: rounded down to a step, then clamped to {@code [-2^(i-1), 2^(i-1) - 1]}. The upper bound is a
     * whole unit short of the lower one's size, not one step.
     */
    public double emulate(double x) {
        double step = Math.scalb(1.0, -fractionBits);
        double limit = Math.scalb(1.0, integerBits - 1);
        return Math.clamp(Math.floor(x / step) * step, -limit, limit - 1);
    }

    /**
     * What the kernels see: truncated toward zero, not clamped.
     *
     * @throws IllegalArgumentException if the code does not fit 32 bits
     */
    public int code(double x) {
        double scaled = x * Math.scalb(1.0, fractionBits);
        if (!(scaled > Integer.MIN_VALUE - 1.0 && scaled < Integer.MAX_VALUE + 1.0)) {
            throw new IllegalArgumentException(
                    "x=" + x + ": its code does not fit 32 bits with fractionBits=" + fractionBits);
        }
        return (int) scaled;
    }

    /** Value of a code. */
    public double value(int code) {
        return Math.scalb((double) code, -fractionBits);
    }
}
