package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Shift layers in both ways of summing, and as planes of the int8 product. */
final class ShiftLayerTest {

    @Test
    void shouldRoundEachTermDownWhenAccumulatingLikeDeepShift() {
        ShiftWeights halves = new ShiftWeights(1, 4, new byte[] {1, 1, 1, -1}, new byte[] {1, 1, 1, 1});
        int[] y = new int[1];
        new ShiftLinear(halves, Accumulation.FLOOR_EACH, 8).run(new int[] {-1, -1, 1, -1}, 0, y, 0);
        assertEquals(-1 - 1 + 0 + 1, y[0]); // -1 >> 1 is -1, not 0
        new ShiftLinear(halves, Accumulation.EXACT, 8).run(new int[] {-1, -1, 1, -1}, 0, y, 0);
        assertEquals(0, y[0]); // -0.5 - 0.5 + 0.5 + 0.5
        new ShiftLinear(halves, Accumulation.EXACT, 8).run(new int[] {-1, -1, -1, 0}, 0, y, 0);
        assertEquals(-2, y[0]); // -1.5: halves away from zero
    }

    @Test
    void shouldBeHarmlessWith16FractionBitsAndRuinousWithEightWhenFlooringEachTerm() {
        Random random = new Random(3);
        int inputs = 576;
        ShiftWeights weights = ShiftFormatTest.random(random, 1, inputs, 8, false);
        double[] relative = new double[2];
        for (int mode = 0; mode < 2; mode++) {
            int bits = mode == 0 ? 16 : 7;
            int[] x = random.ints(inputs, -(1 << (bits - 1)), 1 << (bits - 1)).toArray();
            int[] floor = new int[1];
            int[] exact = new int[1];
            new ShiftLinear(weights, Accumulation.FLOOR_EACH, bits).run(x, 0, floor, 0);
            new ShiftLinear(weights, Accumulation.EXACT, bits).run(x, 0, exact, 0);
            assertTrue(Math.abs(floor[0] - exact[0]) <= inputs);
            relative[mode] = Math.abs(floor[0] - exact[0]) / Math.scalb(1.0, bits - 1);
        }
        assertTrue(relative[0] < 0.02, () -> Arrays.toString(relative));
        assertTrue(relative[1] > 0.1, () -> Arrays.toString(relative));
    }

    @Test
    void shouldEqualTheWideSumWhenExpandedToBytes() {
        Random random = new Random(5);
        for (int trial = 0; trial < 200; trial++) {
            int exponents = 1 + random.nextInt(16);
            int outputs = 1 + random.nextInt(9);
            int inputs = 1 + random.nextInt(60);
            ShiftWeights weights = ShiftFormatTest.random(random, outputs, inputs, exponents, trial % 2 == 0);
            ExpandedShift expanded = ExpandedShift.of(weights);
            byte[] x = new byte[3 * inputs];
            random.nextBytes(x);
            int[] y = new int[3 * outputs];
            expanded.kernel(ShiftAddKernels.best(), 3).run(3, x, 0, y, 0);
            for (int r = 0; r < 3; r++) {
                for (int o = 0; o < outputs; o++) {
                    long sum = 0;
                    for (int i = 0; i < inputs; i++) {
                        int at = o * inputs + i;
                        sum += (long) weights.signs()[at]
                                * x[r * inputs + i]
                                * (1L << expanded.rowShift(o))
                                / (1L << weights.shifts()[at]);
                    }
                    assertEquals(sum, y[r * outputs + o], "trial " + trial);
                }
            }
        }
    }

    @Test
    void shouldNeedOnePlaneWhenOnlyNegativeWeightsAreLargest() {
        ShiftWeights negative = new ShiftWeights(1, 2, new byte[] {-1, 1}, new byte[] {0, 7});
        ExpandedShift one = ExpandedShift.of(negative);
        assertEquals(1, one.planes().size());
        assertArrayEquals(new byte[] {-128, 1}, one.planes().getFirst().values());
        ShiftWeights positive = new ShiftWeights(1, 2, new byte[] {1, 1}, new byte[] {0, 7});
        assertEquals(2, ExpandedShift.of(positive).planes().size());
        int[] y = new int[1];
        one.kernel(ShiftAddKernels.best(), 1).run(1, new byte[] {-128, -128}, 0, y, 0);
        assertEquals(128 * 128 - 128, y[0]);
    }

    @Test
    void shouldRefuseWhenASumCouldOverflow() {
        byte[] signs = new byte[2000];
        byte[] shifts = new byte[2000];
        Arrays.fill(signs, (byte) 1);
        shifts[0] = 15; // makes every other weight 2^15
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> ExpandedShift.of(new ShiftWeights(1, 2000, signs, shifts)));
        assertTrue(e.getMessage().startsWith("row 0: its sum could reach 8384"), e.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> new ShiftLinear(
                        new ShiftWeights(1, 2, new byte[] {1, 1}, new byte[2]), Accumulation.FLOOR_EACH, 32));
        ShiftLinear narrow =
                new ShiftLinear(new ShiftWeights(1, 1, new byte[] {1}, new byte[1]), Accumulation.FLOOR_EACH, 8);
        assertThrows(IllegalArgumentException.class, () -> narrow.run(new int[] {128}, 0, new int[1], 0));
    }

    @Test
    void shouldRoundHalvesAwayFromZeroWhenRequantizing() {
        Requantizer half = new Requantizer(new double[] {0.5, 0.5}, new int[] {0, 10});
        assertEquals(1, half.code(1, 0));
        assertEquals(-1, half.code(-1, 0));
        assertEquals(2, half.code(3, 0));
        assertEquals(9, half.code(-1, 1));
        assertEquals(127, half.code(Integer.MAX_VALUE, 0));
        assertEquals(-127, half.code(Integer.MIN_VALUE, 0)); // never -128
        assertEquals(0, new Requantizer(new double[] {1e-30}, new int[1]).code(Integer.MAX_VALUE, 0));
        assertEquals(-100, new Requantizer(new double[] {-0.1}, new int[1]).code(1000, 0));
        assertThrows(IllegalArgumentException.class, () -> new Requantizer(new double[] {1e10}, new int[1]));
    }

    @Test
    void shouldFollowTheDefinitionWhenRequantizingRandomSums() {
        Random random = new Random(11);
        for (int trial = 0; trial < 2000; trial++) {
            double scale = Math.scalb(random.nextDouble() + 0.5, -random.nextInt(24));
            int sum = random.nextInt(2_000_001) - 1_000_000;
            double real = sum * scale;
            double clamped = Math.clamp(real, -127, 127);
            int code = new Requantizer(new double[] {scale}, new int[1]).code(sum, 0);
            assertEquals(clamped, code, 0.5 + 1e-6, "scale=" + scale + " sum=" + sum);
        }
        assertNotEquals(0, new Requantizer(new double[] {0.9999999999}, new int[1]).code(1, 0));
    }
}
