package org.flatgaze.accel.cpu;

import jdk.incubator.vector.FloatVector;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Tensor;

/** Layers that treat every element by itself. Tensors are walked pixel by pixel; a row-major tensor is one pixel. */
@SuppressWarnings("ArrayRecordComponent") // kernels are never compared
final class ElementKernels {

    private ElementKernels() {}

    /** Sum of two float32 tensors with an activation. */
    record Add(TensorView left, TensorView right, TensorView to, Activation activation, float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            float slope = activation.negativeSlope();
            float ceiling = activation.ceiling();
            for (int i = 0; i < to.pixels(); i++) {
                row(
                        left.offset() + i * left.step(),
                        right.offset() + i * right.step(),
                        to.offset() + i * to.step(),
                        slope,
                        ceiling);
            }
        }

        private void row(int a, int b, int at, float slope, float ceiling) {
            int channels = to.channels();
            int c = 0;
            for (; c <= channels - ConvTile.LANES; c += ConvTile.LANES) {
                FloatVector y = FloatVector.fromArray(ConvTile.SPECIES, arena, a + c)
                        .add(FloatVector.fromArray(ConvTile.SPECIES, arena, b + c));
                y.max(y.mul(slope)).min(ceiling).intoArray(arena, at + c);
            }
            for (; c < channels; c++) {
                float y = arena[a + c] + arena[b + c];
                arena[at + c] = Math.min(Math.max(y, y * slope), ceiling);
            }
        }
    }

    /** Sum of two 8-bit tensors: both are brought to output steps, added, finished. */
    record AddSteps(
            TensorView left,
            TensorView right,
            TensorView to,
            float[] leftFactor,
            float[] rightFactor,
            float[] lowest,
            float[] highest,
            float slope,
            float[] arena)
            implements Kernel {

        static AddSteps of(
                Tensor a,
                Tensor b,
                Tensor out,
                Activation activation,
                TensorView left,
                TensorView right,
                TensorView to,
                float[] arena) {
            float[][] tables = new float[4][to.channels()];
            for (int c = 0; c < to.channels(); c++) {
                tables[0][c] = Int8Arithmetic.multiplier(
                        a.quant().scale(c), out.quant().scale(c));
                tables[1][c] = Int8Arithmetic.multiplier(
                        b.quant().scale(c), out.quant().scale(c));
                tables[2][c] = Int8Arithmetic.lowest(out.quant(), c);
                tables[3][c] = Int8Arithmetic.highest(out.quant(), c, activation);
            }
            return new AddSteps(
                    left, right, to, tables[0], tables[1], tables[2], tables[3], activation.negativeSlope(), arena);
        }

        @Override
        public void run(int part) {
            for (int i = 0; i < to.pixels(); i++) {
                row(left.offset() + i * left.step(), right.offset() + i * right.step(), to.offset() + i * to.step());
            }
        }

        private void row(int a, int b, int at) {
            int channels = to.channels();
            for (int c = 0; c < channels; c++) {
                float steps = arena[a + c] * leftFactor[c] + arena[b + c] * rightFactor[c];
                arena[at + c] = Int8Arithmetic.finish(steps, slope, lowest[c], highest[c]);
            }
        }
    }

    /** Factor and summand per channel; for an 8-bit output both are in its steps. */
    record Affine(
            TensorView from,
            TensorView to,
            float[] scale,
            float[] shift,
            float[] lowest,
            float[] highest,
            float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < to.pixels(); i++) {
                row(from.offset() + i * from.step(), to.offset() + i * to.step());
            }
        }

        private void row(int a, int at) {
            int channels = to.channels();
            if (lowest == null) {
                for (int c = 0; c < channels; c++) {
                    arena[at + c] = arena[a + c] * scale[c] + shift[c];
                }
                return;
            }
            for (int c = 0; c < channels; c++) {
                float steps = arena[a + c] * scale[c] + shift[c];
                arena[at + c] = Int8Arithmetic.finish(steps, 1, lowest[c], highest[c]);
            }
        }
    }

    /**
     * An element-wise function of float32 numbers.
     *
     * @param exact whether every backend has to get the same bits, as in graphs with 8-bit layers
     */
    record Activate(TensorView from, TensorView to, Activation activation, boolean exact, float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < to.pixels(); i++) {
                int a = from.offset() + i * from.step();
                int at = to.offset() + i * to.step();
                if (!exact && SmoothRows.isSmooth(activation)) {
                    SmoothRows.activate(activation, arena, a, at, to.channels());
                    continue;
                }
                for (int c = 0; c < to.channels(); c++) {
                    arena[at + c] = (float) activation.apply(arena[a + c]);
                }
            }
        }
    }

    /** An element-wise function of 8-bit numbers: a table per channel, or one. */
    record Lookup(TensorView from, TensorView to, float[][] tables, int[] zeroPoints, int min, float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < to.pixels(); i++) {
                int a = from.offset() + i * from.step();
                int at = to.offset() + i * to.step();
                for (int c = 0; c < to.channels(); c++) {
                    int table = tables.length == 1 ? 0 : c;
                    arena[at + c] = tables[table][(int) arena[a + c] + zeroPoints[table] - min];
                }
            }
        }
    }

    /** float32 to steps above zero. */
    record Quantize(TensorView from, TensorView to, QuantParams quant, float[] arena) implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < to.pixels(); i++) {
                int a = from.offset() + i * from.step();
                int at = to.offset() + i * to.step();
                for (int c = 0; c < to.channels(); c++) {
                    int channel = quant.isPerChannel() ? c : 0;
                    arena[at + c] = quant.quantize(arena[a + c], channel) - quant.zeroPoint(channel);
                }
            }
        }
    }

    /** Steps above zero to float32. */
    record Dequantize(TensorView from, TensorView to, QuantParams quant, float[] arena) implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < to.pixels(); i++) {
                int a = from.offset() + i * from.step();
                int at = to.offset() + i * to.step();
                for (int c = 0; c < to.channels(); c++) {
                    arena[at + c] = arena[a + c] * quant.scale(quant.isPerChannel() ? c : 0);
                }
            }
        }
    }
}
