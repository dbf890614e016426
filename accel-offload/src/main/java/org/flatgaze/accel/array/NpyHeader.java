package org.flatgaze.accel.array;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * What stands before the data of a {@code .npy} file (NumPy format versions 1 to 3). Public so that a reader of long
 * recordings can map the data instead of loading it.
 *
 * @param type element type
 * @param order byte order of the elements
 * @param fortranOrder whether the first index runs fastest
 * @param shape extents, outermost first
 * @param dataOffset bytes from the start of the file to the first element
 */
@SuppressWarnings("ArrayRecordComponent") // compared element-wise where it matters
public record NpyHeader(NpyType type, ByteOrder order, boolean fortranOrder, int[] shape, int dataOffset) {

    /** Longest header text accepted; NumPy itself stops at 10,000 characters by default. */
    private static final int MAX_TEXT = 1 << 20;

    /** NumPy aligns the data to this so that it can be mapped. */
    private static final int ALIGNMENT = 64;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** Largest number of elements: what one Java array holds. */
    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    /** Number of elements. */
    public int elements() {
        return Math.toIntExact(product(shape));
    }

    /** Bytes of the data. */
    public long dataBytes() {
        return product(shape) * type.bytes();
    }

    /**
     * Reads a header; the stream is left at the first element.
     *
     * @throws IOException if this is not a {@code .npy} stream or its type, order or shape is not supported; the message
     *     does not name the source
     */
    static NpyHeader read(InputStream in) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
            throw new IOException("not a .npy file (it does not start with \\x93NUMPY)");
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw new IOException("format version " + version + "." + start[7] + ": expected 1, 2 or 3");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer length = ByteBuffer.wrap(readFully(in, lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
        int textBytes = version == 1 ? length.getShort() & 0xffff : length.getInt();
        if (textBytes < 0 || textBytes > MAX_TEXT) {
            throw new IOException(
                    "header of " + Integer.toUnsignedString(textBytes) + " bytes: expected at most " + MAX_TEXT);
        }
        byte[] text = readFully(in, textBytes);
        NpyHeaderParser parser = new NpyHeaderParser(
                new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
        parser.parse();
        String descr = parser.descr();
        NpyType type = descr.length() == 3 ? NpyType.ofCode(descr.substring(1)) : null;
        char order = descr.isEmpty() ? ' ' : descr.charAt(0);
        if (type == null || "<>|=".indexOf(order) < 0) {
            throw new IOException(
                    "dtype '" + descr + "': expected bool, an integer of 8 to 64 bits or a float of 16, 32"
                            + " or 64 bits (convert with astype before saving)");
        }
        return new NpyHeader(
                type,
                order == '>' ? ByteOrder.BIG_ENDIAN : order == '<' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.nativeOrder(),
                parser.fortranOrder(),
                checkedShape(parser.shape()),
                8 + lengthBytes + textBytes);
    }

    /**
     * Header of a little-endian, row-major array, padded so that the data is aligned. With {@code roomDigits > 0} the
     * outermost extent may later grow to that many digits without moving the data.
     */
    static byte[] encode(NpyType type, int[] shape, int roomDigits) {
        StringJoiner extents = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
        for (int extent : shape) {
            extents.add(Integer.toString(extent));
        }
        String text = "{'descr': '" + (type.bytes() == 1 ? '|' : '<') + type.code()
                + "', 'fortran_order': False, 'shape': " + extents + ", }";
        int room = roomDigits == 0 ? 0 : roomDigits - Integer.toString(shape[0]).length();
        int total = (10 + text.length() + room + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - 10));
        out.put(text.getBytes(StandardCharsets.US_ASCII));
        while (out.remaining() > 1) {
            out.put((byte) ' ');
        }
        out.put((byte) '\n');
        return out.array();
    }

    private static int[] checkedShape(long[] extents) throws IOException {
        long size = 1;
        boolean empty = false;
        for (long extent : extents) {
            empty |= extent == 0;
        }
        for (long extent : extents) {
            size = empty ? 0 : Math.multiplyHigh(size, extent) != 0 ? Long.MAX_VALUE : size * extent;
            if (extent > MAX_ELEMENTS || size < 0 || size > MAX_ELEMENTS) {
                throw new IOException(
                        "shape " + Arrays.toString(extents) + ": expected at most " + MAX_ELEMENTS + " elements");
            }
        }
        return Arrays.stream(extents).mapToInt(Math::toIntExact).toArray();
    }

    private static long product(int[] shape) {
        long product = 1;
        for (int extent : shape) {
            product *= extent;
        }
        return product;
    }

    private static byte[] readFully(InputStream in, int bytes) throws IOException {
        byte[] out = in.readNBytes(bytes);
        if (out.length < bytes) {
            throw new EOFException("truncated in the header");
        }
        return out;
    }
}
