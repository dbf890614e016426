package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

final class SampleRingTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final GazeSample in = new GazeSample();
    private final GazeSample out = new GazeSample();

    @Test
    void shouldGiveBackInOrderWhenOffered() {
        SampleRing ring = new SampleRing(4);
        for (int i = 0; i < 3; i++) {
            assertTrue(ring.offer(numbered(i)));
        }
        assertEquals(3, ring.size());
        for (int i = 0; i < 3; i++) {
            assertTrue(ring.poll(out));
            assertEquals(i, out.sequence);
        }
        assertFalse(ring.poll(out));
    }

    @Test
    void shouldRefuseWhenFull() {
        SampleRing ring = new SampleRing(2);
        assertTrue(ring.offer(numbered(0)));
        assertTrue(ring.offer(numbered(1)));
        assertFalse(ring.offer(numbered(2)));
        assertTrue(ring.poll(out));
        assertEquals(0, out.sequence);
        assertTrue(ring.offer(numbered(2)));
        assertEquals(0, ring.dropped());
    }

    @Test
    void shouldDropOldestWhenFull() {
        SampleRing ring = new SampleRing(4);
        for (int i = 0; i < 10; i++) {
            assertEquals(i >= 4, ring.offerDroppingOldest(numbered(i)));
        }
        assertEquals(6, ring.dropped());
        for (int i = 6; i < 10; i++) {
            assertTrue(ring.poll(out));
            assertEquals(i, out.sequence);
        }
        assertFalse(ring.poll(out));
    }

    @Test
    void shouldCopySoThatTheProducersSampleStaysItsOwn() {
        SampleRing ring = new SampleRing(2);
        ring.offer(numbered(7));
        in.sequence = 8;
        assertTrue(ring.poll(out));
        assertEquals(7, out.sequence);
    }

    @Test
    void shouldRejectWhenCapacityIsNoPowerOfTwo() {
        for (int capacity : new int[] {-1, 0, 1, 3, 100, 1 << 17}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new SampleRing(capacity));
            assertEquals("capacity=" + capacity + ": expected a power of two, 2..65536", e.getMessage());
        }
    }

    @Test
    void shouldLoseNothingWhenTwoThreadsMeetAndProducerWaits() {
        int count = 30_000;
        SampleRing ring = new SampleRing(8);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            GazeSample sample = new GazeSample();
            for (int i = 0; i < count; i++) {
                fill(sample, i);
                while (!ring.offer(sample)) {
                    LockSupport.parkNanos(1_000);
                }
            }
        });
        Assertions.assertTimeoutPreemptively(DEADLINE, () -> {
            for (int i = 0; i < count; i++) {
                while (!ring.poll(out)) {
                    LockSupport.parkNanos(1_000);
                }
                assertEquals(i, out.sequence);
                assertWhole(out);
            }
            producer.get(1, TimeUnit.SECONDS);
        });
    }

    @Test
    void shouldNeverMixSamplesWhenProducerDropsWhatIsBeingRead() {
        int count = 100_000;
        SampleRing ring = new SampleRing(2);
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            GazeSample sample = new GazeSample();
            for (int i = 0; i < count; i++) {
                fill(sample, i);
                ring.offerDroppingOldest(sample);
            }
        });
        long[] seen = {0};
        Assertions.assertTimeoutPreemptively(DEADLINE, () -> {
            long last = -1;
            while (last < count - 1) {
                if (ring.poll(out)) {
                    assertTrue(out.sequence > last, "order");
                    assertWhole(out);
                    last = out.sequence;
                    seen[0]++;
                }
            }
            producer.get(1, TimeUnit.SECONDS);
        });
        assertEquals(count, seen[0] + ring.dropped(), "every sample is either seen or counted");
    }

    private GazeSample numbered(long sequence) {
        in.sequence = sequence;
        return in;
    }

    private static void fill(GazeSample sample, long i) {
        sample.sequence = i;
        sample.captureNanos = i * 3;
        sample.gazeNanos = i * 7;
        sample.dropped = (int) i;
    }

    private static void assertWhole(GazeSample sample) {
        assertEquals(sample.sequence * 3, sample.captureNanos);
        assertEquals(sample.sequence * 7, sample.gazeNanos);
        assertEquals((int) sample.sequence, sample.dropped);
    }
}
