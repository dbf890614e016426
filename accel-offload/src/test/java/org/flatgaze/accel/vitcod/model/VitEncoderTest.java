package org.flatgaze.accel.vitcod.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.junit.jupiter.api.Test;

final class VitEncoderTest {

    private static final VitShape SHAPE = new VitShape(3, 4, 29, 16, 2);

    @Test
    void shouldGiveEqualTokensWhenVariantsDiffer() {
        MaskStack masks = masks();
        float[] reference = tokens();
        VitEncoder.seeded(SHAPE, 3, KernelSet.scalar(), SparseAttention.scalar())
                .run(reference, VitEncoder.patterns(masks, Variant.DENSE));
        for (Variant variant : Variant.values()) {
            float[] x = tokens();
            VitEncoder.seeded(SHAPE, 3).run(x, VitEncoder.patterns(masks, variant));
            assertArrayEquals(reference, x, 1e-4f, variant.name());
        }
        float[] unmasked = tokens();
        VitEncoder.seeded(SHAPE, 3).run(unmasked, VitEncoder.dense(SHAPE));
        double difference = 0;
        for (int i = 0; i < unmasked.length; i++) {
            difference = Math.max(difference, Math.abs(unmasked[i] - reference[i]));
        }
        assertTrue(difference > 1e-3, "masks change nothing");
    }

    @Test
    void shouldGiveEqualTokensWhenFoldedWithoutCompression() {
        VitEncoder encoder = VitEncoder.seeded(SHAPE, 3);
        float[] plain = tokens();
        encoder.run(plain, VitEncoder.dense(SHAPE));
        float[] folded = tokens();
        encoder.folded(tokens(), VitEncoder.dense(SHAPE), SHAPE.heads()).run(folded, VitEncoder.dense(SHAPE));
        assertArrayEquals(plain, folded, 1e-3f);
    }

    @Test
    void shouldFollowTanhFormWhenGeluIsApplied() {
        float[] x = new float[1201];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i - 600) / 100f;
        }
        float[] out = x.clone();
        RowMath.gelu(out, 0, out.length);
        for (int i = 0; i < x.length; i++) {
            double z = Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * x[i] * x[i] * x[i]);
            assertEquals(0.5 * x[i] * (1 + Math.tanh(z)), out[i], 4e-4);
        }
    }

    @Test
    void shouldRefuseWhenMasksAreOfAnotherModel() {
        VitShape other = new VitShape(3, 4, 30, 16, 2);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> VitEncoder.seeded(other, 1)
                                .run(new float[30 * 64], VitEncoder.patterns(masks(), Variant.TILES)))
                .getMessage();
        assertTrue(message.startsWith("layer 0 head 0: pattern is 29 x 29"), message);
        VitEncoder encoder = VitEncoder.seeded(SHAPE, 3);
        assertThrows(IllegalArgumentException.class, () -> encoder.run(new float[3], VitEncoder.dense(SHAPE)));
    }

    private static MaskStack masks() {
        Random random = new Random(9);
        HeadMask[][] masks = new HeadMask[SHAPE.layers()][SHAPE.heads()];
        int tokens = SHAPE.tokens();
        for (HeadMask[] layer : masks) {
            for (int head = 0; head < layer.length; head++) {
                boolean[] kept = new boolean[tokens * tokens];
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = i / tokens == i % tokens || random.nextDouble() < 0.15;
                }
                layer[head] = new HeadMask(tokens, tokens, kept);
            }
        }
        return new MaskStack(masks);
    }

    private static float[] tokens() {
        Random random = new Random(1);
        float[] x = new float[SHAPE.tokens() * SHAPE.embedding()];
        for (int i = 0; i < x.length; i++) {
            x[i] = 2 * random.nextFloat() - 1;
        }
        return x;
    }
}
