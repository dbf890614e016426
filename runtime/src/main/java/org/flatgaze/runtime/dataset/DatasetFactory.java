package org.flatgaze.runtime.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flatgaze.accel.array.AtomicFile;
import org.flatgaze.runtime.ReferenceDevice;

/**
 * Writes a labelled set shard by shard; a shard that is already there is kept, so an interrupted run goes on where it
 * stopped.
 */
public final class DatasetFactory {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final FrameSupply supply;
    private final Path folder;
    /** Null until it is needed. */
    private ReferenceDevice device;

    private boolean claimed;

    /**
     * Makes a factory.
     *
     * @param supply where the frames come from; stays the caller's to close
     * @param folder of the set
     */
    public DatasetFactory(FrameSupply supply, Path folder) {
        this(supply, folder, null);
    }

    DatasetFactory(FrameSupply supply, Path folder, ReferenceDevice device) {
        this.supply = supply;
        this.folder = folder;
        this.device = device;
    }

    /** What a run did. */
    public record Outcome(int renderedFrames, long bytes, String filterId) {}

    /**
     * Makes the folder this set's by writing its manifest.
     *
     * @throws IOException if the folder holds another set or cannot be written, or the frames' source cannot be used
     */
    public void claimFolder() throws IOException {
        if (device == null) {
            device = ReferenceDevice.open();
        }
        supply.open(device);
        Files.createDirectories(folder);
        writeManifest(device.filterId());
        claimed = true;
    }

    /** Listens to a set being written, in any worker's thread. */
    public interface Progress {

        /**
         * Another shard is there.
         *
         * @param done frames in the folder
         * @param rendered those of them made now; the others were found
         */
        void at(int done, int rendered);
    }

    /**
     * Writes what is missing, claiming the folder first unless that is done. One process at a time writes a set.
     *
     * @param threads worker threads, at least 1
     * @param progress told after every shard
     * @throws IOException if the folder holds another set, cannot be written, or another process writes this one; shards
     *     written so far are kept
     */
    public Outcome write(int threads, Progress progress) throws IOException, InterruptedException {
        if (!claimed) {
            claimFolder();
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException(
                        "another process writes the set in " + folder + "; wait for it, or choose another --out");
            }
            ShardWriter.deleteLeftovers(folder);
            return writeShards(threads, progress);
        }
    }

    private Outcome writeShards(int threads, Progress progress) throws IOException, InterruptedException {
        AtomicInteger done = new AtomicInteger();
        AtomicInteger rendered = new AtomicInteger();
        List<Future<?>> pending = new ArrayList<>();
        Queue<FrameSupply.Maker> makers = new ConcurrentLinkedQueue<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            ThreadLocal<FrameSupply.Maker> ofThread = ThreadLocal.withInitial(() -> {
                FrameSupply.Maker maker = supply.newMaker();
                makers.add(maker);
                return maker;
            });
            for (int shard = 0; shard < supply.shards(); shard++) {
                int index = shard;
                pending.add(workers.submit(() -> {
                    int frames = supply.frames(index);
                    Path target = folder.resolve(shardName(index));
                    if (!Files.isDirectory(target)) {
                        writeShard(index, target, ofThread.get());
                        rendered.addAndGet(frames);
                    }
                    progress.at(done.addAndGet(frames), rendered.get());
                    return null;
                }));
            }
            for (Future<?> shard : pending) {
                shard.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                String message = "cannot write the set in " + folder + ": " + cause.getMessage()
                        + "; shards so far are kept, run the same command again";
                throw cause instanceof FrameSupply.SourceException
                        ? new FrameSupply.SourceException(message, cause)
                        : new IOException(message, cause);
            }
            throw new IllegalStateException("rendering failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
            // A maker may hold a running network: it goes only when its thread has stopped.
            workers.close();
            makers.forEach(FrameSupply.Maker::close);
        }
        return new Outcome(rendered.get(), bytesOnDisk(), device.filterId());
    }

    /** Folder name of a shard. */
    static String shardName(int shard) {
        return String.format(Locale.ROOT, "shard-%05d", shard);
    }

    private void writeManifest(String filterId) throws IOException {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("format", DatasetFormat.NAME);
        manifest.put("version", DatasetFormat.VERSION);
        manifest.put("filter_id", filterId);
        manifest.putAll(supply.description());
        manifest.put("recon_zero_level", DatasetFormat.ZERO_LEVEL);
        manifest.put("recon_levels_per_sigma", DatasetFormat.LEVELS_PER_SIGMA);
        manifest.put("label_columns", DatasetFormat.TRUTH_COLUMNS);
        List<String> shards = new ArrayList<>();
        for (int shard = 0; shard < supply.shards(); shard++) {
            shards.add(shardName(shard));
        }
        manifest.put("shards", shards);
        if (supply.raw()) {
            manifest.put("raw", true);
        }

        Path file = folder.resolve("manifest.json");
        JsonNode wanted = MAPPER.readTree(MAPPER.writeValueAsBytes(manifest));
        if (Files.exists(file)) {
            if (!wanted.equals(MAPPER.readTree(Files.readAllBytes(file)))) {
                throw new IOException(file + " describes another set; choose an empty folder for --out,"
                        + " or repeat the options that made this one");
            }
            return;
        }
        AtomicFile.write(file, out -> out.write(MAPPER.writeValueAsBytes(wanted)));
    }

    private void writeShard(int shard, Path target, FrameSupply.Maker maker) throws IOException {
        try (ShardWriter writer = new ShardWriter(folder, supply.frames(shard), supply.raw())) {
            maker.make(shard, writer);
            writer.finish(target);
        }
    }

    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> {
                        try {
                            return Files.size(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .sum();
        }
    }
}
