package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;

final class LatestFrameSlotsTest {

    private final LatestFrameSlots slots = new LatestFrameSlots(new SensorFormat(16, 4, 8, Packing.U8), 2);
    private final LatestFrameSlots.Reader reader = slots.reader(0);
    private final LatestFrameSlots.Reader other = slots.reader(1);

    @Test
    void shouldHaveNothingWhenNothingWasPublished() {
        assertFalse(slots.hasFresh());
        assertFalse(reader.takeNewest());
    }

    @Test
    void shouldGiveEachFrameOnceWhenReaderIsFaster() {
        write(1);
        assertTrue(reader.takeNewest());
        assertEquals(1, reader.front().sequence());
        assertFalse(reader.takeNewest());
        assertEquals(1, reader.front().sequence());
        assertEquals(0, slots.overwritten());
    }

    @Test
    void shouldKeepNewestAndCountWhenReaderIsSlower() {
        for (int i = 1; i <= 5; i++) {
            write(i);
        }
        assertTrue(reader.takeNewest());
        assertEquals(5, reader.front().sequence());
        assertEquals(4, slots.overwritten());
        assertFalse(reader.takeNewest());
    }

    @Test
    void shouldLeaveTheFrameBeingReadAloneWhenWriterGoesOn() {
        write(1);
        assertTrue(reader.takeNewest());
        SensorFrame held = reader.front();
        for (int i = 2; i <= 7; i++) {
            write(i);
        }
        assertEquals(1, held.sequence());
        assertEquals(1, held.data()[0]);
    }

    @Test
    void shouldGiveAFrameToOneReaderAloneAndLeaveItToHim() {
        write(1);
        assertTrue(other.takeNewest());
        assertFalse(reader.takeNewest());
        write(2);
        write(3);
        assertTrue(reader.takeNewest());
        assertEquals(3, reader.front().sequence());
        assertEquals(List.of(1L, 3L), List.of(other.number(), reader.number()));
        for (int i = 4; i <= 9; i++) {
            write(i);
        }
        assertEquals(1, other.front().sequence());
        assertEquals(1, other.front().data()[0]);
        assertEquals(3, reader.front().data()[0]);
        assertEquals(1 + 5, slots.overwritten());
    }

    @Test
    void shouldRefuseReadersBeyondItsBounds() {
        SensorFormat format = new SensorFormat(16, 4, 8, Packing.U8);
        assertThrows(IllegalArgumentException.class, () -> new LatestFrameSlots(format, 0));
        assertThrows(IllegalArgumentException.class, () -> new LatestFrameSlots(format, 9));
    }

    @Test
    void shouldNeverShowAMixedFrameWhenThreeThreadsMeet() {
        int count = 200_000;
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= count; i++) {
                write(i);
            }
        });
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> readAll(reader, writer));
            CompletableFuture<Long> second = CompletableFuture.supplyAsync(() -> readAll(other, writer));
            writer.join();
            long read = first.join() + second.join();
            assertEquals(count, read + slots.overwritten(), "every frame is either read or counted");
        });
    }

    private static long readAll(LatestFrameSlots.Reader reader, CompletableFuture<Void> writer) {
        long last = 0;
        long read = 0;
        while (true) {
            boolean ended = writer.isDone();
            if (reader.awaitNewest(1_000_000)) {
                SensorFrame frame = reader.front();
                assertTrue(frame.sequence() > last, "newer");
                last = frame.sequence();
                assertEquals(last, reader.number());
                for (byte sample : frame.data()) {
                    assertEquals((byte) last, sample);
                }
                read++;
            } else if (ended) {
                return read;
            }
        }
    }

    private void write(int i) {
        SensorFrame back = slots.back();
        Arrays.fill(back.data(), (byte) i);
        back.stamp(i, i, 0);
        slots.publish();
    }
}
