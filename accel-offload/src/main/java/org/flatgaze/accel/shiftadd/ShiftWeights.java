package org.flatgaze.accel.shiftadd;

/**
 * Weights {@code sign 2^-shift} of a layer, one row per output.
 *
 * @param outputs rows
 * @param inputs columns
 * @param signs -1, 0 or +1; {@code outputs x inputs}
 * @param shifts 0..31; 0 where the sign is 0
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: weights are never compared
public record ShiftWeights(int outputs, int inputs, byte[] signs, byte[] shifts) {

    public ShiftWeights {
        if (outputs < 1 || inputs < 1) {
            throw new IllegalArgumentException("outputs=" + outputs + " inputs=" + inputs + ": expected both >= 1");
        }
        long count = (long) outputs * inputs;
        if (signs.length != count || shifts.length != count) {
            throw new IllegalArgumentException("signs.length=" + signs.length + " shifts.length=" + shifts.length
                    + ": expected outputs * inputs = " + count);
        }
        for (int i = 0; i < signs.length; i++) {
            if (signs[i] < -1 || signs[i] > 1 || shifts[i] < 0 || shifts[i] > 31 || (signs[i] == 0 && shifts[i] != 0)) {
                throw new IllegalArgumentException("weight " + i + ": sign=" + signs[i] + " shift=" + shifts[i]
                        + ": expected sign -1..1, shift 0..31, and shift 0 for a zero weight");
            }
        }
    }

    /** Whether any weight is 0, which costs a code in storage. */
    public boolean hasZeros() {
        for (byte sign : signs) {
            if (sign == 0) {
                return true;
            }
        }
        return false;
    }

    /** Largest shift of a row's non-zero weights, 0 for a row of zeros. */
    public int largestShift(int output) {
        int largest = 0;
        for (int i = output * inputs; i < (output + 1) * inputs; i++) {
            largest = Math.max(largest, shifts[i]);
        }
        return largest;
    }

    /** The weights as numbers. */
    public float[] values() {
        float[] values = new float[signs.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = signs[i] * Math.scalb(1f, -shifts[i]);
        }
        return values;
    }
}
