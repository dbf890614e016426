package org.flatgaze.flatcam;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Between samples and the bytes a sensor sends. Rows follow each other without padding; nothing is allocated.
 *
 * <p>Samples are unsigned: a 16-bit sample above 32767 is a negative {@code short}, read it with {@code & 0xffff}.
 */
public final class RawPacking {

    private static final VarHandle LITTLE_ENDIAN_SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private RawPacking() {}

    /**
     * Packs samples into a frame; its stamp is left alone.
     *
     * @param samples rows x columns of the frame's format, 0..{@link SensorFormat#maxValue()}; higher bits are dropped
     */
    public static void pack(short[] samples, SensorFrame into) {
        pack(samples, into.format(), into.data());
    }

    /** Packs samples into {@code data} of at least {@link SensorFormat#frameBytes()} bytes; see the other {@code pack}. */
    public static void pack(short[] samples, SensorFormat format, byte[] data) {
        int count = checkedSamples(samples, format, data);
        switch (format.packing()) {
            case U8 -> {
                for (int i = 0; i < count; i++) {
                    data[i] = (byte) samples[i];
                }
            }
            case U16_LOW -> {
                int mask = format.maxValue();
                for (int i = 0; i < count; i++) {
                    LITTLE_ENDIAN_SHORT.set(data, 2 * i, (short) (samples[i] & mask));
                }
            }
            case U16_HIGH -> {
                int shift = 16 - format.bitDepth();
                for (int i = 0; i < count; i++) {
                    LITTLE_ENDIAN_SHORT.set(data, 2 * i, (short) (samples[i] << shift));
                }
            }
            case RAW10 -> packRaw10(samples, count, data);
        }
    }

    /**
     * Unpacks a frame into samples.
     *
     * @param samples result, rows x columns, 0..{@link SensorFormat#maxValue()}
     */
    public static void unpack(SensorFrame from, short[] samples) {
        unpack(from.data(), from.format(), samples);
    }

    /** Unpacks {@link SensorFormat#frameBytes()} bytes of {@code data}; see the other {@code unpack}. */
    public static void unpack(byte[] data, SensorFormat format, short[] samples) {
        int count = checkedSamples(samples, format, data);
        switch (format.packing()) {
            case U8 -> {
                for (int i = 0; i < count; i++) {
                    samples[i] = (short) (data[i] & 0xff);
                }
            }
            case U16_LOW -> {
                int mask = format.maxValue();
                for (int i = 0; i < count; i++) {
                    samples[i] = (short) ((short) LITTLE_ENDIAN_SHORT.get(data, 2 * i) & mask);
                }
            }
            case U16_HIGH -> {
                int shift = 16 - format.bitDepth();
                for (int i = 0; i < count; i++) {
                    samples[i] = (short) (((short) LITTLE_ENDIAN_SHORT.get(data, 2 * i) & 0xffff) >>> shift);
                }
            }
            case RAW10 -> unpackRaw10(data, count, samples);
        }
    }

    private static void packRaw10(short[] samples, int count, byte[] data) {
        for (int i = 0, at = 0; i < count; i += 4, at += 5) {
            int a = samples[i];
            int b = samples[i + 1];
            int c = samples[i + 2];
            int d = samples[i + 3];
            data[at] = (byte) (a >> 2);
            data[at + 1] = (byte) (b >> 2);
            data[at + 2] = (byte) (c >> 2);
            data[at + 3] = (byte) (d >> 2);
            data[at + 4] = (byte) ((a & 3) | ((b & 3) << 2) | ((c & 3) << 4) | ((d & 3) << 6));
        }
    }

    private static void unpackRaw10(byte[] data, int count, short[] samples) {
        for (int i = 0, at = 0; i < count; i += 4, at += 5) {
            int low = data[at + 4];
            samples[i] = (short) (((data[at] & 0xff) << 2) | (low & 3));
            samples[i + 1] = (short) (((data[at + 1] & 0xff) << 2) | ((low >> 2) & 3));
            samples[i + 2] = (short) (((data[at + 2] & 0xff) << 2) | ((low >> 4) & 3));
            samples[i + 3] = (short) (((data[at + 3] & 0xff) << 2) | ((low >> 6) & 3));
        }
    }

    private static int checkedSamples(short[] samples, SensorFormat format, byte[] data) {
        int count = format.samples();
        if (samples.length < count || data.length < format.frameBytes()) {
            throw new IllegalArgumentException("samples.length=" + samples.length + " data.length=" + data.length
                    + ": expected at least " + count + " and " + format.frameBytes());
        }
        return count;
    }
}
