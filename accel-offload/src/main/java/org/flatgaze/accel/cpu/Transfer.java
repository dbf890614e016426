package org.flatgaze.accel.cpu;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;

/** Between the pinned memory of an input or output (row-major, NCHW) and its place in the arena. */
final class Transfer {

    private final TensorView view;
    private final float[] arena;
    private final int channels;
    private final int pixels;
    private final int pixelStep;
    private final QuantParams quant;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;

    Transfer(Tensor tensor, TensorView view, boolean channelsInnermost, float[] arena) {
        Shape shape = tensor.shape();
        this.view = view;
        this.arena = arena;
        this.channels = channelsInnermost ? shape.channels() : 1;
        this.pixels = channelsInnermost ? shape.rows() * shape.columns() : shape.elements();
        this.pixelStep = channelsInnermost ? view.step() : 1;
        this.quant = tensor.quant();
        this.bytes = PinnedMemory.allocate(tensor);
        this.floats = bytes.asFloatBuffer();
    }

    /** The pinned memory, at position 0. */
    ByteBuffer memory() {
        return bytes.clear();
    }

    void in() {
        for (int c = 0; c < channels; c++) {
            int to = view.offset() + c;
            int from = c * pixels;
            if (quant == null && pixelStep == 1) {
                floats.get(from, arena, to, pixels);
            } else if (quant == null) {
                for (int i = 0; i < pixels; i++) {
                    arena[to + i * pixelStep] = floats.get(from + i);
                }
            } else {
                int zero = quant.zeroPoint(c);
                for (int i = 0; i < pixels; i++) {
                    int q = quant.signed() ? bytes.get(from + i) : Byte.toUnsignedInt(bytes.get(from + i));
                    arena[to + i * pixelStep] = q - zero;
                }
            }
        }
    }

    void out() {
        for (int c = 0; c < channels; c++) {
            int from = view.offset() + c;
            int to = c * pixels;
            if (quant == null && pixelStep == 1) {
                floats.put(to, arena, from, pixels);
            } else if (quant == null) {
                for (int i = 0; i < pixels; i++) {
                    floats.put(to + i, arena[from + i * pixelStep]);
                }
            } else {
                int zero = quant.zeroPoint(c);
                for (int i = 0; i < pixels; i++) {
                    bytes.put(to + i, (byte) ((int) arena[from + i * pixelStep] + zero));
                }
            }
        }
    }
}
