package org.flatgaze.accel.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Window;

/**
 * A convolution with one filter per channel: channels are vector lanes. Rows of the kernel that hang over the edge are
 * left out: on FBNet's 3 x 5 pictures that is 40 % of a 5 x 5 kernel.
 */
final class DepthwiseKernel implements Kernel {

    /** Output columns below which a picture is copied with padding. */
    private static final int NARROW = 16;

    /** Floats of such a copy: 24 KiB. */
    private static final int STAGED_FLOATS = 6 * 1024;

    private final Window window;
    private final Shape inShape;
    private final Shape outShape;
    private final TensorView in;
    private final TensorView out;
    private final float[] arena;
    private final float[] weights;
    private final float[] bias;
    private final Epilogue epilogue;
    private final float slope;
    /** Channels that are done in whole vectors; the rest one by one. */
    private final int vectorChannels;

    private final float[] scratch;
    private final boolean hasTile;
    private final boolean staged;
    private final int stagedChannels;
    /** Channels of which the rows under the window stay in the first-level cache. */
    private final int rowChannels;

    DepthwiseKernel(
            Layer.Conv conv,
            Shape inShape,
            Shape outShape,
            TensorView in,
            TensorView out,
            float[] weights,
            float[] bias,
            Epilogue epilogue,
            Memory memory) {
        this.window = conv.window();
        this.inShape = inShape;
        this.outShape = outShape;
        this.in = in;
        this.out = out;
        this.arena = memory.arena();
        this.weights = weights;
        this.bias = bias;
        this.epilogue = epilogue;
        this.slope = epilogue.isSlopeOnly() ? epilogue.slope() : 1;
        int whole = (in.channels() + ConvTile.LANES - 1) / ConvTile.LANES * ConvTile.LANES;
        this.scratch = memory.scratch();
        this.hasTile = hasTile(window, outShape);
        this.staged = isStaged(window, outShape);
        this.stagedChannels = stagedChannels(window, inShape);
        this.vectorChannels = whole <= out.width() ? whole : in.channels() / ConvTile.LANES * ConvTile.LANES;
        int rowFloats = window.spanRows() * inShape.columns() * ConvTile.LANES;
        // With strides there is too little reuse between neighbours to pay for more, shorter loops.
        this.rowChannels = window.strideColumns() > 1
                ? Math.max(1, vectorChannels)
                : Math.max(1, STAGED_FLOATS / rowFloats) * ConvTile.LANES;
    }

    /** Weights by vector of channels, then by position of the kernel: in the order they are read. */
    static float[] pack(Layer.Conv conv, int channels) {
        int padded = Epilogue.padded(channels);
        int taps = conv.window().taps();
        float[] packed = new float[Math.multiplyExact(taps, padded)];
        for (int c = 0; c < channels; c++) {
            for (int t = 0; t < taps; t++) {
                packed[weightIndex(c, t, taps)] = PackedWeights.value(conv.weights(), c * taps + t);
            }
        }
        return packed;
    }

    private static int weightIndex(int channel, int tap, int taps) {
        return (channel / ConvTile.LANES * taps + tap) * ConvTile.LANES + channel % ConvTile.LANES;
    }

    static float[] packBias(Layer.Conv conv, int channels) {
        float[] packed = new float[Epilogue.padded(channels)];
        for (int c = 0; c < channels; c++) {
            packed[c] = PackedWeights.bias(conv.weights(), c);
        }
        return packed;
    }

    /** Floats of scratch a layer needs: a padded picture of a few channels, if it is small. */
    static int scratchFloats(Layer.Conv conv, Shape inShape, Shape outShape) {
        return isStaged(conv.window(), outShape)
                ? inShape.rows() * paddedColumns(conv.window(), inShape) * stagedChannels(conv.window(), inShape)
                : 0;
    }

    private static boolean hasTile(Window window, Shape outShape) {
        return outShape.columns() >= DepthwiseTile.PIXELS
                && window.dilationColumns() == 1
                && DepthwiseTile.hasBody(window.kernelColumns(), window.strideColumns());
    }

    /** In a narrow picture nearly every block meets an edge, so the edges are given padding in a copy. */
    private static boolean isStaged(Window window, Shape outShape) {
        return hasTile(window, outShape) && outShape.columns() < NARROW;
    }

