package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;

final class SequencedRingTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final GazeSample out = new GazeSample();

    @Test
    void shouldHoldBackWhenAnEarlierSampleIsMissing() {
        SequencedRing ring = new SequencedRing(4);
        ring.put(1, numbered(1));
        assertFalse(ring.poll(out));
        ring.put(0, numbered(0));
        assertTrue(ring.poll(out));
        assertEquals(0, out.sequence);
        assertTrue(ring.poll(out));
        assertEquals(1, out.sequence);
        assertFalse(ring.poll(out));
        assertEquals(2, ring.taken());
    }

    @Test
    void shouldBeDrainedOnlyWhenEverythingWasTaken() {
        SequencedRing ring = new SequencedRing(4);
        ring.put(0, numbered(0));
        assertFalse(ring.isDrained());
        ring.end(1);
        assertFalse(ring.isDrained());
        assertTrue(ring.poll(out));
        assertTrue(ring.isDrained());
        // A drained ring makes nobody wait: this would last for centuries.
        ring.await(Long.MAX_VALUE);
        assertFalse(ring.poll(out));
    }

    @Test
    void shouldGiveUpWaitingWhenProducerIsInterrupted() {
        SequencedRing ring = new SequencedRing(2);
        ring.put(0, numbered(0));
        ring.put(1, numbered(1));
        Thread.currentThread().interrupt();
        assertFalse(ring.put(2, numbered(2)));
        assertTrue(Thread.interrupted(), "the flag stays for the caller to see");
    }

    @Test
    void shouldRestoreOrderWhenThreadsFinishInAnyOrder() {
        int count = 100_000;
        SequencedRing ring = new SequencedRing(16);
        AtomicLong next = new AtomicLong();
        CompletableFuture<?>[] producers = new CompletableFuture<?>[2];
        for (int p = 0; p < producers.length; p++) {
            producers[p] = CompletableFuture.runAsync(() -> {
                GazeSample sample = new GazeSample();
                for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    sample.sequence = i;
                    sample.gazeNanos = i * 5;
                    assertTrue(ring.put(i, sample));
                }
            });
        }
        assertTimeoutPreemptively(DEADLINE, () -> {
            for (int i = 0; i < count; i++) {
                while (!ring.poll(out)) {
                    ring.await(1_000_000);
                }
                assertEquals(i, out.sequence);
                assertEquals(i * 5L, out.gazeNanos);
            }
            CompletableFuture.allOf(producers).join();
        });
    }

    private static GazeSample numbered(long sequence) {
        GazeSample sample = new GazeSample();
        sample.sequence = sequence;
        return sample;
    }
}
