package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left for a publish thread that comes back after a long time. */
@Timeout(30)
final class StalledPublisherTest {

    private static final int FRAMES = 500;
    private static final int SLOTS = 2;

    @Test
    void shouldLeaveTheNewestSamplesAndCountTheRestWhenNobodyTakesThem() {
        AtomicLong clock = new AtomicLong();
        FrameLoopConfig config = new FrameLoopConfig(1_000_000, 2, 3, 3, Long.MAX_VALUE, SLOTS);
        FrameLoop[] holder = new FrameLoop[1];
        FakeFrames source = new FakeFrames(FRAMES, clock::get, sequence -> {
            while (holder[0].framesProcessed() < sequence) {
                LockSupport.parkNanos(1_000);
            }
            clock.addAndGet(1_000_000);
        });
        try (FrameLoop loop = new FrameLoop(
                source,
                List.of(new FakeProcessor(s -> {})),
                new FakeProcessor(s -> {}),
                config,
                clock::get,
                LoopListener.NONE)) {
            holder[0] = loop;
            loop.start();
            while (loop.framesProcessed() < FRAMES) {
                LockSupport.parkNanos(1_000);
            }
            GazeSample sample = new GazeSample();
            assertTrue(loop.poll(sample));
            assertTrue(FRAMES - 1 - sample.sequence <= 2, "at most two frames old, not frame " + sample.sequence);
            assertEquals((float) sample.sequence, sample.dirX);
            assertTrue(loop.poll(sample));
            assertEquals(FRAMES - 1, sample.sequence);
            assertEquals(FRAMES - SLOTS, loop.samplesDropped());
        }
    }
}
