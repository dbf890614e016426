package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.flatgaze.accel.bench.PairedTimer;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskRule;
import org.junit.jupiter.api.Test;

final class AveragedAttentionTest {

    private static final HeadLayout SHAPE = HeadLayout.contiguous(1, 1);

    @Test
    void shouldAverageSoftmaxWhenPicturesAreAdded() {
        AveragedAttention average = new AveragedAttention(1, 1, 1, 2);
        average.add(0, 0, SHAPE, new float[] {0}, new float[] {5, -5}, 1f, null);
        average.add(0, 0, SHAPE, new float[] {1}, new float[] {0, (float) Math.log(3)}, 1f, null);
        assertArrayEquals(new float[] {0.375f, 0.625f}, average.toArray().floats(), 1e-6f);
    }

    @Test
    void shouldFeedMaskRuleWhenCollected() {
        Random random = new Random(4);
        AveragedAttention average = new AveragedAttention(2, 3, 12, 12);
        for (int picture = 0; picture < 3; picture++) {
            for (int slot = 0; slot < 6; slot++) {
                float[] q = SparseAttentionContract.uniform(random, 12 * 8);
                float[] bias = SparseAttentionContract.uniform(random, 144);
                average.add(slot / 3, slot % 3, HeadLayout.contiguous(8, 8), q, q, 0.4f, bias);
            }
        }
        double sparsity = new MaskRule(0.5, true).apply(average.toArray()).sparsity();
        assertTrue(sparsity > 0.2 && sparsity < 0.8, "sparsity=" + sparsity);
    }

    @Test
    void shouldNameHeadWhenScoreOrCountIsWrong() {
        AveragedAttention average = new AveragedAttention(1, 2, 1, 2);
        float[] k = {1, 2};
        average.add(0, 0, SHAPE, new float[] {1}, k, 1f, null);
        assertMessage("layer 0 head 1 has 0 pictures", average::toArray);
        float[] nan = {Float.NaN};
        assertMessage("layer 0 head 1 row 0 column 0", () -> average.add(0, 1, SHAPE, nan, k, 1f, null));
        assertMessage("layer 0 head 2", () -> average.add(0, 2, SHAPE, k, k, 1f, null));
        assertMessage("layers=0", () -> new AveragedAttention(0, 1, 1, 1));
    }

    private static void assertMessage(String start, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(MaskException.class, action).getMessage();
        assertTrue(message.startsWith(start), message);
    }

    @Test
    void shouldFindNoDifferenceWhenFamilyIsChecked() {
        AttentionFamily family = new AttentionFamily();
        assertEquals(List.of(), family.check());
        assertTrue(family.measure(new PairedTimer(0, 1, 1), note -> {}).size() >= 40);
        assertEquals(0, HeadMask.full(2, 2).sparsity());
    }
}
