package org.flatgaze.accel.shiftadd;

/**
 * The packed storage of DeepShift: per weight the shift above the smallest one and then a bit that is 1 for plus, as many
 * weights as fit a 32-bit word, the first in the lowest bits, each row padded to whole words.
 *
 * <p>A zero weight is written as shift 32. One zero anywhere therefore makes six shift bits: four weights a word instead
 * of up to sixteen.
 *
 * @param outputs rows
 * @param inputs weights of a row
 * @param shiftBits bits of a stored shift, 1..6
 * @param base added to every stored shift
 * @param words {@code outputs * wordsPerRow} words
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough
public record DeepShiftWords(int outputs, int inputs, int shiftBits, int base, int[] words) {

    private static final int ZERO_SHIFT = 32;

    public DeepShiftWords {
        if (shiftBits < 1 || shiftBits > 6) {
            throw new IllegalArgumentException("shiftBits=" + shiftBits + ": expected 1..6");
        }
        if (base < 0 || base > 31) {
            throw new IllegalArgumentException("base=" + base + ": expected 0..31");
        }
        long expected = (long) outputs * wordsPerRow(inputs, shiftBits);
        if (words.length != expected) {
            throw new IllegalArgumentException("words.length=" + words.length + ": expected " + expected);
        }
    }

    /** Weights in a word: 16, 10, 8, 6, 5, 4 for 1..6 shift bits. */
    public static int weightsPerWord(int shiftBits) {
        return 32 / (shiftBits + 1);
    }

    /** Packs weights with as few bits as they allow. */
    public static DeepShiftWords pack(ShiftWeights weights) {
        boolean zeros = weights.hasZeros();
        int smallest = 31;
        int largest = 0;
        for (byte shift : weights.shifts()) {
            smallest = Math.min(smallest, shift);
            largest = Math.max(largest, shift);
        }
        int base = zeros ? 0 : smallest;
        int range = (zeros ? ZERO_SHIFT : largest) - base;
        int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(range));
        int perWord = weightsPerWord(bits);
        int perRow = wordsPerRow(weights.inputs(), bits);
        int[] words = new int[Math.multiplyExact(weights.outputs(), perRow)];
        for (int o = 0; o < weights.outputs(); o++) {
            for (int i = 0; i < weights.inputs(); i++) {
                int at = o * weights.inputs() + i;
                int sign = weights.signs()[at];
                int shift = (sign == 0 ? ZERO_SHIFT : weights.shifts()[at]) - base;
                int code = shift | (sign > 0 ? 1 << bits : 0);
                words[o * perRow + i / perWord] |= code << (i % perWord * (bits + 1));
            }
        }
        return new DeepShiftWords(weights.outputs(), weights.inputs(), bits, base, words);
    }

    /**
     * The weights again.
     *
     * @throws IllegalArgumentException if a stored shift is none that {@link #pack} writes
     */
    public ShiftWeights unpack() {
        byte[] signs = new byte[Math.multiplyExact(outputs, inputs)];
        byte[] shifts = new byte[signs.length];
        int perWord = weightsPerWord(shiftBits);
        int perRow = wordsPerRow(inputs, shiftBits);
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                int code = words[o * perRow + i / perWord] >>> (i % perWord * (shiftBits + 1));
                int shift = (code & ((1 << shiftBits) - 1)) + base;
                if (shift > ZERO_SHIFT) {
                    throw new IllegalArgumentException(
                            "weight " + i + " of row " + o + ": shift=" + shift + ": expected 0..31, or 32 for a zero");
                }
                if (shift != ZERO_SHIFT) {
                    shifts[o * inputs + i] = (byte) shift;
                    signs[o * inputs + i] = (byte) (((code >>> shiftBits) & 1) == 1 ? 1 : -1);
                }
            }
        }
        return new ShiftWeights(outputs, inputs, signs, shifts);
    }

    private static int wordsPerRow(int inputs, int shiftBits) {
        int perWord = weightsPerWord(shiftBits);
        return (inputs + perWord - 1) / perWord;
    }
}
