package org.flatgaze.runtime.publish;

/**
 * Appends compact JSON to one fixed buffer; floats as plain decimals without an exponent.
 *
 * <p>Allocates nothing after construction; one thread. Commas are the caller's business.
 */
final class JsonAppender {

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] MIN_LONG = Ascii.bytes(Long.toString(Long.MIN_VALUE));
    private static final long[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};
    private static final float LARGEST = 1e9f;

    private final byte[] buffer;
    private final byte[] digits = new byte[20];
    private int length;

    JsonAppender(byte[] buffer) {
        this.buffer = buffer;
    }

    void reset() {
        length = 0;
    }

    int length() {
        return length;
    }

    void raw(char ascii) {
        buffer[length++] = (byte) ascii;
    }

    void raw(byte[] ascii) {
        System.arraycopy(ascii, 0, buffer, length, ascii.length);
        length += ascii.length;
    }

    void nil() {
        raw(NULL);
    }

    void integer(long value) {
        if (value == Long.MIN_VALUE) {
            raw(MIN_LONG);
            return;
        }
        if (value < 0) {
            raw('-');
        }
        magnitude(Math.abs(value), 1);
    }

    /**
     * Writes {@code value} rounded to at most {@code decimals} places, trailing zeros cut; null when it is not finite
     * or beyond 1e9.
     *
     * @param decimals 0..7
     */
    void decimalOrNull(float value, int decimals) {
        if (!(Math.abs(value) <= LARGEST)) {
            nil();
            return;
        }
        long scaled = Math.round((double) value * POWERS_OF_TEN[decimals]);
        if (scaled < 0) {
            raw('-');
            scaled = -scaled;
        }
        magnitude(scaled / POWERS_OF_TEN[decimals], 1);
        long fraction = scaled % POWERS_OF_TEN[decimals];
        int places = decimals;
        if (fraction == 0) {
            return;
        }
        while (fraction % 10 == 0) {
            fraction /= 10;
            places--;
        }
        raw('.');
        magnitude(fraction, places);
    }

    private void magnitude(long value, int leastDigits) {
        int count = 0;
        for (long rest = value; rest != 0; rest /= 10) {
            digits[count++] = (byte) ('0' + rest % 10);
        }
        while (count < leastDigits) {
            digits[count++] = '0';
        }
        while (count > 0) {
            buffer[length++] = digits[--count];
        }
    }
}
