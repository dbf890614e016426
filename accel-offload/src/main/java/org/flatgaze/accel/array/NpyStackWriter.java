package org.flatgaze.accel.array;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Appends rows of one shape to a growing {@code .npy} file, such as frames to a recording. The file appears under its
 * name at {@link #close}, complete and with its count; until then it grows under a temporary name beside it.
 *
 * <p>One thread. Appending allocates nothing.
 */
public final class NpyStackWriter implements Closeable {

    /** Digits kept free for the count: as many as the largest {@code int} has. */
    private static final int COUNT_DIGITS = 10;

    private final Path target;
    private final Path part;
    private final NpyType type;
    private final int[] shape;
    private final int rowElements;
    private final FileChannel channel;
    private final ByteBuffer row;
    private int count;
    private boolean closed;

    /**
     * Starts a file.
     *
     * @param target the file that {@link #close} makes or replaces
     * @param type element type
     * @param rowShape extents of one row; the file's shape is {@code [count, rowShape...]}
     * @throws IOException if the folder is missing or not writable
     */
    public NpyStackWriter(Path target, NpyType type, int... rowShape) throws IOException {
        long elements = 1;
        for (int extent : rowShape) {
            if (extent < 1) {
                throw new IllegalArgumentException("rowShape has an extent of " + extent + ": expected at least 1");
            }
            elements = Math.multiplyExact(elements, (long) extent);
        }
        this.target = target;
        this.type = type;
        this.rowElements = Math.toIntExact(elements);
        this.shape = new int[rowShape.length + 1];
        System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
        this.row = ByteBuffer.allocateDirect(Math.multiplyExact(rowElements, type.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        this.part = AtomicFile.partOf(target);
        try {
            this.channel = AtomicFile.create(part);
        } catch (IOException e) {
            throw named(e);
        }
        try {
            writeFully(ByteBuffer.wrap(NpyHeader.encode(type, shape, COUNT_DIGITS)));
        } catch (IOException e) {
            discard();
            throw named(e);
        }
    }

    /** Rows appended so far. */
    public int count() {
        return count;
    }

    /**
     * Appends a row given as its little-endian bytes, whatever the element type.
     *
     * @param offset index of the row's first byte
     * @throws IllegalArgumentException if the array is too short
     */
    public void append(byte[] data, int offset) throws IOException {
        if (offset < 0 || data.length - offset < row.capacity()) {
            throw new IllegalArgumentException("offset=" + offset + " length=" + data.length + ": expected a row of "
                    + row.capacity() + " bytes from there");
        }
        writeRow(row.clear().put(data, offset, row.capacity()));
    }

    /**
     * Appends a row of a float32 stack.
     *
     * @throws IllegalArgumentException if the length or the stack's type differs
     */
    public void append(float[] elements) throws IOException {
        requireRow(elements.length, type == NpyType.FLOAT32);
        row.clear();
        for (int i = 0; i < elements.length; i++) { // a typed view would be allocated for every row
            row.putFloat(elements[i]);
        }
        writeRow(row);
    }

    /**
     * Appends a row of a uint16 or int16 stack.
     *
     * @throws IllegalArgumentException if the length or the stack's type differs
     */
    public void append(short[] elements) throws IOException {
        requireRow(elements.length, type == NpyType.UINT16 || type == NpyType.INT16);
        row.clear();
        for (int i = 0; i < elements.length; i++) {
            row.putShort(elements[i]);
        }
        writeRow(row);
    }

    /** Writes the count into the header and gives the file its name. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        shape[0] = count;
        try (channel) {
            channel.position(0);
            writeFully(ByteBuffer.wrap(NpyHeader.encode(type, shape, COUNT_DIGITS)));
            channel.force(true);
        } catch (IOException e) {
            throw named(e);
        }
        try {
            AtomicFile.replace(part, target);
        } catch (IOException e) {
            throw named(e);
        }
    }

    /** Gives the recording up: nothing is left on disk, an older file of that name stays. */
    public void discard() throws IOException {
        closed = true;
        channel.close();
        Files.deleteIfExists(part);
    }

    private void requireRow(int length, boolean typeFits) {
        if (!typeFits || length != rowElements) {
            throw new IllegalArgumentException(
                    "length=" + length + ": expected " + rowElements + " elements of a " + type + " stack");
        }
    }

    private void writeRow(ByteBuffer filled) throws IOException {
        if (closed) {
            throw new IllegalStateException(target + " is closed");
        }
        try {
            writeFully(filled.flip());
        } catch (IOException e) {
            throw named(e);
        }
        count++;
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int written = channel.write(bytes);
            if (written < 0) {
                throw new IOException("the channel takes no more bytes");
            }
        }
    }

    private IOException named(IOException e) {
        return new IOException(target + ": cannot be written: " + AtomicFile.reason(e), e);
    }
}
