package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;

final class FrameThreadsTest {

    private static final long PERIOD = 4_000_000;

    @Test
    void shouldTakeTwoWhereAFrameTakesMostOfAPeriodAndThereIsASecondCore() {
        assertEquals(1, FrameThreads.AUTO.on(RegionMode.WORKER, 2, PERIOD / 2, PERIOD));
        assertEquals(2, FrameThreads.AUTO.on(RegionMode.WORKER, 2, PERIOD, PERIOD));
        assertEquals(1, FrameThreads.AUTO.on(RegionMode.WORKER, 1, PERIOD, PERIOD));
        assertEquals(1, FrameThreads.AUTO.on(RegionMode.SLICED, 2, PERIOD, PERIOD));
    }

    @Test
    void shouldDoAsToldOtherwise() {
        assertEquals(1, FrameThreads.of("1").on(RegionMode.WORKER, 8, 2 * PERIOD, PERIOD));
        assertEquals(2, FrameThreads.of("2").on(RegionMode.WORKER, 1, 1, PERIOD));
        String said = assertThrows(IllegalArgumentException.class, () -> FrameThreads.of("3"))
                .getMessage();
        assertTrue(said.contains("'3': expected auto, 1 or 2"), said);
    }

    @Test
    void shouldMeasureTheMiddleFrame() {
        long[] now = {0};
        FakeProcessor processor = new FakeProcessor(sequence -> now[0] += 7);
        assertEquals(7, FrameThreads.measure(processor, new SensorFrame(FakeFrames.FORMAT), () -> now[0]));
        assertTrue(
                FrameThreads.text(2, 6_500_000, 4_166_667).contains("6.5 ms of a period of 4.2 ms: 2 frame threads"));
    }
}
