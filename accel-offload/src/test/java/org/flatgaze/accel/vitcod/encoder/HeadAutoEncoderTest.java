package org.flatgaze.accel.vitcod.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.flatgaze.accel.kernels.KernelSet;
import org.junit.jupiter.api.Test;

final class HeadAutoEncoderTest {

    private static final long SEED = 20261120;
    private static final int HEADS = 12;
    private static final int CHANNELS = 64;
    private static final int INPUTS = 96;
    private static final int TOKENS = 37;

    @Test
    void shouldCodeExactlyWhenHeadsAreDependent() {
        Random random = new Random(SEED);
        float[] samples = lowRank(random, 6, 3, 40, 8);
        HeadAutoEncoder coder = HeadAutoEncoder.fit(samples, 6, 8, 3);
        assertTrue(coder.relativeError(samples, 8) < 1e-5);
        assertTrue(HeadAutoEncoder.fit(samples, 6, 8, 2).relativeError(samples, 8) > 0.05);
    }

    @Test
    void shouldBeNoWorseThanRandomDirectionsWhenFitted() {
        Random random = new Random(SEED);
        float[] samples = uniform(random, 40 * 6 * 8);
        double fitted = HeadAutoEncoder.fit(samples, 6, 8, 3).relativeError(samples, 8);
        float[][] keepFirst = {{1, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}, {0, 0, 1, 0, 0, 0}};
        float[][] back = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
        double chosen = new HeadAutoEncoder(keepFirst, new float[3], back, new float[6]).relativeError(samples, 8);
        assertTrue(fitted < chosen, fitted + " " + chosen);
        assertEquals(0, HeadAutoEncoder.fit(samples, 6, 8, 6).relativeError(samples, 8), 1e-6);
    }

    @Test
    void shouldGiveEqualLogitsWhenFolded() {
        Random random = new Random(SEED);
        int full = HEADS * CHANNELS;
        float[] x = uniform(random, TOKENS * INPUTS);
        float[][] q = new float[2][];
        float[][] direct = new float[2][];
        for (int side = 0; side < 2; side++) {
            float[] weights = uniform(random, INPUTS * full);
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= 0.17f;
            }
            float[] bias = uniform(random, full);
            float[] projected = project(x, weights, bias, full);
            HeadAutoEncoder coder = HeadAutoEncoder.fit(projected, HEADS, CHANNELS, 6);
            float[] coded = new float[TOKENS * 6 * CHANNELS];
            direct[side] = new float[TOKENS * full];
            coder.encode(TOKENS, CHANNELS, projected, coded);
            coder.decode(TOKENS, CHANNELS, coded, direct[side]);

            FoldedProjection folded = FoldedProjection.fold(coder, INPUTS, CHANNELS, weights, bias);
            assertEquals(6 * CHANNELS, folded.outputs());
            q[side] = new float[TOKENS * full];
            coder.decode(TOKENS, CHANNELS, project(x, folded.weights(), folded.bias(), folded.outputs()), q[side]);
        }
        for (int head = 0; head < HEADS; head++) {
            assertArrayEquals(logits(direct, head), logits(q, head), 1e-4f, "head " + head);
        }
    }

    @Test
    void shouldSaveMacsOfNotesWhenModelIsDeitBase() {
        FoldedProjection.Macs macs = FoldedProjection.Macs.of(197, 768, 12, 64, 6);
        assertEquals(116_195_328L, macs.saved());
        assertEquals(1_815_552L, macs.decoders());
        assertEquals(2L * 1_815_552, macs.atRunTime() - macs.full());
    }

    @Test
    void shouldFollowPublishedCompressionWhenHeadsAreGiven() {
        assertEquals(2, HeadAutoEncoder.publishedCompression(3));
        assertEquals(3, HeadAutoEncoder.publishedCompression(6));
        assertEquals(6, HeadAutoEncoder.publishedCompression(12));
        assertEquals(3, HeadAutoEncoder.publishedCompression(5));
    }

    @Test
    void shouldRefuseWhenSamplesOrWeightsDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> HeadAutoEncoder.fit(new float[7], 2, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> HeadAutoEncoder.fit(new float[8], 2, 2, 3));
        float[] bad = new float[8];
        bad[5] = Float.NaN;
        String message = assertThrows(IllegalArgumentException.class, () -> HeadAutoEncoder.fit(bad, 2, 2, 1))
                .getMessage();
        assertTrue(message.startsWith("samples[1] head 0 channel 1 is NaN"), message);
        HeadAutoEncoder coder = HeadAutoEncoder.fit(new float[8], 2, 2, 1);
        assertThrows(
                IllegalArgumentException.class, () -> FoldedProjection.fold(coder, 3, 2, new float[11], new float[4]));
        assertThrows(IllegalArgumentException.class, () -> coder.encode(3, 2, new float[8], new float[6]));
    }

    private static float[] project(float[] x, float[] weights, float[] bias, int outputs) {
        float[] out = new float[TOKENS * outputs];
        KernelSet.scalar().sgemm(TOKENS, outputs, INPUTS, x, 0, INPUTS, weights, 0, outputs, out, 0, outputs);
        for (int i = 0; i < out.length; i++) {
            out[i] += bias[i % outputs];
        }
        return out;
    }

    private static float[] logits(float[][] qk, int head) {
        float[] out = new float[TOKENS * TOKENS];
        for (int i = 0; i < out.length; i++) {
            double sum = 0;
            for (int c = 0; c < CHANNELS; c++) {
                sum += (double) qk[0][(i / TOKENS * HEADS + head) * CHANNELS + c]
                        * qk[1][(i % TOKENS * HEADS + head) * CHANNELS + c];
            }
            out[i] = (float) (sum / Math.sqrt(CHANNELS));
        }
        return out;
    }

    private static float[] lowRank(Random random, int heads, int rank, int tokens, int channels) {
        float[] mixing = uniform(random, heads * rank);
        float[] out = new float[tokens * heads * channels];
        for (int t = 0; t < tokens; t++) {
            for (int c = 0; c < channels; c++) {
                float[] inner = uniform(random, rank);
                for (int h = 0; h < heads; h++) {
                    float sum = 0.3f * h;
                    for (int r = 0; r < rank; r++) {
                        sum += mixing[h * rank + r] * inner[r];
                    }
                    out[(t * heads + h) * channels + c] = sum;
                }
            }
        }
        return out;
    }

    private static float[] uniform(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }
}
