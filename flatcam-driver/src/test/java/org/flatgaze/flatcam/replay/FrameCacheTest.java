package org.flatgaze.flatcam.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameCacheTest {

    private static final SensorFormat FORMAT = new SensorFormat(16, 4, 10, Packing.RAW10);

    @TempDir
    Path folder;

    private Path write(int frames) throws IOException {
        Path path = folder.resolve("eyes.frames");
        try (FrameCacheWriter writer = new FrameCacheWriter(path, FORMAT, 0x1234_5678_9abcL)) {
            SensorFrame frame = new SensorFrame(FORMAT);
            FrameTruth truth = new FrameTruth();
            for (int i = 0; i < frames; i++) {
                Arrays.fill(frame.data(), (byte) (i + 1));
                truth.set(0.1f * i, 0.2f, -0.9f, 0.5f, i % 2 == 0, 100 + i);
                writer.append(frame, truth);
            }
            writer.commit();
        }
        return path;
    }

    @Test
    void shouldReturnFramesAndTruthWhenReadBack() throws IOException {
        try (FrameCache cache = FrameCache.open(write(3))) {
            assertEquals(3, cache.frameCount());
            assertEquals(FORMAT, cache.format());
            assertEquals(0x1234_5678_9abcL, cache.parameterHash());
            SensorFrame frame = new SensorFrame(FORMAT);
            FrameTruth truth = new FrameTruth();
            for (int i = 2; i >= 0; i--) {
                cache.read(i, frame);
                cache.readTruth(i, truth);
                byte[] expected = new byte[FORMAT.frameBytes()];
                Arrays.fill(expected, (byte) (i + 1));
                assertArrayEquals(expected, frame.data());
                assertEquals(0.1f * i, truth.gazeX);
                assertEquals(0.2f, truth.gazeY);
                assertEquals(-0.9f, truth.gazeZ);
                assertEquals(0.5f, truth.openness);
                assertEquals(i % 2 == 0, truth.pupilVisible);
                assertEquals(100 + i, truth.person);
            }
            assertThrows(IllegalArgumentException.class, () -> cache.read(3, frame));
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenNotCommitted() throws IOException {
        Path path = folder.resolve("half.frames");
        try (FrameCacheWriter writer = new FrameCacheWriter(path, FORMAT, 1)) {
            writer.append(new SensorFrame(FORMAT), new FrameTruth());
            assertFalse(Files.exists(path), "only the temporary file until commit");
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldRefuseAForeignFile() throws IOException {
        Path path = folder.resolve("foreign.frames");
        Files.write(
                path,
                "P5 640 480 1023 and so on, for quite a while, more than a header".getBytes(StandardCharsets.UTF_8));
        refuses(path, "not a FlatGaze frame file");
        Files.write(path, new byte[0]);
        refuses(path, "not a FlatGaze frame file");
    }

    @Test
    void shouldRefuseATruncatedFile() throws IOException {
        Path path = write(3);
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(whole, whole.length - 1));
        refuses(path, "truncated");
        Files.write(path, Arrays.copyOf(whole, 40));
        refuses(path, "truncated inside the header");
    }

    @Test
    void shouldRefuseAnotherVersionAndADamagedHeader() throws IOException {
        Path path = write(1);
        byte[] whole = Files.readAllBytes(path);
        byte[] newer = whole.clone();
        newer[8] = 9;
        Files.write(path, newer);
        refuses(path, "version 9");
        byte[] damaged = whole.clone();
        damaged[20] = 77;
        Files.write(path, damaged);
        refuses(path, "bitDepth=77");
    }

    @Test
    void shouldNameTheFileWhenItIsMissing() {
        refuses(folder.resolve("none.frames"), "no such frame file");
    }

    @Test
    void shouldAllocateNothingPerFrame() throws IOException {
        try (FrameCache cache = FrameCache.open(write(3))) {
            SensorFrame frame = new SensorFrame(FORMAT);
            FrameTruth truth = new FrameTruth();
            for (int i = 0; i < 30_000; i++) {
                cache.read(i % 3, frame);
                cache.readTruth(i % 3, truth);
            }
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                cache.read(i % 3, frame);
                cache.readTruth(i % 3, truth);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1000 * 16, "allocated=" + allocated + " bytes in 1000 frames");
        }
    }

    private static void refuses(Path path, String reason) {
        IOException e =
                assertThrows(IOException.class, () -> FrameCache.open(path).close());
        assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), "one line");
    }
}
