package org.flatgaze.accel.shiftadd;

/**
 * A depth-wise convolution of a picture stored rows x columns x channels, zero padded.
 *
 * @param channels channels of input and output
 * @param height rows of the input
 * @param width columns of the input
 * @param kernel edge of the window
 * @param stride step of the window
 * @param padding zeros on each side
 */
public record DepthwiseShape(int channels, int height, int width, int kernel, int stride, int padding) {

    public DepthwiseShape {
        new Window(kernel, stride, padding).requireFits(height, width);
        if (channels < 1) {
            throw new IllegalArgumentException("channels=" + channels + ": expected >= 1");
        }
    }

    public int outputHeight() {
        return new Window(kernel, stride, padding).outputs(height);
    }

    public int outputWidth() {
        return new Window(kernel, stride, padding).outputs(width);
    }
}
