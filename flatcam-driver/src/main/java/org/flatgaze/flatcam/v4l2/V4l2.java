package org.flatgaze.flatcam.v4l2;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.flatgaze.flatcam.SensorFormat;

/**
 * Numbers of {@code linux/videodev2.h} on 64-bit machines: request codes, structure sizes, field offsets, flags. The same on
 * x86-64 and arm64; printed by a C program and held against the copy in the test.
 */
final class V4l2 {

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    static final int CAPABILITY_SIZE = 104;
    static final int CAPABILITY_CAPABILITIES = 84;
    static final int CAPABILITY_DEVICE_CAPS = 88;

    static final int FORMAT_SIZE = 208;
    static final int FORMAT_WIDTH = 8;
    static final int FORMAT_HEIGHT = 12;
    static final int FORMAT_PIXEL_FORMAT = 16;
    static final int FORMAT_FIELD = 20;
    static final int FORMAT_BYTES_PER_LINE = 24;
    static final int FORMAT_SIZE_IMAGE = 28;

    static final int STREAM_PARAMETERS_SIZE = 204;
    static final int STREAM_PARAMETERS_PERIOD = 12;

    static final int REQUEST_BUFFERS_SIZE = 20;
    static final int REQUEST_BUFFERS_TYPE = 4;
    static final int REQUEST_BUFFERS_MEMORY = 8;

    static final int BUFFER_SIZE = 88;
    static final int BUFFER_TYPE = 4;
    static final int BUFFER_BYTES_USED = 8;
    static final int BUFFER_FLAGS = 12;
    static final int BUFFER_SECONDS = 24;
    static final int BUFFER_MICROSECONDS = 32;
    static final int BUFFER_SEQUENCE = 56;
    static final int BUFFER_MEMORY = 60;
    static final int BUFFER_OFFSET = 64;
    static final int BUFFER_LENGTH = 72;

    static final long QUERY_CAPABILITY = request(2, 0, CAPABILITY_SIZE);
    static final long SET_FORMAT = request(3, 5, FORMAT_SIZE);
    static final long REQUEST_BUFFERS = request(3, 8, REQUEST_BUFFERS_SIZE);
    static final long QUERY_BUFFER = request(3, 9, BUFFER_SIZE);
    static final long QUEUE_BUFFER = request(3, 15, BUFFER_SIZE);
    static final long DEQUEUE_BUFFER = request(3, 17, BUFFER_SIZE);
    static final long STREAM_ON = request(1, 18, 4);
    static final long STREAM_OFF = request(1, 19, 4);
    static final long SET_PARAMETERS = request(3, 22, STREAM_PARAMETERS_SIZE);

    static final int CAN_CAPTURE = 0x1;
    static final int CAN_STREAM = 0x400_0000;
    static final int HAS_DEVICE_CAPS = 0x8000_0000;
    static final int TYPE_CAPTURE = 1;
    static final int MEMORY_MAPPED = 1;
    static final int FIELD_NONE = 1;
    static final int BUFFER_DAMAGED = 0x40;
    static final int STAMP_KIND = 0xe000;
    static final int STAMP_MONOTONIC = 0x2000;
    static final int STAMP_SOURCE = 0x7_0000;
    static final int STAMP_START_OF_EXPOSURE = 0x1_0000;

    private V4l2() {}

    /** Direction (1 to the kernel, 2 from it, 3 both), size, group 'V', number: the generic ioctl encoding. */
    private static long request(int direction, int number, int size) {
        return ((long) direction << 30) | ((long) size << 16) | ('V' << 8) | number;
    }

    /** The grey pixel format that carries a sensor format. */
    static int pixelFormat(SensorFormat format) {
        return switch (format.packing()) {
            case U8 -> fourCharacters("GREY");
            case RAW10 -> fourCharacters("Y10P");
            case U16_LOW ->
                switch (format.bitDepth()) {
                    case 10 -> fourCharacters("Y10 ");
                    case 12 -> fourCharacters("Y12 ");
                    case 14 -> fourCharacters("Y14 ");
                    case 16 -> fourCharacters("Y16 ");
                    default ->
                        throw new IllegalArgumentException("bitDepth=" + format.bitDepth()
                                + ": expected 10, 12, 14 or 16; V4L2 has no grey format of that depth");
                };
            case U16_HIGH -> fourCharacters("Y16 ");
        };
    }

    static int fourCharacters(String code) {
        byte[] c = code.getBytes(StandardCharsets.US_ASCII);
        return c[0] | (c[1] << 8) | (c[2] << 16) | (c[3] << 24);
    }

    static String text(int pixelFormat) {
        byte[] c = {
            (byte) pixelFormat, (byte) (pixelFormat >> 8), (byte) (pixelFormat >> 16), (byte) (pixelFormat >> 24)
        };
        return new String(c, StandardCharsets.US_ASCII);
    }
}
