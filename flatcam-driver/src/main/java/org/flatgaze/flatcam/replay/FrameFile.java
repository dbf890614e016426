package org.flatgaze.flatcam.replay;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;

/**
 * The layout of a packed frame file, in one place for reader and writer.
 *
 * <pre>
 * offset  0  8 bytes  "FGFRAMES"
 *         8  int      version, 1
 *        12  int      width
 *        16  int      height
 *        20  int      bit depth
 *        24  int      packing: 0 U8, 1 U16_LOW, 2 U16_HIGH, 3 RAW10
 *        28  int      number of frames
 *        32  long     hash of the parameters the frames were made from
 *        40           zero up to 64
 * record  0  3 float  gaze x, y, z
 *        12  float    openness
 *        16  int      1 if the pupil is visible
 *        20  int      person
 *        24           zero up to 32, then the packed samples
 * </pre>
 */
final class FrameFile {

    static final int HEADER_BYTES = 64;
    static final int TRUTH_BYTES = 32;

    private static final int VERSION = 1;
    private static final byte[] MAGIC = "FGFRAMES".getBytes(StandardCharsets.US_ASCII);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    record Header(SensorFormat format, int frameCount, long parameterHash) {}

    private FrameFile() {}

    static long recordBytes(SensorFormat format) {
        return (long) TRUTH_BYTES + format.frameBytes();
    }

    static void writeHeader(MemorySegment to, Header header) {
        MemorySegment.copy(MAGIC, 0, to, ValueLayout.JAVA_BYTE, 0, MAGIC.length);
        to.set(INT, 8, VERSION);
        to.set(INT, 12, header.format().width());
        to.set(INT, 16, header.format().height());
        to.set(INT, 20, header.format().bitDepth());
        to.set(INT, 24, code(header.format().packing()));
        to.set(INT, 28, header.frameCount());
        to.set(LONG, 32, header.parameterHash());
    }

    static Header readHeader(Path path, MemorySegment from) throws IOException {
        if (from.byteSize() < MAGIC.length
                || from.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) != -1) {
            throw new IOException(path + ": not a FlatGaze frame file (it does not start with FGFRAMES)");
        }
        if (from.byteSize() < HEADER_BYTES) {
            throw new IOException(path + ": truncated inside the header; make it again");
        }
        int version = from.get(INT, 8);
        if (version != VERSION) {
            throw new IOException(path + ": frame file version " + version + ", this build reads " + VERSION
                    + "; make it again with this build");
        }
        SensorFormat format = readFormat(path, from);
        int frameCount = from.get(INT, 28);
        long expected = HEADER_BYTES + frameCount * recordBytes(format);
        if (frameCount < 1 || from.byteSize() != expected) {
            throw new IOException(path + ": holds " + from.byteSize() + " bytes, expected " + expected + " for "
                    + frameCount + " frames; it is truncated or damaged, make it again");
        }
        return new Header(format, frameCount, from.get(LONG, 32));
    }

    private static SensorFormat readFormat(Path path, MemorySegment from) throws IOException {
        try {
            return new SensorFormat(
                    from.get(INT, 12), from.get(INT, 16), from.get(INT, 20), packing(from.get(INT, 24)));
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": damaged header (" + e.getMessage() + "); make it again", e);
        }
    }

    static void writeTruth(MemorySegment to, FrameTruth truth) {
        to.set(FLOAT, 0, truth.gazeX);
        to.set(FLOAT, 4, truth.gazeY);
        to.set(FLOAT, 8, truth.gazeZ);
        to.set(FLOAT, 12, truth.openness);
        to.set(INT, 16, truth.pupilVisible ? 1 : 0);
        to.set(INT, 20, truth.person);
    }

    static void readTruth(MemorySegment from, long at, FrameTruth into) {
        into.set(
                from.get(FLOAT, at),
                from.get(FLOAT, at + 4),
                from.get(FLOAT, at + 8),
                from.get(FLOAT, at + 12),
                from.get(INT, at + 16) != 0,
                from.get(INT, at + 20));
    }

    /** Stated rather than taken from the order of the enum: files outlive a reordering. */
    private static int code(Packing packing) {
        return switch (packing) {
            case U8 -> 0;
            case U16_LOW -> 1;
            case U16_HIGH -> 2;
            case RAW10 -> 3;
        };
    }

    private static Packing packing(int code) {
        return switch (code) {
            case 0 -> Packing.U8;
            case 1 -> Packing.U16_LOW;
            case 2 -> Packing.U16_HIGH;
            case 3 -> Packing.RAW10;
            default -> throw new IllegalArgumentException("packing=" + code + ": expected 0..3");
        };
    }
}
