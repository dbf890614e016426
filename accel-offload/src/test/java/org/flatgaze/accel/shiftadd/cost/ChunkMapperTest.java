package org.flatgaze.accel.shiftadd.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Division of an area into chunks (NASA), the mapper over loop orders and tiles, and the front of what remains. */
final class ChunkMapperTest {

    private static final UnitEnergies INT8 = UnitEnergies.named("45nm-int8");
    private static final ChunkProfile SMALL = new ChunkProfile("small", 64, 0, 0, 16_384, 4, 250e6);

    /** R9. */
    @Test
    void shouldDivideTheAreaInProportionWhenOperationsAreThoseOfV4() {
        ChunkAreas areas = ChunkAreas.standard();
        assertEquals(419, areas.multiply());
        assertEquals(171, areas.shift());
        assertEquals(173, areas.add());
        ChunkAllocation split =
                ChunkAllocation.divide(2_717_000_000L, 1_030_000_000L, 0, areas, 168 * areas.multiply());
        assertEquals(145.5, split.multiplyShare(), 0.05);
        assertEquals(55.2, split.shiftShare(), 0.05);
        assertEquals(0, split.addShare());
        assertEquals(18.67e6, split.idealCycles(), 0.005e6);
        assertEquals(-16.3, 100 * (split.idealCycles() / (3_747_000_000L / 168.0) - 1), 0.05);
        assertTrue(split.multiply() * 419 + split.shift() * 171 <= 168 * 419);
        assertTrue(split.cycles() >= split.idealCycles());
        assertTrue(split.cycles() < 1.01 * split.idealCycles());
    }

    @Test
    void shouldFindTheBestWholeNumbersWhenTheAreaIsSmall() {
        ChunkAreas areas = new ChunkAreas(4, 2, 1);
        ChunkAllocation split = ChunkAllocation.divide(100, 60, 30, areas, 30);
        double best = Double.POSITIVE_INFINITY;
        for (int m = 1; m <= 7; m++) {
            for (int s = 1; s <= 15; s++) {
                int a = 30 - 4 * m - 2 * s;
                if (a >= 1) {
                    best = Math.min(best, Math.max(100.0 / m, Math.max(60.0 / s, 30.0 / a)));
                }
            }
        }
        assertEquals(best, split.cycles(), 1e-9);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ChunkAllocation.divide(1, 1, 1, areas, 6.9));
        assertEquals("area=6.9: expected at least 7.0 for one element of every kind needed", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ChunkAllocation.divide(0, 0, 0, areas, 99));
        assertThrows(
                IllegalArgumentException.class,
                () -> ChunkAreas.of(UnitEnergies.named("zc706-int8"), UnitEnergies.named("zc706-int32")));
    }

    @Test
    void shouldReuseATileWhenOnlyInnerLoopsDoNotTouchIt() {
        // Weights depend on M and C: with E innermost they stay, with E outermost they are fetched again each time.
        assertEquals(2 * 3, LoopOrder.MCE.fetches("MC", 2, 3, 5));
        assertEquals(2 * 3 * 5, LoopOrder.EMC.fetches("MC", 2, 3, 5));
        assertEquals(2 * 5 * 3, LoopOrder.MEC.fetches("MC", 2, 3, 5));
        assertEquals(5, LoopOrder.ECM.fetches("E", 2, 3, 5));
        // A loop of a single trip does not end the reuse.
        assertEquals(3, LoopOrder.CEM.fetches("C", 1, 3, 1));
    }

    @Test
    void shouldNeverMoveLessThanEachByteOnceWhenMapped() {
        LayerShape layer = LayerShape.convolution(LayerKind.CONV, "c", 32, 48, 14, 3, 1, 1);
        ChunkMapping mapping = new ChunkMapper(SMALL, INT8).map(layer);
        double once = 32 * 14 * 14 + 9 * 32 * 48 + 48 * 14 * 14;
        assertTrue(mapping.dramBytes() >= once);
        assertTrue(mapping.cycles() >= layer.taps() / 64.0);
        assertTrue(mapping.cycles() >= mapping.dramBytes() / 4);
    }

    @Test
    void shouldCostLessTimeWhenThereIsMoreOfEverything() {
        LayerShape layer = LayerShape.convolution(LayerKind.SHIFT, "s", 64, 64, 28, 3, 1, 1);
        ChunkMapping small = new ChunkMapper(SMALL, INT8).map(layer);
        ChunkMapping large =
                new ChunkMapper(new ChunkProfile("large", 64, 512, 0, 1 << 20, 32, 250e6), INT8).map(layer);
        assertTrue(large.cycles() < small.cycles());
        assertTrue(large.energyMj() < small.energyMj()); // shifts instead of multiplications, fewer DRAM bytes
    }

    @Test
    void shouldSaySoWhenTheBufferIsTooSmall() {
        ChunkProfile tiny = new ChunkProfile("tiny", 64, 0, 0, 64, 4, 250e6);
        InfeasibleMappingException e = assertThrows(
                InfeasibleMappingException.class,
                () -> new ChunkMapper(tiny, INT8)
                        .map(LayerShape.convolution(LayerKind.CONV, "wide", 8, 8, 56, 3, 1, 1)));
        assertTrue(e.getMessage().startsWith("layer wide fits no tile: bufferBytes=64"), e.getMessage());
    }

    @Test
    void shouldKeepOnlyWhatNothingBeatsWhenPointsAreCompared() {
        DesignPoint fast = new DesignPoint("a", "p", 1, 1, 9);
        DesignPoint frugal = new DesignPoint("a", "q", 9, 9, 1);
        DesignPoint dominated = new DesignPoint("b", "p", 2, 1, 9);
        assertEquals(List.of(fast, frugal), DesignPoint.paretoFront(List.of(dominated, fast, frugal)));
        assertEquals(2, DesignPoint.paretoFront(List.of(fast, fast)).size()); // equals do not beat each other
    }
}
