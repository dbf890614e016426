package org.flatgaze.accel.array;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads and writes NumPy's {@code .npy} format (versions 1 to 3): numbers only, either byte order; column-major files
 * are turned to row-major while reading.
 *
 * <p>Format: numpy.lib.format in the NumPy documentation. Every {@link IOException} is one line that names the file.
 */
public final class Npy {

    private Npy() {}

    /**
     * Reads a file. Bytes after the announced data are ignored, as NumPy does.
     *
     * @throws IOException if the file is missing, truncated, not {@code .npy} or of a type or shape not supported
     */
    public static NpyArray read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            NpyHeader header = NpyHeader.read(in);
            requireData(header, Files.size(file) - header.dataOffset());
            return NpyData.read(header, in, true);
        } catch (IOException e) {
            throw new IOException(file + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Reads an array from a stream and leaves the stream behind its last byte.
     *
     * @throws IOException as {@link #read(Path)}; the message says "stream" in place of a file name
     */
    public static NpyArray read(InputStream in) throws IOException {
        return read(in, "stream");
    }

    /**
     * Reads an array from a stream and leaves the stream behind its last byte.
     *
     * @param name what messages call the stream
     * @throws IOException as {@link #read(Path)}; also if the data is 2 GiB or more
     */
    public static NpyArray read(InputStream in, String name) throws IOException {
        try {
            return NpyData.read(NpyHeader.read(in), in, false);
        } catch (IOException e) {
            throw new IOException(name + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Reads the header alone and checks that the data is there: for files to be mapped rather than loaded.
     *
     * @throws IOException as {@link #read(Path)}
     */
    public static NpyHeader readHeader(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 512)) {
            NpyHeader header = NpyHeader.read(in);
            requireData(header, Files.size(file) - header.dataOffset());
            return header;
        } catch (IOException e) {
            throw new IOException(file + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * Writes a file, little-endian and row-major, replacing an older one in one step.
     *
     * @throws IOException if the folder is missing or not writable, or the disk is full
     */
    public static void write(Path file, NpyArray array) throws IOException {
        AtomicFile.write(file, out -> write(out, array));
    }

    /** Writes an array to a stream, which stays open. */
    public static void write(OutputStream out, NpyArray array) throws IOException {
        out.write(NpyHeader.encode(array.type(), array.shape(), 0));
        NpyData.write(array, out);
    }

    private static void requireData(NpyHeader header, long available) throws IOException {
        if (available < header.dataBytes()) {
            throw new IOException(
                    "truncated: " + header.dataBytes() + " bytes of data expected, " + available + " found");
        }
    }
}
