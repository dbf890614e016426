package org.flatgaze.pipeline.roi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RoiTrackerTest {

    private static final long SECOND = 1_000_000_000L;

    private final RoiTracker tracker = new RoiTracker(new RoiSchedule(50, 8), 10 * SECOND);
    private final RoiEstimate out = new RoiEstimate();

    private void publish(long source) {
        tracker.publish(estimate(source));
    }

    private static RoiEstimate estimate(long source) {
        RoiEstimate estimate = new RoiEstimate();
        estimate.found = true;
        estimate.sourceSequence = source;
        estimate.regionSequence = source;
        estimate.roiX = (int) (source % 97);
        estimate.pupilX = source;
        estimate.openness = source;
        return estimate;
    }

    private long sourceFor(long sequence) {
        tracker.regionFor(sequence, true, out);
        return out.sourceSequence;
    }

    @Test
    void shouldUseFirstSourceAtOnceAndLaterOnesAfterTheLag() {
        tracker.admit(0);
        publish(0);
        assertEquals(0, sourceFor(0));
        assertEquals(0, sourceFor(49));
        assertEquals(0, sourceFor(50));
        assertTrue(tracker.isPending(50));
        publish(50);
        assertFalse(tracker.isPending(50));
        assertEquals(0, sourceFor(57));
        assertEquals(50, sourceFor(58));
        assertEquals(50, sourceFor(99));
    }

    @Test
    void shouldGiveTheDemandedRegionWhenANewerOneIsAlreadyThere() {
        tracker.admit(0);
        publish(0);
        tracker.admit(50);
        publish(50);
        tracker.admit(100);
        publish(100);
        assertEquals(0, sourceFor(57));
        assertEquals(50, sourceFor(107));
        tracker.regionFor(57, false, out);
        assertEquals(100, out.sourceSequence);
    }

    @Test
    void shouldNameFirstExistingFrameWhenSourceFrameIsLost() {
        tracker.admit(17);
        assertTrue(tracker.isPending(17));
        publish(17);
        tracker.admit(49);
        assertFalse(tracker.isPending(49));
        tracker.admit(53);
        tracker.admit(54);
        assertTrue(tracker.isPending(53));
        assertFalse(tracker.isPending(54));
        publish(53);
        assertEquals(17, sourceFor(60));
        assertEquals(53, sourceFor(61));
        tracker.admit(410);
        assertTrue(tracker.isPending(410));
    }

    @Test
    void shouldAnswerGuessWhenLiveAndNothingPublished() {
        tracker.regionFor(3, false, out);
        assertFalse(out.found);
        assertEquals(Roi.CENTRE.x(), out.roiX);
        assertEquals(RoiEstimate.NO_SOURCE, out.sourceSequence);
        assertFalse(tracker.hasRegion());
        assertTrue(tracker.isOverdue(3));
    }

    @Test
    void shouldStayOverdueUntilSomeFrameOfTheTurnIsPublishedWhenLive() {
        publish(3);
        assertFalse(tracker.isOverdue(49));
        assertTrue(tracker.isOverdue(50));
        assertTrue(tracker.isOverdue(60));
        publish(60);
        assertFalse(tracker.isOverdue(61));
        assertFalse(tracker.isOverdue(99));
        assertTrue(tracker.isOverdue(100));
    }

    @Test
    void shouldBeOverdueWhenSourceCountsAnew() {
        publish(5000);
        assertTrue(tracker.isOverdue(0));
        publish(0);
        assertFalse(tracker.isOverdue(1));
        tracker.regionFor(1, false, out);
        assertEquals(0, out.sourceSequence);
    }

    @Test
    void shouldTakeTheRegionOfANumberThatHasBeenBeforeWhenSourceCountsAnew() {
        for (long source : new long[] {0, 50, 100, 0}) {
            publish(source);
            tracker.newest(out);
            assertEquals(source, out.sourceSequence);
            assertFalse(tracker.isOverdue(source + 1));
        }
    }

    @Test
    void shouldLeaveTheNewerRegionInUseWhenASlowerThreadBringsOneOfAFrameBefore() {
        RoiTracker live = new RoiTracker(RoiSchedule.DEFAULT, 1_000_000);
        RoiEstimate estimate = new RoiEstimate();
        RoiEstimate out = new RoiEstimate();
        live.admit(0);
        for (long source : new long[] {2, 1}) {
            estimate.sourceSequence = source;
            live.publish(estimate);
            live.newest(out);
            assertEquals(2, out.sourceSequence);
        }
    }

    @Test
    void shouldForgetEverythingWhenReset() {
        tracker.admit(5000);
        publish(5000);
        tracker.reset();
        assertFalse(tracker.hasRegion());
        tracker.admit(0);
        assertTrue(tracker.isPending(0));
    }

    @Test
    void shouldGiveUpWithFrameNumbersWhenSourceNeverComes() {
        RoiTracker hasty = new RoiTracker(new RoiSchedule(50, 8), 2_000_000);
        hasty.admit(40);
        Exception e = assertThrows(RegionTimeoutException.class, () -> hasty.regionFor(41, true, out));
        assertEquals(
                "frame 41: no region from source frame 40 after 2 ms; was the source frame refreshed?", e.getMessage());
    }

    @Test
    void shouldRefuseFrameWhenItsRegionIsForgotten() {
        RoiTracker hasty = new RoiTracker(new RoiSchedule(50, 8), 1_000_000);
        for (int source = 0; source < 2000; source += 50) {
            hasty.admit(source);
            hasty.publish(estimate(source));
        }
        Exception e = assertThrows(RegionTimeoutException.class, () -> hasty.regionFor(100, true, out));
        assertEquals(
                "frame 100: more than 16 renewals behind the newest frame; its region is forgotten", e.getMessage());
    }

    @Test
    void shouldGiveUpWhenInterrupted() {
        tracker.admit(0);
        Thread.currentThread().interrupt();
        assertThrows(RegionTimeoutException.class, () -> tracker.regionFor(1, true, out));
        assertTrue(Thread.interrupted());
    }

    @Test
    void shouldRejectTimeoutOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> new RoiTracker(RoiSchedule.DEFAULT, 0));
    }

    @Test
    void shouldGiveSameRegionsWhenTwoThreadsTakeAlternateFrames() throws Exception {
        long[] expected = run(1);
        for (int repeat = 0; repeat < 5; repeat++) {
            assertArrayEquals(expected, run(2));
        }
        assertEquals(0, expected[57]);
        assertEquals(50, expected[58]);
    }

    /**
     * Runs 3000 frames with some numbers missing over this many threads; answers the source of every frame's region.
     */
    private static long[] run(int threads) throws Exception {
        RoiTracker shared = new RoiTracker(new RoiSchedule(50, 8), 10 * SECOND);
        int frames = 3000;
        long[] sources = new long[frames];
        boolean[] exists = new boolean[frames];
        for (int i = 0; i < frames; i++) {
            exists[i] = i % 150 != 0 || i == 0;
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            AtomicInteger next = new AtomicInteger();
            AtomicIntegerArray busy = new AtomicIntegerArray(threads);
            Future<?>[] done = new Future<?>[threads];
            for (int t = 0; t < threads; t++) {
                int thread = t;
                done[t] = pool.submit(() -> work(shared, sources, exists, next, busy, thread));
            }
            for (Future<?> future : done) {
                future.get(15, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        return sources;
    }

    private static void work(
            RoiTracker shared,
            long[] sources,
            boolean[] exists,
            AtomicInteger next,
            AtomicIntegerArray busy,
            int thread) {
        RoiEstimate region = new RoiEstimate();
        while (true) {
            // Samples leave in order, so no thread can run far ahead of another.
            for (int other = 0; other < busy.length(); other++) {
                while (other != thread && next.get() - busy.get(other) > 100) {
                    Thread.onSpinWait();
                }
            }
            int frame;
            synchronized (next) {
                frame = next.getAndIncrement();
                while (frame < exists.length && !exists[frame]) {
                    frame = next.getAndIncrement();
                }
                busy.set(thread, frame < exists.length ? frame : Integer.MAX_VALUE);
                if (frame >= exists.length) {
                    return;
                }
                shared.admit(frame);
            }
            if (frame == 0) {
                shared.publish(estimate(frame));
            }
            shared.regionFor(frame, true, region);
            sources[frame] = region.sourceSequence;
            assertEquals(region.sourceSequence, (long) region.pupilX);
            if (shared.isPending(frame)) {
                shared.publish(estimate(frame));
            }
        }
    }

    @Test
    void shouldNeverShowHalfAnEstimateWhenReadWhileWritten() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            publish(0);
            Future<?> writer = pool.submit(() -> {
                for (int i = 1; i < 200_000; i++) {
                    publish(i);
                }
            });
            long last = 0;
            while (!writer.isDone()) {
                tracker.newest(out);
                assertEquals(out.sourceSequence, (long) out.pupilX);
                assertEquals(out.sourceSequence, (long) out.openness);
                assertEquals(out.sourceSequence % 97, out.roiX);
                assertTrue(out.sourceSequence >= last);
                last = out.sourceSequence;
            }
            writer.get(10, TimeUnit.SECONDS);
        } finally {
            pool.shutdownNow();
        }
    }
}
