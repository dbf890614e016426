package org.flatgaze.accel.shiftadd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Binary attention in both forms, and the router between experts. */
final class BinaryAttentionTest {

    @Test
    void shouldEqualTheFloatFormulaWhenAttentionIsLinear() {
        Random random = new Random(4);
        int tokens = 49;
        int bits = 16;
        int features = 33;
        BitMatrix queries = new BitMatrix(tokens, bits);
        BitMatrix keys = new BitMatrix(bits, tokens);
        byte[] values = new byte[tokens * features];
        random.nextBytes(values);
        for (int t = 0; t < tokens; t++) {
            for (int b = 0; b < bits; b++) {
                queries.set(t, b, random.nextBoolean());
                keys.set(b, t, random.nextBoolean());
            }
        }
        float[] out = new float[tokens * features];
        new BinaryLinearAttention(ShiftAddKernels.best(), tokens, bits, features).run(queries, keys, values, out);
        for (int t = 0; t < tokens; t++) {
            double[] row = new double[features];
            double squares = 0;
            for (int f = 0; f < features; f++) {
                double sum = 0;
                for (int b = 0; b < bits; b++) {
                    for (int u = 0; u < tokens; u++) {
                        sum += queries.get(t, b) && keys.get(b, u) ? values[u * features + f] : 0;
                    }
                }
                row[f] = 0.5 * values[t * features + f] + sum / Math.PI;
                squares += row[f] * row[f];
            }
            for (int f = 0; f < features; f++) {
                assertEquals(row[f] / Math.sqrt(squares), out[t * features + f], 1e-5);
            }
        }
    }

    @Test
    void shouldUseTheFrozenThresholdWhenBinarizing() {
        BitMatrix bits = new BitMatrix(1, 3);
        bits.binarize(new float[] {0.5f, 0.5001f, Float.NaN}, 0.5f);
        assertFalse(bits.get(0, 0)); // strictly greater
        assertTrue(bits.get(0, 1));
        assertFalse(bits.get(0, 2));
    }

    @Test
    void shouldGiveTheSignedProductWhenCountingDifferences() {
        BitMatrix keys = new BitMatrix(1, 70);
        BitMatrix query = new BitMatrix(1, 70);
        int product = 0;
        Random random = new Random(6);
        for (int c = 0; c < 70; c++) {
            keys.set(0, c, random.nextBoolean());
            query.set(0, c, random.nextBoolean());
            product += keys.get(0, c) == query.get(0, c) ? 1 : -1;
        }
        int[] out = new int[1];
        ShiftAddKernels.best().bitDot(keys).signed(query, out);
        assertEquals(product, out[0]); // the zeroed tail of the last word does not count
    }

    @Test
    void shouldRefuseWhenExtentsDoNotMatch() {
        BinaryLinearAttention attention = new BinaryLinearAttention(ShiftAddKernels.scalar(), 4, 8, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> attention.run(new BitMatrix(4, 8), new BitMatrix(4, 8), new byte[8], new float[8]));
        assertThrows(
                IllegalArgumentException.class, () -> new BinaryLinearAttention(ShiftAddKernels.scalar(), 4, 65, 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> new BinaryLinearAttention(ShiftAddKernels.scalar(), 1 << 20, 64, 2));
        assertThrows(IllegalArgumentException.class, () -> new BitMatrix(2, 2).get(0, 2));
    }

    @Test
    void shouldGiveEachTokenItsExpertsResultWhenMixed() {
        Random random = new Random(8);
        int tokens = 37;
        int inputs = 12;
        int outputs = 7;
        byte[] w = new byte[inputs * outputs];
        random.nextBytes(w);
        MatrixKernel multiply = ShiftAddKernels.scalar().product(new Int8Matrix(outputs, inputs, w));
        MatrixKernel shift = ExpandedShift.of(ShiftFormatTest.random(random, outputs, inputs, 7, true))
                .kernel(ShiftAddKernels.scalar(), tokens);
        float[] routing = {1, 0, 0, 1};
        float[] scores = new float[tokens * 2];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(3);
        }
        byte[] x = new byte[tokens * inputs];
        random.nextBytes(x);
        int[] y = new int[tokens * outputs];
        ExpertRouter router = new ExpertRouter(2, 2, routing, tokens);
        new ExpertMixture(router, List.of(multiply, shift), inputs, outputs, tokens).run(tokens, scores, x, y);
        int[] one = new int[outputs];
        int[] row = new int[outputs];
        for (int t = 0; t < tokens; t++) {
            // Equal scores go to the first expert.
            (scores[2 * t] >= scores[2 * t + 1] ? multiply : shift).run(1, x, t * inputs, one, 0);
            System.arraycopy(y, t * outputs, row, 0, outputs);
            assertArrayEquals(one, row, "token " + t);
        }
        assertEquals(tokens, router.tokensOf(0) + router.tokensOf(1));
        assertThrows(IllegalArgumentException.class, () -> router.route(tokens + 1, new float[2 * tokens + 2]));
    }

    @Test
    void shouldBalanceInverselyToLatencyWhenExpertsDiffer() {
        // ShiftAddViT weighs its experts 6 : 4, so 40 % of the tokens should multiply.
        double[] shares = ExpertRouter.balancedShares(new double[] {6, 4});
        assertArrayEquals(new double[] {0.4, 0.6}, shares, 1e-12);
        assertEquals(0, ExpertRouter.imbalance(shares, new double[] {6, 4}), 1e-12);
        assertTrue(ExpertRouter.imbalance(new double[] {0.5, 0.5}, new double[] {6, 4}) > 0.03);
    }
}
