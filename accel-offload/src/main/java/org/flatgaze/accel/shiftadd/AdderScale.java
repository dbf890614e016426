package org.flatgaze.accel.shiftadd;

/**
 * The one step that inputs and weights of an adder layer share; a distance between codes of different steps means nothing.
 *
 * @param step value of code 1
 */
public record AdderScale(float step) {

    private static final int LARGEST = 127;

    public AdderScale {
        if (!(step > 0) || !Float.isFinite(step)) {
            throw new IllegalArgumentException("step=" + step + ": expected > 0");
        }
    }

    /** The finest step that covers both, so that no code is clipped. */
    public static AdderScale covering(float[] inputs, float[] weights) {
        float largest = Math.max(largest(inputs), largest(weights));
        return new AdderScale(largest == 0 ? 1f : largest / LARGEST);
    }

    /**
     * Codes in [-127, 127].
     *
     * @throws IllegalArgumentException if a value does not fit: with the step 2^-7 of ShiftAddNet any {@code |w| >= 1}
     */
    public byte[] codes(float[] values) {
        byte[] codes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            double code = Math.rint(values[i] / (double) step);
            if (!(Math.abs(code) <= LARGEST)) {
                throw new IllegalArgumentException("values[" + i + "]=" + values[i] + ": code " + (long) code
                        + " does not fit [-127, 127]; the shared step must be at least "
                        + Math.abs(values[i]) / LARGEST);
            }
            codes[i] = (byte) code;
        }
        return codes;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
