package org.flatgaze.accel.vitcod.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.accel.vitcod.VitcodData;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.junit.jupiter.api.Test;

final class FairEngineTest {

    private final FairEngine engine = new FairEngine(EngineProfile.published());

    @Test
    void shouldCountDenseWorkWhenMaskIsFull() {
        MaskStack masks = new MaskStack(new HeadMask[][] {{HeadMask.full(64, 128), HeadMask.full(64, 128)}});
        EngineCycles cycles = engine.dense(masks, 16, 32);
        // 64 x 128 pairs of 16 products on 4096 multipliers, two heads; two passes of 64 entries a cycle.
        assertEquals(2 * 64 * 128 * 16 / 4096, cycles.scores());
        assertEquals(2 * 64 * 128 * 32 / 4096, cycles.values());
        assertEquals(2 * 2 * 64 * 128 / 64, cycles.softmax());
        assertEquals(0, cycles.decode());
    }

    @Test
    void shouldWorkOnEveryStageWhenModelIsLevit() {
        for (String level : new String[] {"0.8", "0.9"}) {
            for (String stage : VitcodData.LEVIT_STAGES) {
                MaskStack masks = VitcodData.levitMasks(level, stage);
                EngineCycles sparse = engine.cycles(masks, 16, 32, 50, masks.heads());
                EngineCycles dense = engine.dense(masks, 16, 32);
                assertTrue(sparse.total() > 0 && sparse.compute() <= dense.compute() * 1.3, level + " " + stage);
            }
        }
    }

    @Test
    void shouldCountEveryHeadWhenMasksDiffer() {
        boolean[] diagonal = new boolean[64 * 64];
        for (int i = 0; i < 64; i++) {
            diagonal[i * 65] = true;
        }
        HeadMask thin = new HeadMask(64, 64, diagonal);
        HeadMask full = HeadMask.full(64, 64);
        double thinFirst = engine.cycles(new MaskStack(new HeadMask[][] {{thin, full}}), 64, 64, 10, 2)
                .compute();
        double thinOnly = engine.cycles(new MaskStack(new HeadMask[][] {{thin, thin}}), 64, 64, 10, 2)
                .compute();
        assertTrue(thinFirst > 10 * thinOnly);
    }

    @Test
    void shouldRefuseWhenArgumentsMakeNoSense() {
        MaskStack masks = new MaskStack(new HeadMask[][] {{HeadMask.full(2, 2)}});
        assertThrows(MaskException.class, () -> engine.cycles(masks, 16, 16, 1, 2));
        assertThrows(MaskException.class, () -> engine.cycles(masks, 0, 16, 1, 1));
        assertThrows(MaskException.class, () -> engine.cycles(masks, 16, 16, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new EngineProfile(1, 1, 1));
    }
}
