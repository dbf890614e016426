package org.flatgaze.flatcam.replay;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;

/**
 * Writes a {@link FrameCache} file beside its final place and renames it when complete, so a reader never sees half a file.
 *
 * <p>Call {@link #append} for every frame, then {@link #commit}; {@link #close} without {@code commit} throws the work away.
 * One thread.
 */
public final class FrameCacheWriter implements AutoCloseable {

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final SensorFormat format;
    private final long parameterHash;
    private final ByteBuffer truthBytes = ByteBuffer.allocate(FrameFile.TRUTH_BYTES);
    private int frames;

    /**
     * @param target the file to make or replace; its folder must exist
     * @param parameterHash of the seeds and parameters the frames are made from, so that a stale file is noticed
     */
    public FrameCacheWriter(Path target, SensorFormat format, long parameterHash) throws IOException {
        this.target = target.toAbsolutePath();
        this.format = format;
        this.parameterHash = parameterHash;
        if (!Files.isDirectory(this.target.getParent())) {
            throw new IOException(this.target.getParent() + ": no such folder");
        }
        this.temporary = this.target.resolveSibling(
                "." + this.target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        this.channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        channel.position(FrameFile.HEADER_BYTES);
    }

    /** Adds a frame and its truth. */
    public void append(SensorFrame frame, FrameTruth truth) throws IOException {
        if (!frame.format().equals(format)) {
            throw new IllegalArgumentException("frame.format=" + frame.format() + ": expected " + format);
        }
        FrameFile.writeTruth(MemorySegment.ofArray(truthBytes.array()), truth);
        writeAll(truthBytes.rewind());
        writeAll(ByteBuffer.wrap(frame.data()));
        frames++;
    }

    /** Frames appended so far. */
    public int frames() {
        return frames;
    }

    /** Completes the file and puts it in its place. */
    public void commit() throws IOException {
        if (frames == 0) {
            throw new IllegalStateException("frames=0: expected at least 1 before commit");
        }
        ByteBuffer header = ByteBuffer.allocate(FrameFile.HEADER_BYTES);
        FrameFile.writeHeader(
                MemorySegment.ofArray(header.array()), new FrameFile.Header(format, frames, parameterHash));
        channel.position(0);
        writeAll(header);
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Ends writing; without {@link #commit} nothing is left behind. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
