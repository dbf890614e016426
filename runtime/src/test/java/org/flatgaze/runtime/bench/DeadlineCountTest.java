package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.flatgaze.pipeline.FrameStatus;
import org.junit.jupiter.api.Test;

final class DeadlineCountTest {

    private static final long PERIOD = SmallReports.PERIOD_NANOS;

    private final IdleTimer idle = new IdleTimer(List.of());

    @Test
    void shouldCountNothingWhenAllWereInTime() {
        assertEquals(
                new Measurement.Deadlines(2, 0, 0, List.of()),
                count(10, SmallReports.recorder(SmallReports.steady(10, 100))));
    }

    @Test
    void shouldCountLateFramesAndFramesThatNeverCame() {
        RunRecorder recorder = SmallReports.recorder(-1, 5, 5, 2 * PERIOD + 1, -1, -1, 2 * PERIOD, 5);
        // Two more were delivered after the last sample.
        Measurement.Deadlines deadlines = count(10, recorder);
        assertEquals(6, deadlines.frames());
        assertEquals(0, deadlines.duringStalls());
        assertEquals(1, recorder.late());
        assertEquals(
                List.of(0L, 3L, 4L, 5L, 8L, 9L),
                deadlines.misses().stream().map(Measurement.Miss::sequence).toList());
        Measurement.Miss late = deadlines.misses().get(1);
        assertEquals(2 * PERIOD, late.atNanos(), "after the first frame that has a sample");
        assertEquals("publish", late.longestPart());
        assertEquals(2 * PERIOD + 1, Arrays.stream(late.parts()).sum());
        assertEquals("no sample", deadlines.misses().getFirst().longestPart());
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
        Measurement.Deadlines deadlines = count(15, recorder);
        assertEquals(4, deadlines.frames());
        assertEquals(3, deadlines.duringStalls());
        assertEquals(
                List.of(true, true, true, false),
                deadlines.misses().stream().map(Measurement.Miss::inStall).toList());
        assertEquals(1, idle.stalls());
    }

    @Test
    void shouldTellOfPausesTooShortForAStall() {
        idle.note(PERIOD, PERIOD + 900_000);
        idle.note(2 * PERIOD, 2 * PERIOD + 99_000);
        Measurement.Deadlines deadlines = count(2, SmallReports.recorder(5, 2 * PERIOD + 1));
        assertEquals(0, deadlines.duringStalls());
        assertEquals(900_000, deadlines.misses().getFirst().idleLateNanos());
        assertEquals(0, idle.stalls());
    }

    @Test
    void shouldKeepRoomForStallsBesideShortPauses() {
        for (int i = 0; i < 250_000; i++) {
            idle.note(i * 2_000_000L, i * 2_000_000L + 200_000);
        }
        long late = 300_000 * 2_000_000L;
        idle.note(late, late + 2_000_000);
        assertTrue(idle.isStalled(late, late + 1));
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
