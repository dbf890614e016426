package org.flatgaze.accel.shiftadd;

import java.util.Arrays;

/**
 * Writes the window at every position of a picture as a row, so that a convolution becomes a {@link MatrixKernel}.
 * Padded positions are written out as the code 0: for an adder layer they count, each {@code |0 - w|}.
 *
 * <p>Immutable. Columns are ordered window row, window column, channel; weights must be as well.
 *
 * @param channels channels of the picture, which is stored rows x columns x channels
 * @param height rows of the picture
 * @param width columns of the picture
 * @param window the sliding window
 */
public record PatchRows(int channels, int height, int width, Window window) {

    public PatchRows {
        if (channels < 1) {
            throw new IllegalArgumentException("channels=" + channels + ": expected >= 1");
        }
        window.requireFits(height, width);
    }

    /**
     * The same for a layer with groups.
     *
     * @throws IllegalArgumentException unless {@code groups} is 1: a depth-wise layer has its own kernel, anything between
     *     is not supported
     */
    public static PatchRows of(int channels, int height, int width, Window window, int groups) {
        if (groups != 1) {
            throw new IllegalArgumentException("groups=" + groups + ": expected 1"
                    + (groups == channels ? "; use the depth-wise kernel" : ", grouped layers are not supported"));
        }
        return new PatchRows(channels, height, width, window);
    }

    /** Window positions. */
    public int rows() {
        return window.outputs(height) * window.outputs(width);
    }

    /** Taps of a position. */
    public int columns() {
        return window.kernel() * window.kernel() * channels;
    }

    /**
     * Fills {@code patches}.
     *
     * @param x the picture from {@code xOffset}
     * @param patches {@code rows x columns}, overwritten
     */
    public void fill(byte[] x, int xOffset, byte[] patches) {
        Checks.room("x", x.length, xOffset, (long) height * width * channels);
        Checks.room("patches", patches.length, 0, (long) rows() * columns());
        int to = 0;
        for (int row = 0; row < window.outputs(height); row++) {
            for (int column = 0; column < window.outputs(width); column++) {
                int top = row * window.stride() - window.padding();
                int left = column * window.stride() - window.padding();
                for (int ky = 0; ky < window.kernel(); ky++) {
                    to = windowRow(x, xOffset, top + ky, left, patches, to);
                }
            }
        }
    }

    private int windowRow(byte[] x, int xOffset, int y, int left, byte[] patches, int at) {
        int length = window.kernel() * channels;
        int first = y < 0 || y >= height ? window.kernel() : Math.min(window.kernel(), Math.max(0, -left));
        int end = y < 0 || y >= height ? window.kernel() : Math.max(first, Math.min(window.kernel(), width - left));
        Arrays.fill(patches, at, at + first * channels, (byte) 0);
        if (end > first) {
            int from = xOffset + (y * width + left + first) * channels;
            System.arraycopy(x, from, patches, at + first * channels, (end - first) * channels);
        }
        Arrays.fill(patches, at + end * channels, at + length, (byte) 0);
        return at + length;
    }
}
