package org.flatgaze.flatcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FramePacerTest {

    private final AtomicLong clock = new AtomicLong(1_000);

    private FramePacer pacer(double framesPerSecond) {
        return new FramePacer(framesPerSecond, () -> clock.getAndAdd(1_000), clock::addAndGet);
    }

    @Test
    void shouldNotDriftWhenThePeriodIsNoWholeNumber() {
        FramePacer pacer = pacer(240);
        pacer.start();
        long start = pacer.awaitNext();
        long last = start;
        for (int i = 0; i < 240; i++) {
            last = pacer.awaitNext();
        }
        assertEquals(1_000_000_000L, last - start);
    }

    @Test
    void shouldCatchUpAtOnceWhenTheReaderWasLate() {
        FramePacer pacer = pacer(100);
        pacer.start();
        long start = pacer.awaitNext();
        clock.addAndGet(1_000_000_000L);
        long before = clock.get();
        for (int i = 1; i <= 50; i++) {
            assertEquals(start + i * 10_000_000L, pacer.awaitNext());
        }
        assertEquals(before + 50_000, clock.get(), "no waiting");
    }

    @Test
    void shouldAnswerNowWhenThereIsNoRate() {
        FramePacer pacer = pacer(0);
        pacer.start();
        assertEquals(clock.get(), pacer.awaitNext());
    }

    @Test
    void shouldRefuseANegativeRate() {
        assertThrows(IllegalArgumentException.class, () -> new FramePacer(-1));
        assertThrows(IllegalArgumentException.class, () -> new FramePacer(Double.NaN));
    }
}
