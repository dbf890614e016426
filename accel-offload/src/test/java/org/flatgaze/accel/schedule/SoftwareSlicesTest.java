package org.flatgaze.accel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.flatgaze.accel.schedule.SoftwareSlices.Slice;
import org.junit.jupiter.api.Test;

final class SoftwareSlicesTest {

    @Test
    void shouldCoverEveryLayerOnceWhenTimesAreRandom() {
        for (int seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            long[] nanos = random.longs(1 + random.nextInt(60), 0, 1000).toArray();
            long slack = 1L + random.nextInt(3000);
            SoftwareSlices slices = SoftwareSlices.of(nanos, slack, 50);
            int next = 0;
            for (int i = 0; i < slices.slices().size(); i++) {
                Slice slice = slices.slices().get(i);
                assertEquals(i, slice.frame());
                assertEquals(next, slice.fromLayer(), "seed " + seed);
                assertTrue(slice.toLayer() > slice.fromLayer());
                assertTrue(slice.nanos() <= slack || slice.toLayer() == slice.fromLayer() + 1, "seed " + seed);
                next = slice.toLayer();
            }
            assertEquals(nanos.length, next);
        }
    }

    @Test
    void shouldNotFitWhenOneLayerIsLongerThanTheSlack() {
        SoftwareSlices slices = SoftwareSlices.of(new long[] {10, 90, 10}, 50, 10);
        assertEquals(3, slices.frames());
        assertEquals(1, slices.overruns());
        assertEquals(90, slices.worstNanos());
        assertFalse(slices.fits());
    }

    @Test
    void shouldNotFitWhenThePeriodIsTooShort() {
        assertTrue(SoftwareSlices.of(new long[] {40, 40, 40}, 50, 3).fits());
        assertFalse(SoftwareSlices.of(new long[] {40, 40, 40}, 50, 2).fits());
    }

    @Test
    void shouldRefuseWhenNumbersAreImpossible() {
        assertThrows(IllegalArgumentException.class, () -> SoftwareSlices.of(new long[0], 1, 1));
        assertThrows(IllegalArgumentException.class, () -> SoftwareSlices.of(new long[] {-1}, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> SoftwareSlices.of(new long[] {1}, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> SoftwareSlices.of(new long[] {1}, 1, 0));
    }
}
