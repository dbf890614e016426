package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Weights;

/**
 * An integer 1x1 convolution or linear layer whose sums could outgrow the whole numbers of a float: the inputs are cut
 * into segments whose sums cannot, these are added in 32 bits.
 */
final class SegmentedKernel implements Kernel {

    private static final int[] ONE_TAP = {0};

    private final PackedWeights packed;
    private final Weights.Int8 weights;
    private final int segments;
    private final TensorView in;
    private final TensorView out;
    private final Epilogue epilogue;
    private final float[] arena;
    private final float[] edge;
    private final float[] noBias;
    private final int[] sums;

    /**
     * A kernel over the pixels of two views.
     *
     * @param packed the weights for one position of the kernel
     * @param segments pieces the input channels are cut into
     */
    SegmentedKernel(
            PackedWeights packed,
            Weights.Int8 weights,
            int segments,
            TensorView in,
            TensorView out,
            Epilogue epilogue,
            Memory memory) {
        this.packed = packed;
        this.weights = weights;
        this.segments = segments;
        this.in = in;
        this.out = out;
        this.epilogue = epilogue;
        this.arena = memory.arena();
        this.edge = memory.edge();
        this.noBias = new float[ConvTile.WIDE];
        this.sums = new int[ConvTile.TALL * ConvTile.WIDE];
    }

    /**
     * The smallest number of segments of equal length whose sums are exact.
     *
     * @param lowest smallest input, minus its zero point
     * @param highest largest input, minus its zero point
     */
    static int segments(int inputs, int lowest, int highest) {
        int worst = Math.max(highest, -lowest) * 128;
        int safe = PackedWeights.EXACT_LIMIT / worst;
        return (inputs + safe - 1) / safe;
    }

    @Override
    public void run(int part) {
        int vectors;
        for (int channel = 0; channel < packed.outputs(); channel += vectors * ConvTile.LANES) {
            vectors = packed.vectors(channel);
            int tile = ConvTile.pixels(vectors, in.pixels());
            for (int pixel = 0; pixel < in.pixels(); pixel += tile) {
                block(channel, vectors, tile, pixel, Math.min(tile, in.pixels() - pixel));
            }
        }
    }

    private void block(int channel, int vectors, int tile, int pixel, int pixels) {
        int width = vectors * ConvTile.LANES;
        int channels = Math.min(width, packed.outputs() - channel);
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                sums[i * width + c] = weights.biases() == 0 ? 0 : weights.bias()[channel + c];
            }
        }
        for (int s = 0; s < segments; s++) {
            int first = (int) ((long) in.channels() * s / segments);
            int end = (int) ((long) in.channels() * (s + 1) / segments);
            multiply(channel, vectors, tile, in.offset() + pixel * in.step() + first, pixels, end - first, first);
            for (int i = 0; i < pixels * width; i++) {
                sums[i] += (int) edge[i];
            }
        }
        for (int i = 0; i < pixels; i++) {
            int at = out.offset() + (pixel + i) * out.step() + channel;
            for (int c = 0; c < channels; c++) {
                arena[at + c] = epilogue.finishOne(sums[i * width + c], 0, channel + c);
            }
        }
    }

    private void multiply(int channel, int vectors, int tile, int from, int pixels, int run, int first) {
        int width = vectors * ConvTile.LANES;
        ConvTile.run(
                vectors,
                tile,
                arena,
                from,
                in.step(),
                pixels,
                ONE_TAP,
                0,
                1,
                run,
                packed.panels(),
                packed.panelOffset(channel) + first * width,
                noBias,
                0,
                1,
                edge,
                0,
                width);
    }
}
