package org.flatgaze.flatcam;

/** How samples lie in memory. */
public enum Packing {
    /** One byte a sample; only for bit depth 8. */
    U8,
    /** Two bytes a sample, little-endian, value in the low bits. */
    U16_LOW,
    /** Two bytes a sample, little-endian, value in the high bits (low bits zero). */
    U16_HIGH,
    /** MIPI CSI-2 RAW10: five bytes hold four samples; the fifth byte holds their low two bits, first sample lowest. */
    RAW10;

    /** Bytes that {@code samples} samples occupy; for {@link #RAW10} a multiple of four samples is expected. */
    public int bytes(int samples) {
        return switch (this) {
            case U8 -> samples;
            case U16_LOW, U16_HIGH -> Math.multiplyExact(samples, 2);
            case RAW10 -> Math.toIntExact(samples * 5L / 4);
        };
    }
}
