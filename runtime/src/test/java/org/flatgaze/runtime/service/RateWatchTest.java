package org.flatgaze.runtime.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RateWatchTest {

    private static final long WINDOW = 5_000_000_000L;

    private final RateWatch watch = new RateWatch(240, 0);
    private long now;
    private long captured;
    private long lost;

    /** Five seconds in which so many frames came and so many of them were lost. */
    private Optional<String> window(long frames, long without) {
        now += WINDOW;
        captured += frames;
        lost += without;
        return watch.look(captured, lost, now);
    }

    @Test
    void shouldSayNothingWhenTheRateIsHeld() {
        assertEquals(Optional.empty(), watch.look(10, 10, WINDOW - 1), "too early to say");
        assertEquals(Optional.empty(), window(1_200, 0));
        assertEquals(Optional.empty(), window(1_150, 40));
    }

    @Test
    void shouldSayOnceThatTheSourceIsSlowerThanAsked() {
        String line = window(600, 0).orElseThrow();
        assertTrue(line.contains("delivers 120 frames/s, not 240; set source.rate"), line);
        assertEquals(Optional.empty(), window(600, 0));
        assertEquals(Optional.empty(), window(1_200, 0));
        assertTrue(window(600, 0).isPresent(), "it was well in between");
    }

    @Test
    void shouldSayOnceThatTheMachineDoesNotHoldTheRate() {
        String line = window(1_200, 240).orElseThrow();
        assertTrue(line.contains("does not hold 240 frames/s: 20 % of the last frames"), line);
        assertEquals(Optional.empty(), window(1_200, 240));
    }

    @Test
    void shouldLeaveSilenceToOthers() {
        assertEquals(Optional.empty(), window(0, 0));
    }
}
