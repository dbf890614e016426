package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Window;

/** A convolution of one group as matrix products of overlapping rows. */
final class ConvKernel implements Kernel {

    private static final int[] POINTWISE = {0};

    private final TileProduct product;
    private final PaddedRows rows;
    private final TensorView in;
    private final float[] arena;
    private final int outRows;
    private final int outColumns;
    private final int parts;

    /**
     * @param in some or all channels of the input
     * @param parts pieces the output rows are cut into
     */
    ConvKernel(
            TileProduct product,
            Window window,
            Shape inShape,
            Shape outShape,
            TensorView in,
            int parts,
            Memory memory) {
        this.product = product;
        this.rows = window.isPointwise() ? null : new PaddedRows(window, inShape, in, memory);
        this.in = in;
        this.arena = memory.arena();
        this.outRows = outShape.rows();
        this.outColumns = outShape.columns();
        this.parts = parts;
    }

    @Override
    public int parts() {
        return parts;
    }

    @Override
    public void run(int part) {
        int first = (int) ((long) outRows * part / parts);
        int end = (int) ((long) outRows * (part + 1) / parts);
        if (rows == null) {
            int pixel = first * outColumns;
            product.run(
                    arena,
                    in.offset() + pixel * in.step(),
                    in.step(),
                    POINTWISE,
                    1,
                    in.channels(),
                    pixel,
                    (end - first) * outColumns);
            return;
        }
        rows.restart(first);
        for (int y = first; y < end; y++) {
            rows.advanceTo(y);
            product.run(
                    rows.ring(),
                    0,
                    rows.pixelStep(),
                    rows.taps(),
                    rows.taps().length,
                    rows.run(),
                    y * outColumns,
                    outColumns);
        }
    }
}
