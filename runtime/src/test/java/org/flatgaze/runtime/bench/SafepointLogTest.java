package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SafepointLogTest {

    @Test
    void shouldAddUpTheTotalsOfTheLog() {
        SafepointLog.Pauses pauses = SafepointLog.of(List.of(
                "Safepoint \"SerialCollectForAllocation\", Time since last: 9 ns, Reaching safepoint: 1 ns, Total: 3000000 ns",
                "something else",
                "Safepoint \"ThreadDump\", Time since last: 2 ns, Total: 500000 ns, Threads: 1 runnable, 9 total"));
        assertEquals(new SafepointLog.Pauses(2, 3.5, 3), pauses);
    }

    @Test
    void shouldHearOfACollection() {
        try (SafepointLog log = new SafepointLog()) {
            System.gc();
            SafepointLog.Pauses pauses = log.end();
            assertTrue(pauses.count() >= 1, pauses::toString);
            assertTrue(pauses.longestMs() > 0 && pauses.totalMs() >= pauses.longestMs(), pauses::toString);
            System.gc();
            assertEquals(SafepointLog.Pauses.UNKNOWN, log.end(), "it has ended");
        }
    }
}