    private static int paddedColumns(Window window, Shape inShape) {
        return window.padLeft() + inShape.columns() + window.padRight();
    }

    private static int stagedChannels(Window window, Shape inShape) {
        int perVector = inShape.rows() * paddedColumns(window, inShape) * ConvTile.LANES;
        return Math.max(1, Math.min(8, STAGED_FLOATS / perVector)) * ConvTile.LANES;
    }

    @Override
    public void run(int part) {
        int chunk = staged ? stagedChannels : rowChannels;
        for (int c = 0; c < vectorChannels; c += chunk) {
            int channels = Math.min(chunk, vectorChannels - c);
            if (staged) {
                runStaged(c, channels);
            } else {
                for (int y = 0; y < outShape.rows(); y++) {
                    row(y, c, channels);
                }
            }
        }
        for (int y = 0; y < outShape.rows() && vectorChannels < in.channels(); y++) {
            for (int x = 0; x < outShape.columns(); x++) {
                tail(y, x);
            }
        }
    }

    /** One row of a wide picture, some channels: pixels at the edges one by one, blocks between. */
    private void row(int y, int channel, int channels) {
        int top = y * window.strideRows() - window.padTop();
        int firstRow = firstInside(top, window.dilationRows());
        int endRow = endInside(top, window.dilationRows(), window.kernelRows(), inShape.rows());
        int at = out.offset() + y * outShape.columns() * out.step() + channel;
        int columns = outShape.columns();
        int first = hasTile ? (window.padLeft() + window.strideColumns() - 1) / window.strideColumns() : columns;
        int end = Math.min(
                columns, (inShape.columns() - window.spanColumns() + window.padLeft()) / window.strideColumns() + 1);
        if (end - first < DepthwiseTile.PIXELS) {
            first = columns;
            end = columns;
        }
        for (int x = 0; x < Math.min(first, columns); x++) {
            single(x, top, firstRow, endRow, channel, channels, at + x * out.step());
        }
        for (int x = end; x < columns; x++) {
            single(x, top, firstRow, endRow, channel, channels, at + x * out.step());
        }
        int rowStep = inShape.columns() * in.step();
        for (int i = first; i < end; i += DepthwiseTile.PIXELS) {
            // The last block is moved back over pixels already done instead of being a special case.
            int x = Math.min(i, end - DepthwiseTile.PIXELS);
            int left = x * window.strideColumns() - window.padLeft();
            tile(
                    arena,
                    inputOffset(top + firstRow * window.dilationRows(), left) + channel,
                    rowStep * window.dilationRows(),
                    in.step(),
                    firstRow,
                    endRow,
                    channel,
                    channels,
                    at + x * out.step());
        }
    }

    /** All pixels of some channels, from a copy with padded columns that stays in the first-level cache. */
    private void runStaged(int channel, int channels) {
        int paddedColumns = paddedColumns(window, inShape);
        for (int y = 0; y < inShape.rows(); y++) {
            int to = y * paddedColumns * channels;
            int first = to + window.padLeft() * channels;
            Arrays.fill(scratch, to, first, 0f);
            copyPixels(inputOffset(y, 0) + channel, first, channels);
            Arrays.fill(scratch, first + inShape.columns() * channels, to + paddedColumns * channels, 0f);
        }
        int columns = outShape.columns();
        for (int y = 0; y < outShape.rows(); y++) {
            int top = y * window.strideRows() - window.padTop();
            int firstRow = firstInside(top, window.dilationRows());
            int endRow = endInside(top, window.dilationRows(), window.kernelRows(), inShape.rows());
            int row = (top + firstRow * window.dilationRows()) * paddedColumns * channels;
            int at = out.offset() + y * columns * out.step() + channel;
            for (int i = 0; i < columns; i += DepthwiseTile.PIXELS) {
                int x = Math.min(i, columns - DepthwiseTile.PIXELS);
                tile(
                        scratch,
                        row + x * window.strideColumns() * channels,
                        window.dilationRows() * paddedColumns * channels,
                        channels,
                        firstRow,
                        endRow,
                        channel,
                        channels,
                        at + x * out.step());
            }
        }
    }

