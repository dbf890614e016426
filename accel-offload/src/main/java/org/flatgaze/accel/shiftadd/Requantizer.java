package org.flatgaze.accel.shiftadd;

/**
 * From 32-bit sums back to signed bytes, per channel: {@code clamp(round(sum * multiplier * 2^-shift) + offset)} to
 * [-127, 127], halves rounded away from zero. Also carries the normalisation after an adder layer, which cannot be folded
 * into its weights: a distance does not scale with them.
 *
 * <p>Immutable. One multiplication per output, none per tap.
 */
public final class Requantizer {

    private static final int MULTIPLIER_BITS = 30;

    private final int[] multipliers;
    private final int[] shifts;
    private final int[] offsets;

    /**
     * Turns real factors into integers with 31 bits.
     *
     * @param scales output steps per unit of the sum
     * @param offsets output steps added, whole numbers
     */
    public Requantizer(double[] scales, int[] offsets) {
        if (scales.length != offsets.length || scales.length == 0) {
            throw new IllegalArgumentException(
                    "offsets.length=" + offsets.length + ": expected scales.length = " + scales.length + " and > 0");
        }
        multipliers = new int[scales.length];
        shifts = new int[scales.length];
        this.offsets = offsets.clone();
        for (int c = 0; c < scales.length; c++) {
            int exponent = Math.getExponent(scales[c]);
            if (!Double.isFinite(scales[c]) || exponent >= MULTIPLIER_BITS) {
                throw new IllegalArgumentException("scales[" + c + "]=" + scales[c] + ": expected finite, below 2^30");
            }
            // So small a factor makes every sum zero.
            if (exponent < MULTIPLIER_BITS - 62) {
                continue;
            }
            long multiplier = Math.round(Math.scalb(scales[c], MULTIPLIER_BITS - exponent));
            shifts[c] = MULTIPLIER_BITS - exponent;
            if (Math.abs(multiplier) > Integer.MAX_VALUE) { // rounding carried into the next power of two
                multiplier /= 2;
                shifts[c]--;
            }
            multipliers[c] = (int) multiplier;
        }
    }

    /** Channels of a row. */
    public int channels() {
        return multipliers.length;
    }

    /**
     * Converts rows of sums.
     *
     * @param sums {@code rows x channels}
     * @param out {@code rows x channels} from {@code outOffset}, overwritten
     */
    public void run(int rows, int[] sums, byte[] out, int outOffset) {
        int channels = multipliers.length;
        Checks.room("sums", sums.length, 0, (long) rows * channels);
        Checks.room("out", out.length, outOffset, (long) rows * channels);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < channels; c++) {
                int at = r * channels + c;
                out[outOffset + at] = code(sums[at], c);
            }
        }
    }

    /** One value. */
    public byte code(int sum, int channel) {
        long rounded = roundedShift((long) sum * multipliers[channel], shifts[channel]);
        return (byte) Math.clamp(rounded + offsets[channel], -127, 127);
    }

    /** {@code value * 2^-shift}, halves away from zero. */
    static long roundedShift(long value, int shift) {
        if (shift == 0) {
            return value;
        }
        long half = 1L << (shift - 1);
        return value >= 0 ? (value + half) >> shift : -((half - value) >> shift);
    }
}
