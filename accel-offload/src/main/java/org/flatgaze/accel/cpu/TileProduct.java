package org.flatgaze.accel.cpu;

/** Some pixels times all output channels of a layer: walks over panels and tiles, and takes care of the edges. */
final class TileProduct {

    private final PackedWeights weights;
    private final Epilogue epilogue;
    private final TensorView out;
    private final TensorView residual;
    private final float[] arena;
    private final float[] edge;
    private final float tileSlope;
    private final boolean finishedByTile;

    /** @param residual added before the activation, or null */
    TileProduct(PackedWeights weights, Epilogue epilogue, TensorView out, TensorView residual, Memory memory) {
        this.weights = weights;
        this.epilogue = epilogue;
        this.out = out;
        this.residual = residual;
        this.arena = memory.arena();
        this.edge = memory.edge();
        this.finishedByTile = residual == null && epilogue.isSlopeOnly();
        this.tileSlope = finishedByTile ? epilogue.slope() : 1;
    }

    /**
     * Computes output pixels {@code firstPixel .. firstPixel + pixels - 1}.
     *
     * @param a input numbers; pixel i starts at {@code aOffset + i * aStep}
     * @param taps start offsets of the kernel's positions relative to a pixel, {@code tapCount} from index 0
     * @param run contiguous elements per tap
     */
    void run(float[] a, int aOffset, int aStep, int[] taps, int tapCount, int run, int firstPixel, int pixels) {
        int vectors;
        for (int channel = 0; channel < weights.outputs(); channel += vectors * ConvTile.LANES) {
            vectors = weights.vectors(channel);
            int tile = ConvTile.pixels(vectors, pixels);
            if (pixels < tile || out.width() - channel < vectors * ConvTile.LANES) {
                for (int i = 0; i < pixels; i += tile) {
                    int count = Math.min(tile, pixels - i);
                    multiply(
                            vectors,
                            tile,
                            a,
                            aOffset + i * aStep,
                            aStep,
                            count,
                            taps,
                            tapCount,
                            run,
                            channel,
                            1,
                            edge,
                            0,
                            vectors * ConvTile.LANES);
                    storeEdge(firstPixel + i, count, channel, vectors * ConvTile.LANES);
                }
                continue;
            }
            for (int i = 0; i < pixels; i += tile) {
                // The last tile is moved back over pixels already done instead of being a special case.
                int first = Math.min(i, pixels - tile);
                int at = out.offset() + (firstPixel + first) * out.step() + channel;
                multiply(
                        vectors,
                        tile,
                        a,
                        aOffset + first * aStep,
                        aStep,
                        tile,
                        taps,
                        tapCount,
                        run,
                        channel,
                        tileSlope,
                        arena,
                        at,
                        out.step());
                finish(at, firstPixel + first, tile, vectors, channel);
            }
        }
    }

    private void multiply(
            int vectors,
            int tile,
            float[] a,
            int aOffset,
            int aStep,
            int rows,
            int[] taps,
            int tapCount,
            int run,
            int channel,
            float slope,
            float[] c,
            int cOffset,
            int cStep) {
        ConvTile.run(
                vectors,
                tile,
                a,
                aOffset,
                aStep,
                rows,
                taps,
                0,
                tapCount,
                run,
                weights.panels(),
                weights.panelOffset(channel),
                weights.bias(),
                channel,
                slope,
                c,
                cOffset,
                cStep);
    }

    private void finish(int at, int pixel, int pixels, int vectors, int channel) {
        if (finishedByTile) {
            return;
        }
        if (residual == null) {
            epilogue.finish(arena, at, out.step(), pixels, vectors, channel);
        } else {
            epilogue.finishWithResidual(
                    arena,
                    at,
                    out.step(),
                    pixels,
                    vectors,
                    arena,
                    residual.offset() + pixel * residual.step() + channel,
                    residual.step());
        }
    }

    private void storeEdge(int pixel, int pixels, int channel, int width) {
        int channels = Math.min(width, weights.outputs() - channel);
        for (int i = 0; i < pixels; i++) {
            int to = out.offset() + (pixel + i) * out.step() + channel;
            int from = residual == null ? 0 : residual.offset() + (pixel + i) * residual.step() + channel;
            for (int c = 0; c < channels; c++) {
                float add = residual == null ? 0 : arena[from + c];
                arena[to + c] = epilogue.finishOne(edge[i * width + c], add, channel + c);
            }
        }
    }
}
