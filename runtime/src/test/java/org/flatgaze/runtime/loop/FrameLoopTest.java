package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FrameLoopTest {

    private static final FrameLoopConfig CONFIG = new FrameLoopConfig(1_000_000, 2, 3, 3, Long.MAX_VALUE, 64);

    private final GazeSample out = new GazeSample();
    private final List<String> news = new CopyOnWriteArrayList<>();
    private final List<String> roles = new CopyOnWriteArrayList<>();
    private final LoopListener listener = new LoopListener() {
        @Override
        public void onThread(String role, int number) {
            roles.add(role + " " + number + " on " + Thread.currentThread().getName());
        }

        @Override
        public void onState(LoopState state, String reason) {
            news.add(state.name());
        }

        @Override
        public void onFailure(String stage, Throwable cause) {
            news.add(stage);
        }
    };

    /** Lets the source deliver a frame only after the previous sample was taken. */
    private final Semaphore turn = new Semaphore(1);

    @Test
    void shouldGiveASampleForEveryFrameWhenThereIsTime() {
        int count = 300;
        try (FrameLoop loop = new FrameLoop(paced(count), List.of(ok()), ok(), CONFIG, () -> 0, listener)) {
            loop.start();
            for (int i = 0; i < count; i++) {
                await(loop);
                assertEquals(i, out.sequence);
                assertEquals(0, out.dropped);
                turn.release();
            }
            assertFalse(awaitOrEnd(loop));
            assertNull(loop.failure());
            assertEquals(count, loop.framesProcessed());
            assertEquals(count, loop.framesCaptured());
            assertEquals(0, loop.framesReplaced() + loop.framesMissed() + loop.framesLate() + loop.samplesDropped());
        }
        assertEquals(List.of("READY", "STOPPED"), news);
        assertEquals(Set.of("capture 0 on capture", "frame 0 on frame-0", "region 0 on region"), Set.copyOf(roles));
    }

    @Test
    void shouldLeaveTheFrameThreadOnceAFrameIsHandedOn() {
        int count = 50;
        List<String> order = new CopyOnWriteArrayList<>();
        LoopListener noting = new LoopListener() {
            @Override
            public void onState(LoopState state, String reason) {}

            @Override
            public void onFailure(String stage, Throwable cause) {}

            @Override
            public void onSample() {
                order.add("sample");
            }

            @Override
            public void onFrameDone(long captureNanos) {
                order.add("free on " + Thread.currentThread().getName());
                turn.release();
            }
        };
        try (FrameLoop loop = new FrameLoop(paced(count), List.of(ok()), ok(), CONFIG, () -> 0, noting)) {
            loop.start();
            for (int i = 0; i < count; i++) {
                await(loop);
            }
            assertFalse(awaitOrEnd(loop));
        }
        for (int i = 0; i < 2 * count; i++) {
            assertEquals(i % 2 == 0 ? "sample" : "free on frame-0", order.get(i));
        }
    }

    @Test
    void shouldAccountForEveryFrameWhenTheSourceIsFaster() {
        int count = 50_000;
        FakeFrames source = new FakeFrames(count, () -> 0, s -> {});
        long samples = 0;
        try (FrameLoop loop = new FrameLoop(source, List.of(ok()), ok(), CONFIG, () -> 0, listener)) {
            loop.start();
            long last = -1;
            while (awaitOrEnd(loop)) {
                assertTrue(out.sequence > last);
                last = out.sequence;
                samples++;
            }
            assertEquals(count - 1, last, "the newest frame is never lost");
            assertEquals(count, samples + loop.samplesDropped() + loop.framesReplaced());
            assertEquals(0, loop.framesMissed());
        }
    }

    @Test
    void shouldHoldTheRateWithTwoThreadsWhenAFrameTakesMoreThanAPeriod() {
        // Each frame ends only when the next one has begun: with one thread nothing would ever come out.
        int count = 101;
        AtomicLong newest = new AtomicLong(-1);
        LongConsumer slow = sequence -> {
            newest.set(sequence);
            waitFor(newest::get, Math.min(sequence + 1, count - 1));
        };
        List<FakeProcessor> two = List.of(new FakeProcessor(slow), new FakeProcessor(slow));
        FakeFrames source = new FakeFrames(count, () -> 0, sequence -> waitFor(newest::get, sequence - 1));
        try (FrameLoop loop = new FrameLoop(source, two, ok(), CONFIG, () -> 0, listener)) {
            loop.start();
            for (int i = 0; i < count; i++) {
                await(loop);
                assertEquals(i, out.sequence);
                assertEquals(0, out.dropped);
            }
            assertFalse(awaitOrEnd(loop));
            assertEquals(0, loop.samplesOvertaken() + loop.framesReplaced());
        }
        assertTrue(roles.containsAll(List.of("frame 0 on frame-0", "frame 1 on frame-1")));
        assertEquals(List.of("READY", "STOPPED"), news);
    }

    @Test
    void shouldComputeRegionsBesideTheFrames() {
        Semaphore regions = new Semaphore(0);
        FakeProcessor main = new FakeProcessor(s -> {}, 10, s -> news.add("wrong instance"));
        FakeProcessor beside = new FakeProcessor(s -> {}, 10, s -> regions.release());
        try (FrameLoop loop = new FrameLoop(paced(21), List.of(main), beside, CONFIG, () -> 0, listener)) {
            loop.start();
            for (int i = 0; i < 21; i++) {
                await(loop);
                if (i % 10 == 0) {
                    assertTrue(acquire(regions), "region of frame " + i);
                    waitFor(loop::regionUpdates, i / 10 + 1L);
                }
                turn.release();
            }
            assertEquals(0, loop.regionFailures());
        }
        assertFalse(news.contains("wrong instance"));
    }

    @Test
    void shouldComputeRegionsOnTheFrameThreadWhenSliced() {
        List<String> threads = new CopyOnWriteArrayList<>();
        FakeProcessor main = new FakeProcessor(
                s -> {},
                10,
                s -> threads.add(s + " on " + Thread.currentThread().getName()));
        RegionSlicer slicer =
                new RegionSlicer(main, SoftwareSlices.of(new long[] {1}, 1, 10), 1_000_000, () -> 0, listener);
        try (FrameLoop loop = new FrameLoop(paced(21), main, slicer, CONFIG, () -> 0, listener)) {
            loop.start();
            for (int i = 0; i < 21; i++) {
                await(loop);
                turn.release();
            }
            assertFalse(awaitOrEnd(loop));
            assertEquals(3, loop.regionUpdates());
            assertEquals(0, loop.regionFailures());
        }
        assertEquals(List.of("0 on frame-0", "10 on frame-0", "20 on frame-0"), threads);
        assertEquals(Set.of("capture 0 on capture", "frame 0 on frame-0"), Set.copyOf(roles));
    }

    @Test
    void shouldGoOnWithTheHeldRegionWhenSegmentationFails() {
        FakeProcessor beside = new FakeProcessor(s -> {}, 10, s -> {
            throw new IllegalStateException("no");
        });
        try (FrameLoop loop = new FrameLoop(
                paced(5), List.of(new FakeProcessor(s -> {}, 10, s -> {})), beside, CONFIG, () -> 0, listener)) {
            loop.start();
            for (int i = 0; i < 5; i++) {
                await(loop);
                turn.release();
            }
            waitFor(loop::regionFailures, 1L);
            assertEquals(LoopState.READY, loop.state() == LoopState.STOPPED ? LoopState.READY : loop.state());
        }
        assertTrue(news.contains("region of frame 0"));
    }

    @Test
    void shouldEndWithTheCauseWhenTheSourceVanishes() {
        FakeFrames source = paced(100);
        source.failSequence = 1;
        source.failAt = new IOException("camera unplugged");
        try (FrameLoop loop = new FrameLoop(source, List.of(ok()), ok(), CONFIG, () -> 0, listener)) {
            loop.start();
            while (loop.failure() == null) {
                LockSupport.parkNanos(1_000);
            }
            assertEquals(
                    "camera unplugged",
                    assertInstanceOf(IOException.class, loop.failure()).getMessage());
        }
    }

    @Test
    void shouldEndByItselfAtTheFrameLimit() {
        FrameLoopConfig limited = new FrameLoopConfig(1_000_000, 2, 3, 3, 4, 64);
        try (FrameLoop loop = new FrameLoop(paced(1000), List.of(ok()), ok(), limited, () -> 0, listener)) {
            loop.start();
            int samples = 0;
            while (awaitOrEnd(loop)) {
                samples++;
                turn.release();
            }
            assertEquals(4, samples);
        }
    }

    @Test
    void shouldCountEveryFrameUpToTheLimitWhenTwoThreadsRace() {
        FrameLoopConfig limited = new FrameLoopConfig(1_000_000, 2, 3, 3, 1_000, 2048);
        FakeFrames source = new FakeFrames(Long.MAX_VALUE, () -> 0, s -> {});
        try (FrameLoop loop = new FrameLoop(source, List.of(ok(), ok()), ok(), limited, () -> 0, listener)) {
            loop.start();
            long last = -1;
            long lost = 0;
            long samples = 0;
            while (awaitOrEnd(loop)) {
                assertTrue(out.sequence > last);
                lost += last < 0 ? 0 : out.sequence - last - 1;
                assertEquals(last < 0 ? 0 : out.sequence - last - 1, out.dropped);
                last = out.sequence;
                samples++;
            }
            assertEquals(1_000, samples + loop.samplesOvertaken());
            assertTrue(lost <= loop.framesReplaced() + loop.samplesOvertaken());
        }
    }

    @Test
    void shouldRejectConfigurationThatMakesNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new FrameLoopConfig(99_999, 2, 3, 3, 1, 64));
        assertThrows(IllegalArgumentException.class, () -> new FrameLoopConfig(1_000_000, 0, 3, 3, 1, 64));
        assertThrows(IllegalArgumentException.class, () -> new FrameLoopConfig(1_000_000, 2, 0, 3, 1, 64));
        assertThrows(IllegalArgumentException.class, () -> new FrameLoopConfig(1_000_000, 2, 3, 3, 0, 64));
        assertEquals(4_166_667, FrameLoopConfig.ofRate(240).periodNanos());
    }

    private FakeFrames paced(long count) {
        return new FakeFrames(count, () -> 0, s -> acquire(turn));
    }

    private static FakeProcessor ok() {
        return new FakeProcessor(s -> {});
    }

    private static boolean acquire(Semaphore semaphore) {
        try {
            return semaphore.tryAcquire(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void waitFor(LongSupplier counter, long atLeast) {
        while (counter.getAsLong() < atLeast) {
            LockSupport.parkNanos(1_000);
        }
    }

    private void await(FrameLoop loop) {
        assertTrue(awaitOrEnd(loop), () -> "ended early: " + loop.failure());
    }

    private boolean awaitOrEnd(FrameLoop loop) {
        while (!loop.poll(out)) {
            if (loop.isFinished()) {
                return false;
            }
            LockSupport.parkNanos(1_000);
        }
        return true;
    }
}
