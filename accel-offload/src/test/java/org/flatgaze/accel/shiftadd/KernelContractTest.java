package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.flatgaze.accel.kernels.VectorSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every vector kernel against its plain loops, bit by bit: 10,000 random shapes, codes from all of the byte range. */
final class KernelContractTest {

    private static final int GUARD = 0x5A5A5A5A;

    private final Random random = new Random(20_261_121);
    private final ShiftAddKernels scalar = ShiftAddKernels.scalar();
    private ShiftAddKernels vector;

    @BeforeEach
    void requireVectors() {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        vector = ShiftAddKernels.best();
        assertEquals("vector", vector.id());
    }

    @Test
    void shouldGiveTheSameProductsWhenShapesAndCodesAreRandom() {
        for (int trial = 0; trial < 2500; trial++) {
            checkMatrix(trial, false);
        }
    }

    @Test
    void shouldGiveTheSameDistancesWhenShapesAndCodesAreRandom() {
        for (int trial = 0; trial < 2500; trial++) {
            checkMatrix(trial, true);
        }
    }

    private void checkMatrix(int trial, boolean difference) {
        int rows = trial % 10 == 0 ? size(200) : size(9);
        int inputs = trial % 7 == 0 ? size(1100) : size(150);
        int outputs = trial % 3 == 0 ? size(300) : size(80);
        Int8Matrix weights = new Int8Matrix(outputs, inputs, codes(outputs * inputs));
        int xOffset = random.nextInt(3);
        int yOffset = random.nextInt(3);
        byte[] x = codes(xOffset + rows * inputs);
        int[] expected = guarded(yOffset + rows * outputs + 2);
        int[] actual = guarded(expected.length);
        (difference ? scalar.difference(weights) : scalar.product(weights)).run(rows, x, xOffset, expected, yOffset);
        (difference ? vector.difference(weights) : vector.product(weights)).run(rows, x, xOffset, actual, yOffset);
        assertArrayEquals(
                expected, actual, "trial " + trial + " rows=" + rows + " inputs=" + inputs + " outputs=" + outputs);
    }

    @Test
    void shouldGiveTheSameMaskedSumsWhenShapesAndCodesAreRandom() {
        MaskedSumKernel plain = scalar.maskedSum();
        MaskedSumKernel fast = vector.maskedSum();
        for (int trial = 0; trial < 2500; trial++) {
            int rows = size(20);
            int tokens = trial % 10 == 0 ? size(900) : size(130);
            int features = size(80);
            BitMatrix mask = bits(rows, tokens);
            byte[] values = codes(tokens * features);
            int[] expected = guarded(rows * features + 1);
            int[] actual = guarded(expected.length);
            plain.run(mask, values, features, expected);
            fast.run(mask, values, features, actual);
            assertArrayEquals(
                    expected, actual, "trial " + trial + " rows=" + rows + " tokens=" + tokens + " d=" + features);
        }
    }

    @Test
    void shouldCountTheSameBitsWhenShapesAndCodesAreRandom() {
        for (int trial = 0; trial < 1500; trial++) {
            int columns = size(700);
            BitMatrix keys = bits(size(100), columns);
            BitMatrix queries = bits(size(8), columns);
            int[] expected = guarded(keys.rows() * queries.rows() + 1);
            int[] actual = guarded(expected.length);
            String message = "trial " + trial + " keys=" + keys.rows() + " columns=" + columns;
            scalar.bitDot(keys).and(queries, expected);
            vector.bitDot(keys).and(queries, actual);
            assertArrayEquals(expected, actual, message);
            scalar.bitDot(keys).signed(queries, expected);
            vector.bitDot(keys).signed(queries, actual);
            assertArrayEquals(expected, actual, message);
        }
    }

