package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Window;

/** Windows that are reduced without weights. Loops run over channels innermost and are left to the compiler. */
@SuppressWarnings("ArrayRecordComponent") // kernels are never compared
final class PoolKernels {

    private PoolKernels() {}

    /** Output steps of an 8-bit tensor, or the plain number of a float32 one. */
    static float finish(Tensor in, Tensor out, int channel, float value, int count) {
        if (!out.isQuantized()) {
            return count == 1 ? value : value / count;
        }
        float m = Int8Arithmetic.meanMultiplier(
                in.quant().scale(channel), out.quant().scale(channel), count);
        return Int8Arithmetic.finish(
                value * m,
                1,
                Int8Arithmetic.lowest(out.quant(), channel),
                Int8Arithmetic.highest(out.quant(), channel, Activation.NONE));
    }

    /** Maximum or mean over windows. */
    record Windowed(Layer.Pool pool, Tensor in, Tensor out, TensorView from, TensorView to, float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            Shape shape = out.shape();
            for (int y = 0; y < shape.rows(); y++) {
                for (int x = 0; x < shape.columns(); x++) {
                    pixel(y, x, to.offset() + (y * shape.columns() + x) * to.step());
                }
            }
        }

        private void pixel(int y, int x, int at) {
            Window w = pool.window();
            boolean max = pool.kind() == Layer.Pool.Kind.MAX;
            int channels = to.channels();
            for (int c = 0; c < channels; c++) {
                arena[at + c] = max ? Float.NEGATIVE_INFINITY : 0;
            }
            int count = 0;
            for (int ky = 0; ky < w.kernelRows(); ky++) {
                int row = y * w.strideRows() - w.padTop() + ky * w.dilationRows();
                for (int kx = 0; kx < w.kernelColumns(); kx++) {
                    int column = x * w.strideColumns() - w.padLeft() + kx * w.dilationColumns();
                    if (row >= 0
                            && row < in.shape().rows()
                            && column >= 0
                            && column < in.shape().columns()) {
                        count++;
                        int source = from.offset() + (row * in.shape().columns() + column) * from.step();
                        if (max) {
                            maximum(source, at, channels);
                        } else if (in.isQuantized()) {
                            sumReals(source, at, channels);
                        } else {
                            sum(source, at, channels);
                        }
                    }
                }
            }
            int divisor = max ? 1 : pool.countPadding() ? w.taps() : count;
            finishPixel(at, channels, divisor);
        }

        private void maximum(int source, int at, int channels) {
            for (int c = 0; c < channels; c++) {
                arena[at + c] = Math.max(arena[at + c], arena[source + c]);
            }
        }

        private void sum(int source, int at, int channels) {
            for (int c = 0; c < channels; c++) {
                arena[at + c] += arena[source + c];
            }
        }

        private void sumReals(int source, int at, int channels) {
            for (int c = 0; c < channels; c++) {
                arena[at + c] += arena[source + c] * in.quant().scale(c);
            }
        }

        private void finishPixel(int at, int channels, int divisor) {
            if (out.isQuantized()) {
                for (int c = 0; c < channels; c++) {
                    arena[at + c] = pool.kind() == Layer.Pool.Kind.MAX
                            ? finish(in, out, c, arena[at + c], 1)
                            : Int8Arithmetic.finishMean(arena[at + c], divisor, out.quant(), c);
                }
            } else if (divisor != 1) {
                for (int c = 0; c < channels; c++) {
                    arena[at + c] /= divisor;
                }
            }
        }
    }

    /** Mean over the whole picture. */
    record Global(Tensor in, Tensor out, TensorView from, TensorView to, float[] arena) implements Kernel {
        @Override
        public void run(int part) {
            int channels = from.channels();
            int at = to.offset();
            System.arraycopy(arena, from.offset(), arena, at, channels);
            for (int i = 1; i < from.pixels(); i++) {
                int source = from.offset() + i * from.step();
                for (int c = 0; c < channels; c++) {
                    arena[at + c] += arena[source + c];
                }
            }
            for (int c = 0; c < channels; c++) {
                arena[at + c] = finish(in, out, c, arena[at + c], from.pixels());
            }
        }
    }
}
