package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;

final class LatestFrameSlotsTest {

    private final LatestFrameSlots slots = new LatestFrameSlots(new SensorFormat(16, 4, 8, Packing.U8));

    @Test
    void shouldHaveNothingWhenNothingWasPublished() {
        assertFalse(slots.hasFresh());
        assertFalse(slots.takeNewest());
    }

    @Test
    void shouldGiveEachFrameOnceWhenReaderIsFaster() {
        write(1);
        assertTrue(slots.takeNewest());
        assertEquals(1, slots.front().sequence());
        assertFalse(slots.takeNewest());
        assertEquals(1, slots.front().sequence());
        assertEquals(0, slots.overwritten());
    }

    @Test
    void shouldKeepNewestAndCountWhenReaderIsSlower() {
        for (int i = 1; i <= 5; i++) {
            write(i);
        }
        assertTrue(slots.takeNewest());
        assertEquals(5, slots.front().sequence());
        assertEquals(4, slots.overwritten());
        assertFalse(slots.takeNewest());
    }

    @Test
    void shouldLeaveTheFrameBeingReadAloneWhenWriterGoesOn() {
        write(1);
        assertTrue(slots.takeNewest());
        SensorFrame held = slots.front();
        for (int i = 2; i <= 7; i++) {
            write(i);
        }
        assertEquals(1, held.sequence());
        assertEquals(1, held.data()[0]);
    }

    @Test
    void shouldNeverShowAMixedFrameWhenTwoThreadsMeet() {
        int count = 200_000;
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= count; i++) {
                write(i);
            }
        });
        long[] read = {0};
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            long last = 0;
            while (last < count) {
                if (slots.awaitNewest(1_000_000)) {
                    SensorFrame frame = slots.front();
                    assertTrue(frame.sequence() > last, "newer");
                    last = frame.sequence();
                    byte expected = (byte) last;
                    for (byte sample : frame.data()) {
                        assertEquals(expected, sample);
                    }
                    read[0]++;
                }
            }
            writer.join();
        });
        assertEquals(count, read[0] + slots.overwritten(), "every frame is either read or counted");
    }

    private void write(int i) {
        SensorFrame back = slots.back();
        Arrays.fill(back.data(), (byte) i);
        back.stamp(i, i, 0);
        slots.publish();
    }
}
