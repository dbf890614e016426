package org.flatgaze.accel.array;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** Writes a file beside its target and renames it when complete: a reader sees the old file or the new one. */
public final class AtomicFile {

    private static final AtomicLong COUNTER = new AtomicLong();

    private AtomicFile() {}

    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /** Writes it all; the stream is buffered and closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @throws IOException with a one-line message that names the file and what is in the way; what stood there before is
     *     intact
     */
    public static void write(Path target, Content content) throws IOException {
        Path part = partOf(target);
        try {
            try (FileChannel channel = create(part);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            replace(part, target);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            throw new IOException(target + ": cannot be written: " + reason(e), e);
        } catch (RuntimeException | Error e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    /** A name in the same folder that no other writer in any process uses. */
    static Path partOf(Path target) {
        return target.resolveSibling("." + target.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet() + ".part");
    }

    static FileChannel create(Path part) throws IOException {
        return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    static void replace(Path part, Path target) throws IOException {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The part of a message that a user can act on; file system exceptions often carry no more than a path. */
    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "no such file or folder";
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileAlreadyExistsException _ -> "exists already";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