    @Test
    void shouldGiveTheSameDepthwiseSumsWhenShapesAndCodesAreRandom() {
        for (int trial = 0; trial < 1000; trial++) {
            int kernel = 1 + 2 * random.nextInt(3);
            int height = kernel + random.nextInt(6);
            int width = kernel + random.nextInt(6);
            DepthwiseShape shape =
                    new DepthwiseShape(size(80), height, width, kernel, 1 + random.nextInt(2), random.nextInt(kernel));
            byte[] weights = codes(kernel * kernel * shape.channels());
            byte[] x = codes(height * width * shape.channels());
            int[] expected = guarded(shape.outputHeight() * shape.outputWidth() * shape.channels() + 1);
            int[] actual = guarded(expected.length);
            scalar.depthwise(shape, weights).run(x, 0, expected, 0);
            vector.depthwise(shape, weights).run(x, 0, actual, 0);
            assertArrayEquals(expected, actual, "trial " + trial + " " + shape);
        }
    }

    @Test
    void shouldNotOverflowWhenEveryCodeIsTheMostNegative() {
        for (int inputs : new int[] {1, 255, 256, 257, 1024, 1025, 3000}) {
            byte[] lowest = new byte[70 * inputs];
            java.util.Arrays.fill(lowest, Byte.MIN_VALUE);
            int[] y = new int[10 * 7];
            vector.product(new Int8Matrix(7, inputs, java.util.Arrays.copyOf(lowest, 7 * inputs)))
                    .run(10, lowest, 0, y, 0);
            assertEquals(inputs * 16_384, y[69]);
            byte[] highest = new byte[7 * inputs];
            java.util.Arrays.fill(highest, Byte.MAX_VALUE);
            vector.difference(new Int8Matrix(7, inputs, highest)).run(10, lowest, 0, y, 0);
            assertEquals(-255 * inputs, y[69]);
            vector.product(new Int8Matrix(7, inputs, highest)).run(1, lowest, 0, y, 0);
            assertEquals(-128 * 127 * inputs, y[6]);
        }
    }

    @Test
    void shouldSumAllTokensWhenTheMaskIsFull() {
        int tokens = 3136;
        BitMatrix mask = new BitMatrix(16, tokens);
        for (int r = 0; r < 16; r++) {
            for (int t = 0; t < tokens; t++) {
                mask.set(r, t, true);
            }
        }
        byte[] values = new byte[tokens * 32];
        java.util.Arrays.fill(values, Byte.MIN_VALUE);
        int[] out = new int[16 * 32];
        vector.maskedSum().run(mask, values, 32, out);
        for (int sum : out) {
            assertEquals(-128 * tokens, sum); // far outside 16 bits
        }
    }

    @Test
    void shouldRefuseWithTheSameWordsWhenAnArrayIsTooShort() {
        Int8Matrix weights = new Int8Matrix(3, 4, new byte[12]);
        for (ShiftAddKernels kernels : new ShiftAddKernels[] {scalar, vector}) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> kernels.product(weights).run(2, new byte[7], 0, new int[6], 0));
            assertEquals(
                    "x: offset=0 count=8 length=7: expected offset >= 0 and offset + count <= length", e.getMessage());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> kernels.difference(weights).run(2, new byte[8], 0, new int[6], 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> kernels.maskedSum().run(new BitMatrix(2, 3), new byte[5], 2, new int[4]));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> kernels.bitDot(new BitMatrix(2, 3)).and(new BitMatrix(2, 4), new int[4]));
        }
    }

    private int size(int most) {
        return 1 + random.nextInt(most);
    }

    private int[] guarded(int length) {
        int[] y = new int[length];
        java.util.Arrays.fill(y, GUARD);
        return y;
    }

    /** Mostly arbitrary bytes; sometimes only the extremes, where sums are largest. */
    private byte[] codes(int length) {
        byte[] codes = new byte[length];
        random.nextBytes(codes);
        int style = random.nextInt(4);
        if (style > 1) {
            byte low = style == 2 ? Byte.MIN_VALUE : -Byte.MAX_VALUE;
            for (int i = 0; i < length; i++) {
                codes[i] = codes[i] < 0 ? low : Byte.MAX_VALUE;
            }
        } else if (style == 1) {
            for (int i = 0; i < length; i++) {
                codes[i] = (byte) Math.max(-127, codes[i]);
            }
        }
        return codes;
    }

    private BitMatrix bits(int rows, int columns) {
        BitMatrix bits = new BitMatrix(rows, columns);
        int most = random.nextInt(3);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                bits.set(r, c, most == 2 || random.nextBoolean());
            }
        }
        return bits;
    }
}
