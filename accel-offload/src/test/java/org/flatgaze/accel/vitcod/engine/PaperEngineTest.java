package org.flatgaze.accel.vitcod.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.flatgaze.accel.vitcod.VitcodData;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaperEngineTest {

    private final PaperEngine engine = new PaperEngine(EngineProfile.published());

    @Test
    void shouldPrintPublishedCyclesWhenMaskIsDeitTiny() {
        EngineCycles cycles = engine.cycles(VitcodData.deitTiny(), 64, 50, 2);
        assertEquals(9492, cycles.load());
        assertEquals(4728, cycles.decode());
        assertEquals(4709, cycles.compute());
        assertEquals(9492, cycles.total());
    }

    @ParameterizedTest
    @CsvSource({
        "deit_tiny_0.6, 9492, 4728, 28177, 32905",
        "deit_tiny_0.7, 9492, 4728, 22164, 26892",
        "deit_tiny_0.8, 9492, 4728, 13077, 17805",
        "deit_tiny_0.9, 9492, 4728, 4442, 9492",
        "deit_tiny_0.95, 9492, 4728, 2138, 9492",
        "deit_base_0.6, 26040, 9456, 136423, 145879",
        "deit_base_0.7, 26040, 9456, 106945, 116401",
        "deit_base_0.8, 26040, 9456, 59888, 69344",
        "deit_base_0.9, 26040, 9456, 21024, 30480",
        "deit_base_0.95, 26040, 9456, 10025, 26040"
    })
    void shouldPrintSimulatorsTotalsWhenMasksAreSynthetic(
            String key, double load, double decode, double compute, double total) {
        MaskStack masks = VitcodData.synthetic(key);
        EngineCycles cycles = engine.cycles(masks, 64, 50, masks.heads() == 3 ? 2 : 6);
        assertEquals(load, cycles.load());
        assertEquals(decode, cycles.decode());
        assertEquals(compute, cycles.compute());
        assertEquals(total, cycles.total());
    }

    @Test
    void shouldCountDenseAttentionWhenEveryTokenIsGlobal() {
        assertEquals(54936, engine.dense(VitcodData.deitTiny(), 64).total());
        assertEquals(
                215064, engine.dense(VitcodData.synthetic("deit_base_0.9"), 64).total());
    }

    @Test
    void shouldRefuseWhenMaskIsRectangular() {
        MaskStack masks = new MaskStack(new HeadMask[][] {{HeadMask.full(2, 3)}});
        assertThrows(MaskException.class, () -> engine.cycles(masks, 16, 1, 1));
        MaskStack square = new MaskStack(new HeadMask[][] {{HeadMask.full(3, 3)}});
        assertThrows(MaskException.class, () -> engine.cycles(square, 16, 1, 2));
    }
}
