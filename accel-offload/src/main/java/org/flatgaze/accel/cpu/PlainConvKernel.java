package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;

/** An integer convolution whose sums could outgrow the whole numbers of a float: 32-bit sums, plain loops. */
final class PlainConvKernel implements Kernel {

    private final Weights.Int8 weights;
    private final Window window;
    private final int groups;
    private final Shape inShape;
    private final Shape outShape;
    private final TensorView in;
    private final TensorView out;
    private final Epilogue epilogue;
    private final float[] arena;

    PlainConvKernel(
            Weights.Int8 weights,
            Window window,
            int groups,
            Shape inShape,
            Shape outShape,
            TensorView in,
            TensorView out,
            Epilogue epilogue,
            Memory memory) {
        this.weights = weights;
        this.window = window;
        this.groups = groups;
        this.inShape = inShape;
        this.outShape = outShape;
        this.in = in;
        this.out = out;
        this.epilogue = epilogue;
        this.arena = memory.arena();
    }

    @Override
    public void run(int part) {
        for (int y = 0; y < outShape.rows(); y++) {
            for (int x = 0; x < outShape.columns(); x++) {
                int at = out.offset() + (y * outShape.columns() + x) * out.step();
                for (int o = 0; o < outShape.channels(); o++) {
                    arena[at + o] = epilogue.finishOne(sum(y, x, o), 0, o);
                }
            }
        }
    }

    private int sum(int y, int x, int o) {
        int inputs = inShape.channels() / groups;
        int firstInput = o / (outShape.channels() / groups) * inputs;
        int sum = weights.biases() == 0 ? 0 : weights.bias()[o];
        for (int ky = 0; ky < window.kernelRows(); ky++) {
            int row = y * window.strideRows() - window.padTop() + ky * window.dilationRows();
            for (int kx = 0; kx < window.kernelColumns(); kx++) {
                int column = x * window.strideColumns() - window.padLeft() + kx * window.dilationColumns();
                if (row >= 0 && row < inShape.rows() && column >= 0 && column < inShape.columns()) {
                    int from = in.offset() + (row * inShape.columns() + column) * in.step() + firstInput;
                    int w = o * inputs * window.taps() + ky * window.kernelColumns() + kx;
                    for (int i = 0; i < inputs; i++) {
                        sum += weights.values()[w + i * window.taps()] * (int) arena[from + i];
                    }
                }
            }
        }
        return sum;
    }
}
