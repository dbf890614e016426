package org.flatgaze.accel.array;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements after the header: bytes to typed arrays and back, a chunk at a time. */
final class NpyData {

    /** A multiple of every element size. */
    private static final int CHUNK_BYTES = 1 << 16;

    private NpyData() {}

    /**
     * Reads the elements the header announces. With {@code trusted} false the bytes are collected before the array is
     * allocated, so that a short stream with a huge shape costs no memory.
     */
    static NpyArray read(NpyHeader header, InputStream in, boolean trusted) throws IOException {
        int count = header.elements();
        InputStream source = in;
        if (!trusted && header.dataBytes() > CHUNK_BYTES) {
            if (header.dataBytes() > Integer.MAX_VALUE - 8) {
                throw new IOException("data of " + header.dataBytes() + " bytes in a stream: expected below 2 GiB");
            }
            byte[] all = in.readNBytes((int) header.dataBytes());
            if (all.length < header.dataBytes()) {
                throw truncated(header, all.length);
            }
            source = new java.io.ByteArrayInputStream(all);
        }
        Object elements = allocate(header.type(), count);
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, header.dataBytes())];
        ByteBuffer view = ByteBuffer.wrap(chunk).order(header.order());
        int width = header.type().bytes();
        int done = 0;
        while (done < count) {
            int bytes = (int) Math.min(chunk.length, (long) (count - done) * width);
            int got = source.readNBytes(chunk, 0, bytes);
            if (got < bytes) {
                throw truncated(header, (long) done * width + got);
            }
            get(view.clear().limit(bytes), elements, done, bytes / width);
            done += bytes / width;
        }
        if (header.fortranOrder() && header.shape().length > 1) {
            elements = rowMajor(elements, count, header.shape());
        }
        return new NpyArray(header.type(), elements, count, header.shape());
    }

    /** Writes the elements little-endian. */
    static void write(NpyArray array, OutputStream out) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        ByteBuffer view = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        int perChunk = CHUNK_BYTES / array.type().bytes();
        for (int done = 0; done < array.size(); done += perChunk) {
            int count = Math.min(perChunk, array.size() - done);
            put(view.clear(), array.elements(), done, count);
            out.write(chunk, 0, count * array.type().bytes());
        }
    }

    private static EOFException truncated(NpyHeader header, long got) {
        return new EOFException("truncated: " + header.dataBytes() + " bytes of data expected, " + got + " found");
    }

    private static Object allocate(NpyType type, int count) {
        return switch (type) {
            case BOOL, UINT8, INT8 -> new byte[count];
            case UINT16, INT16, FLOAT16 -> new short[count];
            case UINT32, INT32 -> new int[count];
            case UINT64, INT64 -> new long[count];
            case FLOAT32 -> new float[count];
            case FLOAT64 -> new double[count];
        };
    }

    private static void get(ByteBuffer from, Object to, int at, int count) {
        switch (to) {
            case byte[] a -> from.get(a, at, count);
            case short[] a -> from.asShortBuffer().get(a, at, count);
            case int[] a -> from.asIntBuffer().get(a, at, count);
            case long[] a -> from.asLongBuffer().get(a, at, count);
            case float[] a -> from.asFloatBuffer().get(a, at, count);
            case double[] a -> from.asDoubleBuffer().get(a, at, count);
            default -> throw new IllegalStateException("not an element array");
        }
    }

    private static void put(ByteBuffer to, Object from, int at, int count) {
        switch (from) {
            case byte[] a -> to.put(a, at, count);
            case short[] a -> to.asShortBuffer().put(a, at, count);
            case int[] a -> to.asIntBuffer().put(a, at, count);
            case long[] a -> to.asLongBuffer().put(a, at, count);
            case float[] a -> to.asFloatBuffer().put(a, at, count);
            case double[] a -> to.asDoubleBuffer().put(a, at, count);
            default -> throw new IllegalStateException("not an element array");
        }
    }

    /** Reorders elements whose first index runs fastest. */
    private static Object rowMajor(Object from, int count, int[] shape) {
        Object to = java.lang.reflect.Array.newInstance(from.getClass().getComponentType(), count);
        int[] index = new int[shape.length];
        long[] stride = new long[shape.length];
        long step = 1;
        for (int d = 0; d < shape.length; d++) {
            stride[d] = step;
            step *= shape[d];
        }
        long source = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(from, (int) source, to, i, 1);
            for (int d = shape.length - 1; d >= 0; d--) {
                index[d]++;
                source += stride[d];
                if (index[d] < shape[d]) {
                    break;
                }
                source -= stride[d] * shape[d];
                index[d] = 0;
            }
        }
        return to;
    }
}
