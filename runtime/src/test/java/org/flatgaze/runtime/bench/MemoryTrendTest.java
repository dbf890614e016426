package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MemoryTrendTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldTellALeakFromASettledRun() {
        try (MemoryTrend trend = new MemoryTrend(0)) {
            for (int i = 0; i < 400; i++) {
                // Resident memory grows while the run settles, then no more.
                trend.note(i * SECOND, 10 + i / 60.0 * 0.5, Math.min(300, 200 + 2 * i));
            }
            assertEquals(0.5, trend.heapMbPerMinute(), 1e-9);
            assertEquals(0, trend.rssMbPerMinute(), 1e-9);
        }
    }

    @Test
    void shouldKeepTheWholeRunHoweverLongItIs() {
        try (MemoryTrend trend = new MemoryTrend(0)) {
            for (int i = 0; i < 30_000; i++) {
                trend.note(i * SECOND, i, 1);
            }
            assertTrue(trend.count() > 100 && trend.count() <= 512, "count=" + trend.count());
            assertEquals(0, trend.seconds(0));
            assertEquals(29_999, trend.seconds(trend.count() - 1), 1e-6);
            assertEquals(60, trend.heapMbPerMinute(), 1e-6);
        }
    }

    @Test
    void shouldSayNothingAboutAShortRun() {
        try (MemoryTrend trend = new MemoryTrend(0)) {
            trend.note(0, 1, 1);
            trend.note(SECOND, 2, 2);
            assertTrue(Double.isNaN(trend.heapMbPerMinute()));
            assertEquals(null, trend.toJson().get("heap_mb_per_min"));
        }
    }

    @Test
    void shouldLookEverySecondAndSeeThisProcess() {
        try (MemoryTrend trend = new MemoryTrend(0)) {
            trend.look(0);
            trend.look(SECOND - 1);
            trend.look(SECOND);
            assertEquals(2, trend.count());
            assertTrue(trend.heapMb(0) > 0.1, "heap " + trend.heapMb(0));
            if (Files.exists(Path.of("/proc/self/status"))) {
                assertTrue(trend.rssMb(0) > 20 && trend.rssMb(0) < 1e5, "resident " + trend.rssMb(0));
            }
        }
    }
}
