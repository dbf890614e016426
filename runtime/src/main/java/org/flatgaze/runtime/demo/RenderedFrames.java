package org.flatgaze.runtime.demo;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.FrameCacheWriter;
import org.flatgaze.flatcam.replay.FrameTruth;

/**
 * The frames of a demo on disk: taken from the cache when they are there and right, rendered by all cores when not.
 *
 * <p>A cached file is right when it is whole, was made from an equal spec, and one of its frames, rendered again, comes
 * out the same: so a changed simulator is noticed too. One thread calls; rendering starts its own.
 */
public final class RenderedFrames {

    /** Frames that may wait for the writer, per rendering thread. */
    private static final int AHEAD = 4;

    /** Left free on the disk when a cache is written. */
    private static final long SPARE_BYTES = 64L << 20;

    private final DemoSpec spec;
    private final SensorFormat format;
    private final Supplier<? extends FrameRenderer> renderers;
    private final Consumer<String> notice;

    /** Hears how far rendering has come. */
    @FunctionalInterface
    public interface Progress {
        void rendered(int done, int total);
    }

    /**
     * Frames ready to be played.
     *
     * @param cache open; the caller closes it
     * @param reused whether they were there already
     * @param seconds time it took to render them, 0 when reused
     * @param bytes size of the file
     */
    public record Ready(FrameCache cache, boolean reused, double seconds, long bytes) {}

    /**
     * Prepares to look or render.
     *
     * @param renderers makes one renderer per thread; may be called from those threads
     * @param notice hears one line when a cached file cannot be used
     */
    public RenderedFrames(
            DemoSpec spec, SensorFormat format, Supplier<? extends FrameRenderer> renderers, Consumer<String> notice) {
        this.spec = spec;
        this.format = format;
        this.renderers = renderers;
        this.notice = notice;
    }

    /** Bytes the frames take on disk, a header aside. */
    public static long bytesFor(DemoSpec spec, SensorFormat format) {
        return spec.frames() * (format.frameBytes() + 32L);
    }

    /**
     * Opens the frames in {@code folder}, rendering them first if need be.
     *
     * @throws IOException if the folder cannot be written or is too small; one line with a remedy
     */
    public Ready openOrRender(Path folder, int threads, Progress progress) throws IOException, InterruptedException {
        Path file = folder.resolve(spec.fileName());
        FrameCache found = openIfRight(file);
        if (found != null) {
            return new Ready(found, true, 0, Files.size(file));
        }
        return render(folder, file, threads, progress);
    }

    /** Renders the frames into {@code file} in {@code folder}, whether they are there or not. */
    Ready render(Path folder, Path file, int threads, Progress progress) throws IOException, InterruptedException {
        checkRoom(folder);
        long begun = System.nanoTime();
        write(file, threads, progress);
        double seconds = (System.nanoTime() - begun) * 1e-9;
        return new Ready(FrameCache.open(file), false, seconds, Files.size(file));
    }

    private void checkRoom(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException(
                    "cannot make the folder " + folder + " (" + e.getMessage() + "); choose another one with --cache",
                    e);
        }
        long need = bytesFor(spec, format);
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < need + SPARE_BYTES) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s: %d MB free, %d MB needed for %d frames; choose another folder with --cache or fewer --frames",
                    folder,
                    free >> 20,
                    (need + SPARE_BYTES) >> 20,
                    spec.frames()));
        }
    }

    /** The cached frames, or {@code null} when there are none that can be used. */
    private FrameCache openIfRight(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            FrameCache cache = FrameCache.open(file);
            String fault = fault(cache);
            if (fault == null) {
                return cache;
            }
            cache.close();
            notice.accept(file + ": " + fault + "; rendering again");
        } catch (IOException e) {
            notice.accept("cached frames cannot be used (" + e.getMessage() + "); rendering again");
        }
        return null;
    }

    private String fault(FrameCache cache) {
        if (!cache.format().equals(format)
                || cache.frameCount() != spec.frames()
                || cache.parameterHash() != spec.hash()) {
            return "made from other parameters";
        }
        int index = spec.frames() / 2;
        SensorFrame stored = new SensorFrame(format);
        SensorFrame again = new SensorFrame(format);
        cache.read(index, stored);
        renderers.get().render(index, again, new FrameTruth());
        return Arrays.equals(stored.data(), again.data()) ? null : "made by another simulator";
    }

    /** What a rendering thread hands to the writer. */
    private record Rendered(SensorFrame frame, FrameTruth truth) {}

    private void write(Path file, int threads, Progress progress) throws IOException, InterruptedException {
        int window = threads * AHEAD;
        BlockingQueue<Rendered> free = new ArrayBlockingQueue<>(window);
        for (int i = 0; i < window; i++) {
            free.add(new Rendered(new SensorFrame(format), new FrameTruth()));
        }
        Queue<FrameRenderer> idle = new ConcurrentLinkedQueue<>();
        ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("render-", 0).daemon(true).factory());
        try (FrameCacheWriter writer = new FrameCacheWriter(file, format, spec.hash())) {
            @SuppressWarnings({"unchecked", "rawtypes"})
            Future<Rendered>[] pending = new Future[window];
            int submitted = 0;
            for (int written = 0; written < spec.frames(); written++) {
                while (submitted < spec.frames() && submitted - written < window) {
                    int index = submitted;
                    Rendered slot = free.take();
                    pending[submitted++ % window] = workers.submit(() -> {
                        FrameRenderer waiting = idle.poll();
                        FrameRenderer renderer = waiting == null ? renderers.get() : waiting;
                        renderer.render(index, slot.frame(), slot.truth());
                        idle.add(renderer);
                        return slot;
                    });
                }
                Rendered next = pending[written % window].get();
                writer.append(next.frame(), next.truth());
                free.add(next);
                progress.rendered(written + 1, spec.frames());
            }
            writer.commit();
        } catch (ClosedByInterruptException e) {
            // A channel tells of an interrupt in its own way.
            throw (InterruptedException) new InterruptedException().initCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("rendering failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }
}
