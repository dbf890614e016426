package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every trap of the shift formats: ranges, thresholds, zeros, storage. */
final class ShiftFormatTest {

    @ParameterizedTest
    @CsvSource({"5,-15,-14", "4,-7,-6", "3,-3,-2", "2,-1,0", "6,-31,-30"})
    void shouldHaveThePublishedExponentsWhenBitsAreGiven(int bits, int q, int ps) {
        assertEquals(q, ShiftFormat.q(bits).minExponent());
        assertEquals(ps, ShiftFormat.ps(bits).minExponent());
    }

    @ParameterizedTest
    @CsvSource({
        "1.0,0",
        "0.75,0",
        "0.708,0",
        "0.707,-1", // sqrt(1/2) = 0.70711 decides, not 0.75
        "0.5,-1",
        "0.354,-1",
        "0.353,-2",
        "-0.354,-1",
        "7.0,0",
        "1e-9,-7",
        "1e-30,-7"
    })
    void shouldSwitchAtTheGeometricMeanWhenRounding(float weight, int exponent) {
        assertEquals(exponent, ShiftFormat.q(4).exponent(weight));
    }

    @Test
    void shouldGiveZeroOnlyForExactZeroWhenFormatIsQ() {
        ShiftWeights weights = ShiftFormat.q(5).round(1, 4, new float[] {0f, -0f, 1e-38f, -1e-38f});
        assertArrayEquals(new byte[] {0, 0, 1, -1}, weights.signs());
        assertArrayEquals(new byte[] {0, 0, 15, 15}, weights.shifts());
    }

    @Test
    void shouldRoundSignAndExponentApartWhenFormatIsPs() {
        ShiftWeights weights = ShiftFormat.ps(4)
                .roundPowersAndSigns(1, 6, new float[] {-2.5f, -3.5f, 3f, -99f, -1f, -1.2f}, new float[] {
                    0.6f, -0.51f, 1f, -1f, 0.5f, -0.5f
                });
        // Halves go to even: -2.5 -> -2, -3.5 -> -4, and a sign of a half to zero.
        assertArrayEquals(new byte[] {1, -1, 1, -1, 0, 0}, weights.signs());
        assertArrayEquals(new byte[] {2, 4, 0, 6, 0, 0}, weights.shifts());
    }

    @Test
    void shouldDropSmallWeightsWhenFormatIsThatOfShiftAddNet() {
        ShiftWeights weights = ShiftFormat.shiftAddNet().round(1, 3, new float[] {0.0049f, 0.0051f, -0.0049f});
        assertArrayEquals(new byte[] {0, 1, 0}, weights.signs());
        assertEquals(7, weights.shifts()[1]);
    }

    @Test
    void shouldRoundDownInTrainingAndTowardZeroInKernelsWhenNegative() {
        FixedPoint format = new FixedPoint(3, 5);
        double step = 1.0 / 32;
        assertEquals(-2 * step, format.emulate(-1.5 * step));
        assertEquals(-1, format.code(-1.5 * step)); // one step apart: the first trap
        assertEquals(1, format.code(1.5 * step));
        assertEquals(step, format.emulate(1.5 * step));
    }

    @Test
    void shouldStopAWholeUnitShortWhenClampingUpward() {
        FixedPoint format = new FixedPoint(3, 5);
        assertEquals(3.0, format.emulate(3.9)); // not 4 - 1/32
        assertEquals(-4.0, format.emulate(-99));
        assertEquals(125, format.code(3.9063)); // kernels do not clamp
        assertThrows(
                IllegalArgumentException.class, () -> FixedPoint.deepShift().code(40_000));
        assertThrows(
                IllegalArgumentException.class, () -> FixedPoint.deepShift().code(Double.NaN));
    }

    @ParameterizedTest
    @CsvSource({"1,16", "2,10", "3,8", "4,6", "5,5", "6,4"})
    void shouldFitThePublishedNumberOfWeightsWhenPackedInWords(int bits, int weights) {
        assertEquals(weights, DeepShiftWords.weightsPerWord(bits));
    }

