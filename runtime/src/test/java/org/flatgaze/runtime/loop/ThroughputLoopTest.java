package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ThroughputLoopTest {

    private static final long SECOND = 1_000_000_000L;

    private final GazeSample out = new GazeSample();
    private final AtomicLong now = new AtomicLong(1000);
    private final NanoClock clock = now::incrementAndGet;
    private final List<Long> admitted = Collections.synchronizedList(new ArrayList<>());

    @Test
    void shouldDeliverEveryFrameInOrderWhenThreadsAreUnequal() throws Exception {
        int count = 5000;
        AtomicLong processed = new AtomicLong();
        FakeProcessor fast = new FakeProcessor(sequence -> processed.incrementAndGet());
        FakeProcessor slow = new FakeProcessor(sequence -> {
            processed.incrementAndGet();
            for (int i = 0; i < 2000; i++) {
                Thread.onSpinWait();
            }
        });
        try (ThroughputLoop loop = loop(new FakeFrames(count, () -> -1, s -> {}), fast, slow, Long.MAX_VALUE)) {
            loop.start();
            for (int i = 0; i < count; i++) {
                await(loop);
                assertEquals(i, out.sequence);
                assertEquals(i, out.dirX);
                assertTrue(out.captureNanos > 0, "stamped by the loop when the frame was taken");
            }
            assertTrue(loop.join(SECOND));
            assertTrue(loop.isFinished());
            assertFalse(loop.isStopped());
            assertFalse(loop.poll(out));
            assertNull(loop.failure());
        }
        assertEquals(count, processed.get(), "no frame skips the net");
        assertEquals(LongStream.range(0, count).boxed().toList(), admitted);
    }

    @Test
    void shouldStopAtTheLimitWhenTheSourceHasMore() throws Exception {
        try (ThroughputLoop loop = loop(new FakeFrames(1000, clock, s -> {}), ok(), ok(), 10)) {
            loop.start();
            for (int i = 0; i < 10; i++) {
                await(loop);
            }
            assertTrue(loop.join(SECOND));
            assertTrue(loop.isFinished());
            assertEquals(10, loop.framesTaken());
        }
    }

    @Test
    void shouldTryAgainWhenTheSourceTimesOut() throws Exception {
        FakeFrames source = new FakeFrames(1, clock, s -> {});
        source.timeouts = 3;
        try (ThroughputLoop loop = loop(source, ok(), ok(), Long.MAX_VALUE)) {
            loop.start();
            await(loop);
            assertEquals(0, out.sequence);
        }
    }

    @Test
    void shouldRefreshRegionAfterTheSampleHasLeft() throws Exception {
        CountDownLatch sampleSeen = new CountDownLatch(1);
        AtomicLong regionFrame = new AtomicLong(-1);
        FakeProcessor processor = new FakeProcessor(s -> {}, 50, sequence -> {
            if (awaitLatch(sampleSeen)) {
                regionFrame.set(sequence);
            }
        });
        FakeFrames source = new FakeFrames(20, clock, s -> {});
        try (ThroughputLoop loop = new ThroughputLoop(source, List.of(processor), s -> {}, clock, Long.MAX_VALUE)) {
            loop.start();
            await(loop);
            assertEquals(0, out.sequence);
            sampleSeen.countDown();
            for (int i = 1; i < 20; i++) {
                await(loop);
            }
            assertTrue(loop.join(SECOND));
            assertEquals(0, regionFrame.get());
            assertEquals(1, loop.regionUpdates());
        }
    }

    @Test
    void shouldStopWithTheCauseWhenAThreadFails() throws Exception {
        IllegalStateException cause = new IllegalStateException("net is gone");
        FakeProcessor broken = new FakeProcessor(sequence -> {
            if (sequence >= 2) {
                throw cause;
            }
        });
        try (ThroughputLoop loop =
                loop(new FakeFrames(1_000_000_000, clock, s -> {}), broken, broken, Long.MAX_VALUE)) {
            loop.start();
            assertTrue(loop.join(10 * SECOND));
            assertTrue(loop.isFinished());
            assertTrue(loop.isStopped());
            assertSame(cause, loop.failure());
        }
    }

    @Test
    void shouldStopWithTheCauseWhenTheSourceFails() throws Exception {
        FakeFrames source = new FakeFrames(1000, clock, s -> {});
        source.failSequence = 3;
        source.failAt = new IOException("camera unplugged");
        try (ThroughputLoop loop = loop(source, ok(), ok(), Long.MAX_VALUE)) {
            loop.start();
            assertTrue(loop.join(10 * SECOND));
            assertEquals(
                    "camera unplugged",
                    assertInstanceOf(IOException.class, loop.failure()).getMessage());
        }
    }

    @Test
    void shouldStopInTimeWhenNobodyTakesSamples() throws Exception {
        ThroughputLoop loop = loop(new FakeFrames(Long.MAX_VALUE, clock, s -> {}), ok(), ok(), Long.MAX_VALUE);
        loop.start();
        for (int i = 0; i < 100; i++) {
            await(loop);
        }
        loop.close();
        assertTrue(loop.isFinished());
        assertNull(loop.failure(), "being asked to stop is no failure");
    }

    @Test
    void shouldRejectWhenThereIsNoProcessor() {
        FakeFrames source = new FakeFrames(1, clock, s -> {});
        assertThrows(IllegalArgumentException.class, () -> new ThroughputLoop(source, List.of(), s -> {}, clock, 1));
    }

    private ThroughputLoop loop(FakeFrames source, FakeProcessor a, FakeProcessor b, long limit) {
        return new ThroughputLoop(source, List.of(a, b), admitted::add, clock, limit);
    }

    private static FakeProcessor ok() {
        return new FakeProcessor(sequence -> {});
    }

    private static boolean awaitLatch(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void await(ThroughputLoop loop) {
        while (!loop.poll(out)) {
            assertFalse(loop.isFinished(), () -> "ended early: " + loop.failure());
            loop.awaitSample(1_000_000);
        }
    }
}
