package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.RowArithmetic;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;

/** Layers of attention: products of activations and functions of the last axis, all row-major. */
@SuppressWarnings("ArrayRecordComponent") // kernels are never compared
final class RowKernels {

    private RowKernels() {}

    /**
     * Softmax or layer normalisation; 8-bit inputs are computed in float32 and quantised again.
     *
     * @param exact whether every backend has to get the same bits, as in graphs with 8-bit layers
     */
    record Normalize(Layer layer, Tensor in, Tensor out, TensorView from, TensorView to, boolean exact, float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            int n = in.shape().extent(-1);
            if (!exact) {
                inFloats(n);
                return;
            }
            float scale = in.isQuantized() ? in.quant().scale(0) : 1;
            for (int row = 0; row < in.shape().elements(); row += n) {
                int at = to.offset() + row;
                for (int i = 0; i < n; i++) {
                    arena[at + i] = arena[from.offset() + row + i] * scale;
                }
                if (layer instanceof Layer.LayerNorm norm) {
                    RowArithmetic.layerNorm(arena, at, norm.scale(), norm.shift(), norm.epsilon());
                } else {
                    RowArithmetic.softmax(arena, at, n);
                }
                if (out.isQuantized()) {
                    for (int i = 0; i < n; i++) {
                        arena[at + i] = out.quant().quantize(arena[at + i], 0)
                                - out.quant().zeroPoint(0);
                    }
                }
            }
        }

        private void inFloats(int n) {
            for (int row = 0; row < in.shape().elements(); row += n) {
                if (layer instanceof Layer.LayerNorm norm) {
                    SmoothRows.layerNorm(
                            arena, from.offset() + row, to.offset() + row, norm.scale(), norm.shift(), norm.epsilon());
                } else {
                    SmoothRows.softmax(arena, from.offset() + row, to.offset() + row, n);
                }
            }
        }
    }

    /** Product of two activations, matrix by matrix. */
    record MatMul(
            Layer.MatMul layer,
            Tensor a,
            Tensor b,
            Tensor out,
            TensorView left,
            TensorView right,
            TensorView to,
            Memory memory)
            implements Kernel {

        /** Deepest product whose sums of 8-bit numbers a float holds exactly: 258 * 255 * 255 &lt; 2^24. */
        private static final int EXACT_DEPTH = 258;

        @Override
        public void run(int part) {
            Shape shape = out.shape();
            int m = shape.extent(-2);
            int n = shape.extent(-1);
            int k = layer.depth();
            for (int i = 0; i < shape.elements() / (m * n); i++) {
                int x = left.offset() + i * m * k;
                int y = right.offset() + i * k * n;
                int z = to.offset() + i * m * n;
                if (!out.isQuantized()) {
                    memory.kernels().sgemm(m, n, k, memory.arena(), x, k, memory.arena(), y, n, memory.arena(), z, n);
                } else {
                    steps(m, n, k, x, y, z);
                }
            }
        }

        private void steps(int m, int n, int k, int x, int y, int z) {
            float[] arena = memory.arena();
            float factor = Int8Arithmetic.multiplier(
                    a.quant().scale(0) * b.quant().scale(0), out.quant().scale(0));
            float lowest = Int8Arithmetic.lowest(out.quant(), 0);
            float highest = Int8Arithmetic.highest(out.quant(), 0, Activation.NONE);
            if (k <= EXACT_DEPTH) {
                memory.kernels().sgemm(m, n, k, arena, x, k, arena, y, n, arena, z, n);
            }
            for (int i = 0; i < m * n; i++) {
                float sum = k <= EXACT_DEPTH ? arena[z + i] : sum(arena, x + i / n * k, y + i % n, n, k);
                arena[z + i] = Int8Arithmetic.finish(sum * factor, 1, lowest, highest);
            }
        }

        private static float sum(float[] arena, int row, int column, int n, int k) {
            int sum = 0;
            for (int p = 0; p < k; p++) {
                sum += ((int) arena[row + p]) * ((int) arena[column + p * n]);
            }
            return sum;
        }
    }
}
