package org.flatgaze.accel.shiftadd;

/**
 * Shift weights in four or five bits each: a sign bit above a magnitude {@code q}, meaning {@code 2^(q - top)} times the
 * row's power of two, {@code top} being 7 or 15. Codes follow each other from the lowest bit of the first byte.
 *
 * <p>Only where the tensor has zeros is {@code q = 0} given up for them; so four bits hold the eight exponents of a
 * 4-bit DeepShift-Q layer, or the seven of DeepShift-PS and zero, and five bits sixteen or fifteen and zero.
 *
 * @param codeBits 4 or 5
 * @param outputs rows
 * @param inputs weights of a row
 * @param zeros whether {@code q = 0} means zero
 * @param rowShifts each row's largest weight is {@code 2^-rowShift} or smaller
 * @param codes {@code ceil(outputs * inputs * codeBits / 8)} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough
public record ShiftPack(int codeBits, int outputs, int inputs, boolean zeros, byte[] rowShifts, byte[] codes) {

    public ShiftPack {
        checkBits(codeBits);
        if (rowShifts.length != outputs) {
            throw new IllegalArgumentException(
                    "rowShifts.length=" + rowShifts.length + ": expected outputs = " + outputs);
        }
        long bytes = ((long) outputs * inputs * codeBits + 7) / 8;
        if (codes.length != bytes) {
            throw new IllegalArgumentException("codes.length=" + codes.length + ": expected " + bytes);
        }
    }

    /**
     * Packs weights.
     *
     * @throws IllegalArgumentException if a row's exponents span more than the codes can tell apart
     */
    public static ShiftPack pack(ShiftWeights weights, int codeBits) {
        checkBits(codeBits);
        boolean zeros = weights.hasZeros();
        int top = top(codeBits);
        int lowest = zeros ? 1 : 0;
        byte[] rowShifts = new byte[weights.outputs()];
        int count = weights.signs().length;
        byte[] codes = new byte[Math.toIntExact(((long) count * codeBits + 7) / 8)];
        for (int o = 0; o < weights.outputs(); o++) {
            int row = smallestShift(weights, o);
            rowShifts[o] = (byte) row;
            for (int i = 0; i < weights.inputs(); i++) {
                int at = o * weights.inputs() + i;
                int sign = weights.signs()[at];
                int q = sign == 0 ? 0 : top - (weights.shifts()[at] - row);
                if (sign != 0 && q < lowest) {
                    throw new IllegalArgumentException("weight " + i + " of row " + o + ": exponent "
                            + -weights.shifts()[at] + " does not fit " + codeBits + " bits beside " + -row
                            + (zeros ? " and zeros" : "") + ": expected at most " + (top + 1 - lowest)
                            + " exponents a row");
                }
                int code = q | (sign < 0 ? top + 1 : 0);
                long bit = (long) at * codeBits;
                int index = (int) (bit >> 3);
                int shifted = code << (int) (bit & 7);
                codes[index] = (byte) (codes[index] | shifted);
                if (shifted > 0xFF) {
                    codes[index + 1] = (byte) (codes[index + 1] | (shifted >> 8));
                }
            }
        }
        return new ShiftPack(codeBits, weights.outputs(), weights.inputs(), zeros, rowShifts, codes);
    }

    /**
     * The weights again.
     *
     * @throws IllegalArgumentException for a negative zero or a shift past 31, which {@link #pack} never writes
     */
    public ShiftWeights unpack() {
        int top = top(codeBits);
        byte[] signs = new byte[Math.multiplyExact(outputs, inputs)];
        byte[] shifts = new byte[signs.length];
        for (int at = 0; at < signs.length; at++) {
            long bit = (long) at * codeBits;
            int index = (int) (bit >> 3);
            int two = (codes[index] & 0xFF) | (index + 1 < codes.length ? (codes[index + 1] & 0xFF) << 8 : 0);
            int code = (two >> (int) (bit & 7)) & (2 * top + 1);
            int q = code & top;
            boolean negative = code > top;
            int shift = rowShifts[at / inputs] + top - q;
            if (zeros && q == 0) {
                if (negative) {
                    throw new IllegalArgumentException("code " + at + " is a negative zero: expected a packed tensor");
                }
                continue;
            }
            if (shift < 0 || shift > 31) {
                throw new IllegalArgumentException("code " + at + ": shift=" + shift + ": expected 0..31");
            }
            signs[at] = (byte) (negative ? -1 : 1);
            shifts[at] = (byte) shift;
        }
        return new ShiftWeights(outputs, inputs, signs, shifts);
    }

    private static int smallestShift(ShiftWeights weights, int output) {
        int smallest = 31;
        boolean any = false;
        for (int i = output * weights.inputs(); i < (output + 1) * weights.inputs(); i++) {
            if (weights.signs()[i] != 0) {
                smallest = Math.min(smallest, weights.shifts()[i]);
                any = true;
            }
        }
        return any ? smallest : 0;
    }

    private static int top(int codeBits) {
        return (1 << (codeBits - 1)) - 1;
    }

    private static void checkBits(int codeBits) {
        if (codeBits != 4 && codeBits != 5) {
            throw new IllegalArgumentException("codeBits=" + codeBits + ": expected 4 or 5");
        }
    }
}