    @Test
    void shouldGrowToFourWeightsAWordWhenOneIsZero() {
        byte[] shifts = {0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0};
        byte[] signs = {1, 1, -1, 1, 1, -1, 1, 1, 1, -1, 1, 1, 1, 1, 1, -1};
        DeepShiftWords dense = DeepShiftWords.pack(new ShiftWeights(1, 16, signs, shifts));
        assertEquals(1, dense.shiftBits());
        assertEquals(1, dense.words().length);
        signs[3] = 0;
        DeepShiftWords withZero = DeepShiftWords.pack(new ShiftWeights(1, 16, signs, shifts));
        assertEquals(6, withZero.shiftBits());
        assertEquals(4, withZero.words().length);
        assertArrayEquals(signs, withZero.unpack().signs());
    }

    @Test
    void shouldComeBackUnchangedWhenPackedAndUnpacked() {
        Random random = new Random(7);
        for (int trial = 0; trial < 300; trial++) {
            int span = 1 + random.nextInt(7);
            ShiftWeights weights = random(random, 1 + random.nextInt(5), 1 + random.nextInt(40), span, trial % 2 == 0);
            ShiftWeights words = DeepShiftWords.pack(weights).unpack();
            assertArrayEquals(weights.signs(), words.signs());
            assertArrayEquals(weights.shifts(), words.shifts());
            for (int bits = 4; bits <= 5; bits++) {
                ShiftWeights codes = ShiftPack.pack(weights, bits).unpack();
                assertArrayEquals(weights.signs(), codes.signs());
                assertArrayEquals(weights.shifts(), codes.shifts());
            }
        }
    }

    @Test
    void shouldHoldEightExponentsOrSevenAndZeroWhenCodesHaveFourBits() {
        ShiftWeights eight = new ShiftWeights(1, 2, new byte[] {1, -1}, new byte[] {0, 7});
        assertFalse(ShiftPack.pack(eight, 4).zeros());
        ShiftWeights sevenAndZero = new ShiftWeights(1, 3, new byte[] {1, -1, 0}, new byte[] {0, 6, 0});
        assertTrue(ShiftPack.pack(sevenAndZero, 4).zeros());
        ShiftWeights eightAndZero = new ShiftWeights(1, 3, new byte[] {1, -1, 0}, new byte[] {0, 7, 0});
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ShiftPack.pack(eightAndZero, 4));
        assertEquals(
                "weight 1 of row 0: exponent -7 does not fit 4 bits beside 0 and zeros: expected at most 7 exponents a"
                        + " row",
                e.getMessage());
        assertEquals(3 * 5 / 8 + 1, ShiftPack.pack(eightAndZero, 5).codes().length);
    }

    @Test
    void shouldRefuseWhenACodeIsForeign() {
        ShiftPack negativeZero = new ShiftPack(4, 1, 1, true, new byte[1], new byte[] {8});
        assertThrows(IllegalArgumentException.class, negativeZero::unpack);
        DeepShiftWords tooFar = new DeepShiftWords(1, 1, 6, 0, new int[] {63});
        assertThrows(IllegalArgumentException.class, tooFar::unpack);
        assertThrows(IllegalArgumentException.class, () -> new ShiftWeights(1, 1, new byte[] {0}, new byte[] {3}));
        assertThrows(IllegalArgumentException.class, () -> ShiftFormat.q(7));
        assertThrows(IllegalArgumentException.class, () -> ShiftFormat.q(4).round(1, 1, new float[] {Float.NaN}));
    }

    static ShiftWeights random(Random random, int outputs, int inputs, int exponents, boolean zeros) {
        byte[] signs = new byte[outputs * inputs];
        byte[] shifts = new byte[signs.length];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = (byte) (zeros && random.nextInt(5) == 0 ? 0 : random.nextBoolean() ? 1 : -1);
            shifts[i] = (byte) (signs[i] == 0 ? 0 : random.nextInt(exponents));
        }
        return new ShiftWeights(outputs, inputs, signs, shifts);
    }
}
