package org.flatgaze.flatcam.replay;

import java.io.IOException;
import org.flatgaze.flatcam.SensorFormat;

/** Where the significant bits of recorded 16-bit samples lie: recordings say it nowhere, but the samples tell. */
final class SampleAlignment {

    private SampleAlignment() {}

    /** All bits that occur in any of the samples. */
    static int usedBits(short[] samples) {
        int bits = 0;
        for (short sample : samples) {
            bits |= sample;
        }
        return bits & 0xffff;
    }

    /**
     * How far to shift right to get values of the format's bit depth: 0 for samples in the low bits, 16 - depth for samples in
     * the high bits.
     *
     * @param name what holds the samples, for the message
     * @throws IOException if the samples fit neither
     */
    static int shift(String name, int usedBits, SensorFormat format) throws IOException {
        int spare = 16 - format.bitDepth();
        if (usedBits <= format.maxValue()) {
            return 0;
        }
        if ((usedBits & ((1 << spare) - 1)) == 0) {
            return spare;
        }
        throw new IOException(name + ": samples use the bits 0x" + Integer.toHexString(usedBits) + ", expected "
                + format.bitDepth() + "-bit samples in the low or the high bits; check the bit depth");
    }

    /** Shifts in place. */
    static void shiftRight(short[] samples, int shift) {
        if (shift > 0) {
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (short) ((samples[i] & 0xffff) >>> shift);
            }
        }
    }
}
