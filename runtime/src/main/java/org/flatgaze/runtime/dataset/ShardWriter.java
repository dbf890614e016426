package org.flatgaze.runtime.dataset;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.NpyStackWriter;
import org.flatgaze.accel.array.NpyType;
import org.flatgaze.flatcam.SensorFormat;

/** Collects the frames of one shard, which appears by one rename when it is whole; one thread. */
public final class ShardWriter implements AutoCloseable {

    private static final String PART_PREFIX = ".part-";

    private static final int PICTURE = DatasetFormat.PICTURE * DatasetFormat.PICTURE;
    private static final int LABELS = DatasetFormat.LABELS * DatasetFormat.LABELS;
    private static final int COLUMNS = DatasetFormat.TRUTH_COLUMNS.size();

    private final int frames;
    private final byte[] reconstructions;
    private final byte[] lenses;
    private final byte[] labels;
    private final float[] truth;
    private final Path part;
    /** Null unless the coded frames are kept. */
    private final NpyStackWriter raw;

    private int count;
    private boolean finished;

    ShardWriter(Path folder, int frames, boolean keepRaw) throws IOException {
        this.frames = frames;
        reconstructions = new byte[Math.multiplyExact(frames, PICTURE)];
        lenses = new byte[frames * PICTURE];
        labels = new byte[frames * LABELS];
        truth = new float[frames * COLUMNS];
        part = Files.createTempDirectory(folder, PART_PREFIX);
        raw = keepRaw
                ? new NpyStackWriter(
                        part.resolve(DatasetFormat.RAW_FILE),
                        NpyType.UINT16,
                        SensorFormat.REFERENCE.height(),
                        SensorFormat.REFERENCE.width())
                : null;
    }

    /** Takes in the next frame. */
    void add(LabelledFrame frame) throws IOException {
        if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        frame.copyReconstruction(reconstructions, count * PICTURE);
        frame.copyLens(lenses, count * PICTURE);
        frame.copyLabels(labels, count * LABELS);
        frame.copyTruth(truth, count * COLUMNS);
        if (raw != null) {
            raw.append(frame.counts());
        }
        count++;
    }

    /**
     * Writes the shard.
     *
     * @param target folder that appears
     * @throws IllegalStateException if frames are missing
     */
    void finish(Path target) throws IOException {
        if (count != frames) {
            throw new IllegalStateException("frames=" + count + ": expected " + frames);
        }
        if (raw != null) {
            raw.close();
        }
        int side = DatasetFormat.PICTURE;
        int half = DatasetFormat.LABELS;
        Npy.write(part.resolve("recon256.npy"), NpyArray.ofBytes(reconstructions, frames, side, side));
        Npy.write(part.resolve("lens256.npy"), NpyArray.ofBytes(lenses, frames, side, side));
        Npy.write(part.resolve("labels128.npy"), NpyArray.ofBytes(labels, frames, half, half));
        Npy.write(part.resolve("truth.npy"), NpyArray.ofFloats(truth, frames, COLUMNS));
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        finished = true;
    }

    /** Leaves nothing behind of a shard that was not finished. */
    @Override
    public void close() throws IOException {
        if (finished) {
            return;
        }
        if (raw != null) {
            raw.discard();
        }
        deleteFolder(part);
    }

    /** Clears away what an interrupted run left behind. */
    static void deleteLeftovers(Path folder) throws IOException {
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
}
