package org.flatgaze.flatcam;

/**
 * What a frame source delivers; checked once, here.
 *
 * @param width samples per row
 * @param height rows
 * @param bitDepth significant bits per sample, 8..16
 * @param packing how samples lie in memory; rows follow each other without padding
 */
public record SensorFormat(int width, int height, int bitDepth, Packing packing) {

    /** The reference device: 480 x 640 mono, 10 bit, packed. */
    public static final SensorFormat REFERENCE = new SensorFormat(640, 480, 10, Packing.RAW10);

    public SensorFormat {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("width=" + width + " height=" + height + ": expected at least 1");
        }
        if (bitDepth < 8 || bitDepth > 16) {
            throw new IllegalArgumentException("bitDepth=" + bitDepth + ": expected 8..16");
        }
        if (packing == Packing.U8 && bitDepth != 8) {
            throw new IllegalArgumentException("packing=U8 bitDepth=" + bitDepth + ": expected 8");
        }
        if (packing == Packing.RAW10 && (bitDepth != 10 || width % 4 != 0)) {
            throw new IllegalArgumentException("packing=RAW10 bitDepth=" + bitDepth + " width=" + width
                    + ": expected 10 bit and a width that is a multiple of 4");
        }
    }

    /** Samples per frame. */
    public int samples() {
        return Math.multiplyExact(width, height);
    }

    /** Bytes per frame. */
    public int frameBytes() {
        return packing.bytes(samples());
    }

    /** Largest sample value, {@code 2^bitDepth - 1}. */
    public int maxValue() {
        return (1 << bitDepth) - 1;
    }
}
