package org.flatgaze.flatcam.replay;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * A read-only, memory-mapped file of packed frames, each with the truth it was simulated from.
 *
 * <p>Layout, little-endian: a header of {@value FrameFile#HEADER_BYTES} bytes ({@link FrameFile}), then per frame a truth
 * record of {@value FrameFile#TRUTH_BYTES} bytes and the packed samples. Written by {@link FrameCacheWriter}. Any number of
 * threads may read; nothing is allocated per frame.
 */
public final class FrameCache implements FrameStore {

    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;
    private final SensorFormat format;
    private final int frameCount;
    private final long parameterHash;
    private final long recordBytes;

    private FrameCache(Path path, Arena arena, MemorySegment bytes) throws IOException {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
        FrameFile.Header header = FrameFile.readHeader(path, bytes);
        this.format = header.format();
        this.frameCount = header.frameCount();
        this.parameterHash = header.parameterHash();
        this.recordBytes = FrameFile.recordBytes(format);
    }

    /**
     * Opens and checks a file.
     *
     * @throws IOException if it is missing, foreign, of another version, or truncated; one line that names the file
     */
    public static FrameCache open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException(path + ": no such frame file");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new FrameCache(path, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public SensorFormat format() {
        return format;
    }

    @Override
    public int frameCount() {
        return frameCount;
    }

    /** Hash of the seeds and parameters the frames were made from, as the writer was told. */
    public long parameterHash() {
        return parameterHash;
    }

    public Path path() {
        return path;
    }

    @Override
    public void read(int index, SensorFrame into) {
        if (!into.format().equals(format)) {
            throw new IllegalArgumentException("into.format=" + into.format() + ": expected " + format);
        }
        long at = record(index) + FrameFile.TRUTH_BYTES;
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, into.data(), 0, format.frameBytes());
    }

    /** Copies the truth of one frame. */
    public void readTruth(int index, FrameTruth into) {
        FrameFile.readTruth(bytes, record(index), into);
    }

    private long record(int index) {
        if (index < 0 || index >= frameCount) {
            throw new IllegalArgumentException("index=" + index + ": expected 0.." + (frameCount - 1));
        }
        return FrameFile.HEADER_BYTES + index * recordBytes;
    }

    /** Unmaps the file; no thread may read any more. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
