package org.flatgaze.accel.emulator;

/** For which output indices along one axis a position of a sliding kernel lies inside the input. */
final class Reach {

    private Reach() {}

    /** First output index; {@code shift} is the input index under output index 0, may be negative. */
    static int first(int stride, int shift) {
        return shift >= 0 ? 0 : (-shift + stride - 1) / stride;
    }

    /** One past the last output index, not below {@code first}. */
    static int end(int stride, int shift, int inputs, int outputs) {
        return Math.max(first(stride, shift), Math.min(outputs, Math.floorDiv(inputs - 1 - shift, stride) + 1));
    }
}
