package org.flatgaze.accel.cpu;

/**
 * Where a tensor lies in the arena of an execution.
 *
 * @param offset index of the first element
 * @param pixels rows x columns, with all channels of a pixel next to each other; 1 for a row-major tensor
 * @param channels elements per pixel; all elements for a row-major tensor
 * @param step distance from pixel to pixel, at least channels
 * @param width elements from the first channel on that a kernel may overwrite with anything, at least channels: a
 *     tensor with room behind its channels can be written in whole vectors
 */
record TensorView(int offset, int pixels, int channels, int step, int width) {

    /** Whether the elements follow each other without gaps. */
    boolean isDense() {
        return step == channels || pixels == 1;
    }

    int elements() {
        return pixels * channels;
    }

    /** Some channels of this tensor. */
    TensorView part(int firstChannel, int count) {
        boolean isLast = firstChannel + count == channels;
        return new TensorView(offset + firstChannel, pixels, count, step, isLast ? width - firstChannel : count);
    }
}
