package org.flatgaze.flatcam.opencv;

/**
 * A decoded picture.
 *
 * @param width columns
 * @param height rows
 * @param channels 1 grey, 3 red-green-blue interleaved
 * @param bitDepth 8 or 16: how the file stores a sample, whatever range the samples use
 * @param samples height x width x channels; 16-bit samples are unsigned, read them with {@code & 0xffff}
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of pixels: compared by nobody, copied by nobody
public record Picture(int width, int height, int channels, int bitDepth, short[] samples) {

    public Picture {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("width=" + width + " height=" + height + ": expected at least 1");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels=" + channels + ": expected 1 or 3");
        }
        if (bitDepth != 8 && bitDepth != 16) {
            throw new IllegalArgumentException("bitDepth=" + bitDepth + ": expected 8 or 16");
        }
        int expected = Math.multiplyExact(Math.multiplyExact(width, height), channels);
        if (samples.length != expected) {
            throw new IllegalArgumentException("samples.length=" + samples.length + ": expected " + expected);
        }
    }

    /** Sample as an unsigned number. */
    public int sample(int row, int col, int channel) {
        return samples[(row * width + col) * channels + channel] & 0xffff;
    }
}
