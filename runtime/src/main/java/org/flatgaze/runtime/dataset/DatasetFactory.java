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
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.flatgaze.accel.array.AtomicFile;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.NpyStackWriter;
import org.flatgaze.accel.array.NpyType;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.sim.Disturbances;
import org.flatgaze.runtime.ReferenceDevice;

/**
 * Renders a labelled set shard by shard; a shard that is already there is kept, so an interrupted run goes on where it
 * stopped.
 */
public final class DatasetFactory {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final String PART_PREFIX = ".part-";

    /** Devices that share a wide set. */
    private static final int NEIGHBOURS = 12;

    private final DatasetSpec spec;
    private final Path folder;
    private ReferenceDevice device;

    public DatasetFactory(DatasetSpec spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
    }

    /** What a run did. */
    public record Outcome(int renderedFrames, long bytes, String filterId) {}

    /**
     * Makes the folder this set's by writing its manifest.
     *
     * @throws IOException if the folder holds another set, or cannot be written
     */
    public void claimFolder() throws IOException {
        device = ReferenceDevice.open();
        Files.createDirectories(folder);
        writeManifest(device.filterId());
    }

    /**
     * Writes what is missing, claiming the folder first unless that is done. One process at a time writes a set.
     *
     * @param threads worker threads, at least 1
     * @param progress called after every shard with the number of frames done so far
     * @throws IOException if the folder holds another set, cannot be written, or another process writes this one; shards
     *     written so far are kept
     */
    public Outcome write(int threads, IntConsumer progress) throws IOException, InterruptedException {
        if (device == null) {
            claimFolder();
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException(
                        "another process writes the set in " + folder + "; wait for it, or choose another --out");
            }
            deleteLeftovers();
            return writeShards(threads, progress);
        }
    }

    private Outcome writeShards(int threads, IntConsumer progress) throws IOException, InterruptedException {
        AtomicInteger done = new AtomicInteger();
        AtomicInteger rendered = new AtomicInteger();
        List<Future<?>> pending = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            List<ReferenceDevice> devices = spec.wide() ? device.neighbours(NEIGHBOURS) : List.of(device);
            ThreadLocal<FrameFactory> factories = ThreadLocal.withInitial(() -> new FrameFactory(
                    devices.stream().map(ReferenceDevice::newInstance).toList(),
                    spec.wide() ? new Disturbances() : null));
            for (int shard = 0; shard < spec.shards(); shard++) {
                int index = shard;
                pending.add(workers.submit(() -> {
                    int frames = spec.peopleInShard(index) * spec.framesPerPerson();
                    Path target = folder.resolve(shardName(index));
                    if (!Files.isDirectory(target)) {
                        writeShard(index, target, factories.get());
                        rendered.addAndGet(frames);
                    }
                    progress.accept(done.addAndGet(frames));
                    return null;
                }));
            }
            for (Future<?> shard : pending) {
                shard.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(
                        "cannot write the set in " + folder + ": " + cause.getMessage()
                                + "; shards so far are kept, run the same command again",
                        cause);
            }
            throw new IllegalStateException("rendering failed: " + e.getCause(), e.getCause());
        } finally {
            workers.shutdownNow();
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
        manifest.put("split", spec.split().name().toLowerCase(Locale.ROOT));
        manifest.put("first_person", spec.split().firstPerson());
        manifest.put("people", spec.people());
        manifest.put("frames_per_person", spec.framesPerPerson());
        manifest.put("sessions", spec.sessions());
        manifest.put("seed", spec.seed());
        manifest.put("people_per_shard", spec.peoplePerShard());
        manifest.put("recon_zero_level", DatasetFormat.ZERO_LEVEL);
        manifest.put("recon_levels_per_sigma", DatasetFormat.LEVELS_PER_SIGMA);
        manifest.put("label_columns", DatasetFormat.TRUTH_COLUMNS);
        List<String> shards = new ArrayList<>();
        for (int shard = 0; shard < spec.shards(); shard++) {
            shards.add(shardName(shard));
        }
        manifest.put("shards", shards);
        if (spec.raw()) {
            manifest.put("raw", true);
        }
        if (spec.wide()) {
            manifest.put("wide", true);
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

    private void writeShard(int shard, Path target, FrameFactory frames) throws IOException {
        int people = spec.peopleInShard(shard);
        int n = people * spec.framesPerPerson();
        int picture = DatasetFormat.PICTURE * DatasetFormat.PICTURE;
        int labels = DatasetFormat.LABELS * DatasetFormat.LABELS;
        byte[] reconstructions = new byte[Math.multiplyExact(n, picture)];
        byte[] lenses = new byte[n * picture];
        byte[] masks = new byte[n * labels];
        int columns = DatasetFormat.TRUTH_COLUMNS.size();
        float[] truth = new float[n * columns];
        Path part = Files.createTempDirectory(folder, PART_PREFIX);
        try (NpyStackWriter raw = spec.raw() ? rawWriter(part) : null) {
            int frame = 0;
            for (int p = 0; p < people; p++) {
                int person = spec.split().firstPerson() + shard * spec.peoplePerShard() + p;
                frames.beginPerson(person);
                for (int i = 0; i < spec.framesPerPerson(); i++) {
                    int session = (int) ((long) i * spec.sessions() / spec.framesPerPerson());
                    frames.render(spec.seed(), session, i);
                    frames.copyReconstruction(reconstructions, frame * picture);
                    frames.copyLens(lenses, frame * picture);
                    frames.copyLabels(masks, frame * labels);
                    frames.copyTruth(truth, frame * columns);
                    if (raw != null) {
                        raw.append(frames.counts());
                    }
                    frame++;
                }
            }
        } catch (IOException | RuntimeException e) {
            deleteFolder(part);
            throw e;
        }
        try {
            int side = DatasetFormat.PICTURE;
            int half = DatasetFormat.LABELS;
            Npy.write(part.resolve("recon256.npy"), NpyArray.ofBytes(reconstructions, n, side, side));
            Npy.write(part.resolve("lens256.npy"), NpyArray.ofBytes(lenses, n, side, side));
            Npy.write(part.resolve("labels128.npy"), NpyArray.ofBytes(masks, n, half, half));
            Npy.write(part.resolve("truth.npy"), NpyArray.ofFloats(truth, n, columns));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteFolder(part);
            throw e;
        }
    }

    private static NpyStackWriter rawWriter(Path part) throws IOException {
        return new NpyStackWriter(
                part.resolve(DatasetFormat.RAW_FILE),
                NpyType.UINT16,
                SensorFormat.REFERENCE.height(),
                SensorFormat.REFERENCE.width());
    }

    /** An interrupted run leaves its unfinished shards behind. */
    private void deleteLeftovers() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith(PART_PREFIX)) {
                    deleteFolder(entry);
                }
            }
        }
    }

    private static void deleteFolder(Path part) throws IOException {
        try (Stream<Path> files = Files.list(part)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(part);
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
