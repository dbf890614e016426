package org.flatgaze.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RenderedFramesTest {

    private static final SensorFormat FORMAT = new SensorFormat(16, 4, 8, Packing.U8);
    private static final DemoSpec SPEC = new DemoSpec(50, 5, 3);

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final AtomicInteger rendered = new AtomicInteger();
    private int shade = 1;

    @TempDir
    private Path folder;

    @Test
    void shouldStoreEveryFrameWithItsTruthInOrder() throws Exception {
        AtomicInteger last = new AtomicInteger();
        RenderedFrames.Ready ready = frames(SPEC).openOrRender(folder, 3, (done, total) -> {
            assertEquals(last.incrementAndGet(), done);
            assertEquals(50, total);
        });
        try (var cache = ready.cache()) {
            assertFalse(ready.reused());
            assertEquals(Files.size(cache.path()), ready.bytes());
            assertEquals(50, cache.frameCount());
            SensorFrame frame = new SensorFrame(FORMAT);
            FrameTruth truth = new FrameTruth();
            for (int i = 0; i < 50; i++) {
                cache.read(i, frame);
                cache.readTruth(i, truth);
                assertEquals((byte) (i + shade), frame.data()[5]);
                assertEquals(i / 100f, truth.gazeX);
                assertEquals(SPEC.personSeed(SPEC.personOf(i)), truth.person);
            }
        }
        assertEquals(50, last.get());
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldReuseWhatIsThere() throws Exception {
        open(SPEC).cache().close();
        rendered.set(0);
        RenderedFrames.Ready again = open(SPEC);
        again.cache().close();
        assertTrue(again.reused());
        assertEquals(1, rendered.get(), "one frame, to compare");
        assertEquals(List.of(), notices);
    }

    @Test
    void shouldRenderAgainAndSaySoWhenTheCacheIsTruncated() throws Exception {
        open(SPEC).cache().close();
        Path file = folder.resolve(SPEC.fileName());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 10);
        }
        RenderedFrames.Ready again = open(SPEC);
        again.cache().close();
        assertFalse(again.reused());
        assertEquals(1, notices.size());
        assertTrue(notices.get(0).contains("truncated") && notices.get(0).endsWith("rendering again"), notices.get(0));
        RenderedFrames.Ready third = open(SPEC);
        third.cache().close();
        assertTrue(third.reused());
    }

    @Test
    void shouldRenderAgainWhenTheFileIsForeign() throws Exception {
        Files.writeString(
                folder.resolve(SPEC.fileName()), "not frames at all, but long enough to be read as a header....");
        RenderedFrames.Ready ready = open(SPEC);
        ready.cache().close();
        assertFalse(ready.reused());
        assertEquals(1, notices.size());
    }

    @Test
    void shouldRenderAgainWhenTheParametersDiffer() throws Exception {
        open(SPEC).cache().close();
        DemoSpec other = new DemoSpec(50, 5, 4);
        Files.move(folder.resolve(SPEC.fileName()), folder.resolve(other.fileName()));
        RenderedFrames.Ready ready = open(other);
        ready.cache().close();
        assertFalse(ready.reused());
        assertTrue(notices.get(0).contains("made from other parameters"), notices.get(0));
    }

    @Test
    void shouldRenderAgainWhenTheSimulatorHasChanged() throws Exception {
        open(SPEC).cache().close();
        shade = 2;
        RenderedFrames.Ready ready = open(SPEC);
        ready.cache().close();
        assertFalse(ready.reused());
        assertTrue(notices.get(0).contains("made by another simulator"), notices.get(0));
    }

    @Test
    void shouldLeaveNothingBehindWhenRenderingFails() throws Exception {
        RenderedFrames frames = new RenderedFrames(
                SPEC,
                FORMAT,
                () -> (index, into, truth) -> {
                    if (index == 20) {
                        throw new IllegalStateException("no more eyes");
                    }
                },
                notices::add);
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> frames.openOrRender(folder, 2, (done, total) -> {}));
        assertTrue(e.getMessage().contains("no more eyes"));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheFolderCannotBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        IOException e = assertThrows(
                IOException.class, () -> frames(SPEC).openOrRender(file.resolve("sub"), 1, (done, total) -> {}));
        assertTrue(e.getMessage().contains("--cache"), e.getMessage());
    }

    private RenderedFrames.Ready open(DemoSpec spec) throws Exception {
        return frames(spec).openOrRender(folder, 2, (done, total) -> {});
    }

    private RenderedFrames frames(DemoSpec spec) {
        return new RenderedFrames(
                spec,
                FORMAT,
                () -> (index, into, truth) -> {
                    rendered.incrementAndGet();
                    Arrays.fill(into.data(), (byte) (index + shade));
                    truth.set(index / 100f, 0, -1, 1, true, spec.personSeed(spec.personOf(index)));
                },
                notices::add);
    }
}
