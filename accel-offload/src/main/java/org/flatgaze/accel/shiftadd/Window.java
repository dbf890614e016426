package org.flatgaze.accel.shiftadd;

/**
 * A square sliding window.
 *
 * @param kernel edge
 * @param stride step
 * @param padding materialised positions on each side
 */
public record Window(int kernel, int stride, int padding) {

    public Window {
        if (kernel < 1 || kernel > 11) {
            throw new IllegalArgumentException("kernel=" + kernel + ": expected 1..11");
        }
        if (stride < 1) {
            throw new IllegalArgumentException("stride=" + stride + ": expected >= 1");
        }
        if (padding < 0 || padding >= kernel) {
            throw new IllegalArgumentException("padding=" + padding + ": expected 0.." + (kernel - 1));
        }
    }

    /** Window positions along an edge of {@code size} pixels. */
    public int outputs(int size) {
        return (size + 2 * padding - kernel) / stride + 1;
    }

    void requireFits(int height, int width) {
        if (height < 1 || width < 1 || height + 2 * padding < kernel || width + 2 * padding < kernel) {
            throw new IllegalArgumentException("height=" + height + " width=" + width + ": expected the window of "
                    + kernel + " with padding " + padding + " to fit");
        }
    }
}