    private void copyPixels(int from, int to, int channels) {
        int step = in.step();
        for (int x = 0; x < inShape.columns(); x++) {
            for (int c = 0; c < channels; c += ConvTile.LANES) {
                FloatVector.fromArray(ConvTile.SPECIES, arena, from + c).intoArray(scratch, to + c);
            }
            from += step;
            to += channels;
        }
    }

    private void tile(
            float[] a,
            int aOffset,
            int rowStep,
            int step,
            int firstRow,
            int endRow,
            int channel,
            int channels,
            int at) {
        DepthwiseTile.run(
                window.kernelColumns(),
                window.strideColumns(),
                a,
                aOffset,
                rowStep,
                step,
                endRow - firstRow,
                weights,
                weightIndex(channel, firstRow * window.kernelColumns(), window.taps()),
                window.taps() * ConvTile.LANES,
                bias,
                channel,
                channels,
                slope,
                arena,
                at,
                out.step());
        if (!epilogue.isSlopeOnly()) {
            epilogue.finish(arena, at, out.step(), DepthwiseTile.PIXELS, channels / ConvTile.LANES, channel);
        }
    }

    private static int firstInside(int start, int dilation) {
        return start >= 0 ? 0 : (-start + dilation - 1) / dilation;
    }

    private static int endInside(int start, int dilation, int kernel, int extent) {
        return Math.min(kernel, Math.floorDiv(extent - 1 - start, dilation) + 1);
    }

    private int inputOffset(int row, int column) {
        return in.offset() + (row * inShape.columns() + column) * in.step();
    }

    private void single(int x, int top, int firstRow, int endRow, int channel, int channels, int at) {
        int left = x * window.strideColumns() - window.padLeft();
        int firstColumn = firstInside(left, window.dilationColumns());
        int endColumn = endInside(left, window.dilationColumns(), window.kernelColumns(), inShape.columns());
        int rowStep = window.dilationRows() * inShape.columns() * in.step();
        int tapStep = window.dilationColumns() * in.step();
        int origin = in.offset() + (top * inShape.columns() + left) * in.step();
        for (int c = channel; c < channel + channels; c += ConvTile.LANES) {
            FloatVector sum = FloatVector.fromArray(ConvTile.SPECIES, bias, c);
            for (int ky = firstRow; ky < endRow; ky++) {
                int from = origin + ky * rowStep + firstColumn * tapStep + c;
                int w = weightIndex(c, ky * window.kernelColumns() + firstColumn, window.taps());
                for (int kx = firstColumn; kx < endColumn; kx++) {
                    FloatVector weight = FloatVector.fromArray(ConvTile.SPECIES, weights, w);
                    sum = FloatVector.fromArray(ConvTile.SPECIES, arena, from).fma(weight, sum);
                    w += ConvTile.LANES;
                    from += tapStep;
                }
            }
            sum.max(sum.mul(slope)).intoArray(arena, at + c - channel);
        }
        if (!epilogue.isSlopeOnly()) {
            epilogue.finish(arena, at, out.step(), 1, channels / ConvTile.LANES, channel);
        }
    }

    /** Channels that do not fill a vector where there is no room behind them. */
    private void tail(int y, int x) {
        int top = y * window.strideRows() - window.padTop();
        int firstRow = firstInside(top, window.dilationRows());
        int endRow = endInside(top, window.dilationRows(), window.kernelRows(), inShape.rows());
        int at = out.offset() + (y * outShape.columns() + x) * out.step();
        int left = x * window.strideColumns() - window.padLeft();
        for (int c = vectorChannels; c < in.channels(); c++) {
            float sum = bias[c];
            for (int ky = firstRow; ky < endRow; ky++) {
                for (int kx = 0; kx < window.kernelColumns(); kx++) {
                    int column = left + kx * window.dilationColumns();
                    if (column >= 0 && column < inShape.columns()) {
                        int row = top + ky * window.dilationRows();
                        sum += weights[weightIndex(c, ky * window.kernelColumns() + kx, window.taps())]
                                * arena[inputOffset(row, column) + c];
                    }
                }
            }
            arena[at + c] = epilogue.finishOne(sum, 0, c);
        }
    }
}
