package org.flatgaze.runtime.publish;

/**
 * Writes CBOR (RFC 8949, preferred serialisation of lengths and integers, definite lengths) into one fixed buffer.
 *
 * <p>Allocates nothing after construction; one thread.
 */
final class CborWriter {

    private static final int UNSIGNED = 0 << 5;
    private static final int NEGATIVE = 1 << 5;
    private static final int TEXT = 3 << 5;
    private static final int ARRAY = 4 << 5;
    private static final int NULL = 0xf6;
    private static final int FLOAT_32 = 0xfa;

    private final byte[] buffer;
    private int length;

    CborWriter(byte[] buffer) {
        this.buffer = buffer;
    }

    void reset() {
        length = 0;
    }

    int length() {
        return length;
    }

    void array(int elements) {
        head(ARRAY, elements);
    }

    void integer(long value) {
        if (value >= 0) {
            head(UNSIGNED, value);
        } else {
            head(NEGATIVE, ~value);
        }
    }

    /** Writes a 32-bit float, or null when {@code value} is not finite. */
    void float32OrNull(float value) {
        if (!Float.isFinite(value)) {
            nil();
            return;
        }
        buffer[length++] = (byte) FLOAT_32;
        bigEndian(Float.floatToRawIntBits(value), 4);
    }

    void text(byte[] ascii) {
        head(TEXT, ascii.length);
        System.arraycopy(ascii, 0, buffer, length, ascii.length);
        length += ascii.length;
    }

    void nil() {
        buffer[length++] = (byte) NULL;
    }

    private void head(int majorType, long argument) {
        if (argument < 24) {
            buffer[length++] = (byte) (majorType | (int) argument);
        } else if (argument < 1L << 8) {
            buffer[length++] = (byte) (majorType | 24);
            bigEndian(argument, 1);
        } else if (argument < 1L << 16) {
            buffer[length++] = (byte) (majorType | 25);
            bigEndian(argument, 2);
        } else if (argument < 1L << 32) {
            buffer[length++] = (byte) (majorType | 26);
            bigEndian(argument, 4);
        } else {
            buffer[length++] = (byte) (majorType | 27);
            bigEndian(argument, 8);
        }
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }
}
