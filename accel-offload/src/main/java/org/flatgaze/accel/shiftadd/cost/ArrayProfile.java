package org.flatgaze.accel.shiftadd.cost;

/**
 * A row-stationary array as the published mapper sees it. All limits are exclusive, as in its comparisons.
 *
 * @param processingElements elements of the array at 32 bits; an 8-bit run has four times as many
 * @param outputRegisterWords partial sums an element holds, inclusive
 * @param inputRegisterWords inputs an element holds
 * @param weightRegisterWords weights an element holds
 * @param bufferWords words of the global buffer
 * @param clockHz cycles a second
 */
public record ArrayProfile(
        int processingElements,
        int outputRegisterWords,
        int inputRegisterWords,
        int weightRegisterWords,
        int bufferWords,
        double clockHz) {

    public ArrayProfile {
        atLeastOne("pes", processingElements);
        atLeastOne("outputRegisterWords", outputRegisterWords);
        atLeastOne("inputRegisterWords", inputRegisterWords);
        atLeastOne("weightRegisterWords", weightRegisterWords);
        atLeastOne("bufferWords", bufferWords);
        if (!(clockHz > 0)) {
            throw new IllegalArgumentException("clockHz=" + clockHz + ": expected > 0");
        }
    }

    /** The array of the published tables: 14 x 12 elements at 250 MHz. The shipped program says 16 x 12. */
    public static ArrayProfile published() {
        return withElements(168);
    }

    /** The published memories with another number of elements. */
    public static ArrayProfile withElements(int processingElements) {
        return new ArrayProfile(processingElements, 16, 12, 192 * 5, 65_536, 250e6);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + ": expected >= 1");
        }
    }
}
