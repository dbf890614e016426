package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LatencyRecorderTest {

    private final LatencyRecorder recorder = new LatencyRecorder();

    @Test
    void shouldBeEmptyWhenNothingWasRecorded() {
        assertEquals(0, recorder.summary().count());
        assertTrue(Double.isNaN(recorder.summary().p99Ms()));
    }

    @Test
    void shouldKeepEverythingWhenAskedInBetween() {
        for (int i = 1; i <= 1000; i++) {
            recorder.record(i * 10_000L);
            if (i % 100 == 0) {
                assertEquals(i, recorder.summary().count());
            }
        }
        LatencyRecorder.Summary summary = recorder.summary();
        assertEquals(5.0, summary.p50Ms(), 0.01);
        assertEquals(9.9, summary.p99Ms(), 0.01);
        assertEquals(10.0, summary.maxMs(), 0.01);
        assertEquals(5.0, summary.meanMs(), 0.02);
    }

    @Test
    void shouldClampWhenValueIsOutOfRange() {
        recorder.record(-5);
        recorder.record(Long.MAX_VALUE);
        assertEquals(60_000, recorder.summary().maxMs(), 60);
        assertEquals(2, recorder.summary().count());
    }

    @Test
    void shouldForgetWhenReset() {
        recorder.record(1_000_000);
        recorder.reset();
        assertEquals(0, recorder.summary().count());
    }
}
