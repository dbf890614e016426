package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;

final class FrameThreadsTest {

    private static final long PERIOD = 4_000_000;

    @Test
    void shouldTakeTwoWhereAFrameTakesMostOfAPeriodAndThereIsASecondCore() {
        assertEquals(1, FrameThreads.AUTO.on(RegionMode.WORKER, 2, 60 * PERIOD / 100, PERIOD));
        assertEquals(2, FrameThreads.AUTO.on(RegionMode.WORKER, 2, 60 * PERIOD / 100 + 1, PERIOD));
        assertEquals(1, FrameThreads.AUTO.on(RegionMode.WORKER, 1, PERIOD, PERIOD));
        assertEquals(1, FrameThreads.AUTO.on(RegionMode.SLICED, 2, PERIOD, PERIOD));
    }

    @Test
    void shouldDoAsToldOtherwise() {
        assertEquals(1, FrameThreads.of("1").on(RegionMode.WORKER, 8, 2 * PERIOD, PERIOD));
        assertEquals(2, FrameThreads.of("2").on(RegionMode.WORKER, 1, 1, PERIOD));
        assertEquals(1, FrameThreads.of("2").on(RegionMode.SLICED, 1, 1, PERIOD), "there is none for regions");
        String said = assertThrows(IllegalArgumentException.class, () -> FrameThreads.of("3"))
                .getMessage();
        assertTrue(said.contains("'3': expected auto, 1 or 2"), said);
    }

    @Test
    void shouldMeasureTheMiddleFrame() {
        long[] now = {0};
        FakeProcessor processor = new FakeProcessor(sequence -> now[0] += 7);
        assertEquals(7, FrameThreads.measure(processor, new SensorFrame(FakeFrames.FORMAT), () -> now[0]));
    }

    @Test
    void shouldSayWhatItChose() {
        List<String> said = new ArrayList<>();
        FakeProcessor processor = new FakeProcessor(sequence -> {});
        SensorFrame frame = new SensorFrame(FakeFrames.FORMAT);
        assertEquals(1, FrameThreads.AUTO.choose(processor, frame, RegionMode.WORKER, 1_000_000_000, said::add));
        assertEquals(2, FrameThreads.TWO.choose(processor, frame, RegionMode.WORKER, 1_000_000_000, said::add));
        assertTrue(said.get(0).endsWith("of a period of 1000.0 ms: one frame thread"), said::toString);
        assertTrue(said.get(1).endsWith(": 2 frame threads"), said::toString);
    }
}
