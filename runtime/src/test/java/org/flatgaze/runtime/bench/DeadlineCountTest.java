package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.flatgaze.pipeline.FrameStatus;
import org.junit.jupiter.api.Test;

final class DeadlineCountTest {

    private static final long PERIOD = SmallReports.PERIOD_NANOS;

    private final IdleTimer idle = new IdleTimer(List.of());

    @Test
    void shouldCountNothingWhenAllWereInTime() {
        assertEquals(
                new Measurement.Deadlines(2, 0, 0), count(10, SmallReports.recorder(SmallReports.steady(10, 100))));
    }

    @Test
    void shouldCountLateFramesAndFramesThatNeverCame() {
        RunRecorder recorder = SmallReports.recorder(-1, 5, 5, 2 * PERIOD + 1, -1, -1, 2 * PERIOD, 5);
        // Two more were delivered after the last sample.
        assertEquals(new Measurement.Deadlines(2, 6, 0), count(10, recorder));
        assertEquals(1, recorder.late());
    }

    @Test
    void shouldCountSamplesThatSayLate() {
        RunRecorder recorder = new RunRecorder(PERIOD, 4);
        recorder.accept(SmallReports.sample(0, FrameStatus.LATE), 1);
        assertEquals(1, count(1, recorder).frames());
    }

    @Test
    void shouldPutAMissBesideTheStallOfTheMachine() {
        // From frame 5 on the machine slept for three periods.
        idle.note(5 * PERIOD, 8 * PERIOD);
        RunRecorder recorder = SmallReports.recorder(5, 5, 5, 5, 5, 3 * PERIOD, -1, -1, 5, 5, 5, 5, 5, 5, 3 * PERIOD);
        assertEquals(new Measurement.Deadlines(2, 4, 3), count(15, recorder));
        assertEquals(1, idle.stalls());
    }

    @Test
    void shouldCountAStallForAllFramesItCost() {
        RunRecorder recorder = new RunRecorder(PERIOD, 200);
        for (int i = 0; i < 100; i++) {
            recorder.accept(SmallReports.sample(i, FrameStatus.OK), i * PERIOD + 1_000_000);
        }
        recorder.accept(SmallReports.sample(100, FrameStatus.OK), 100 * PERIOD + 20 * PERIOD);
        Times.Percentiles corrected = Times.Percentiles.of(recorder.corrected().take());
        Times.Percentiles plain = Times.Percentiles.of(recorder.uncorrected().take());
        assertEquals(101, plain.count());
        assertEquals(101 + 19, corrected.count());
        assertTrue(corrected.p90() > 10 * plain.p90(), corrected::toString);
    }

    private Measurement.Deadlines count(long delivered, RunRecorder recorder) {
        return DeadlineCount.of(recorder.trace(), delivered, idle, PERIOD, 2);
    }
}
