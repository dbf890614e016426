package org.flatgaze.tests.bench.filters;

import org.flatgaze.accel.kernels.KernelSet;

/**
 * A pair whose two products run in integers: matrices with one scale a row of a and a column of b, sums exact, the product in
 * the middle rounded with one scale a row. The frame's rounded mean is taken off first, since rounded rows of a no longer
 * answer 0 to a constant. The rounding is simulated in float; nothing here is fast.
 */
final class IntegerProducts {

    private static final int SIDE = StudyFrame.SIDE;

    private final KernelSet kernels = KernelSet.best();
    private final FilterPair pair;
    private final int droppedFrameBits;
    private final int middleBits;

    /**
     * @param matrixBits of both matrices, sign included
     * @param frameBits kept of the frame's 10
     * @param middleBits of the product in the middle, sign included
     */
    IntegerProducts(FilterPair pair, int matrixBits, int frameBits, int middleBits) {
        this.pair = new FilterPair(
                pair.rows(),
                pair.cols(),
                rounded(pair.a(), pair.rows(), 1, matrixBits),
                rounded(pair.b(), 1, SIDE, matrixBits));
        this.droppedFrameBits = 10 - frameBits;
        this.middleBits = middleBits;
    }

    /** The whole picture, 256 x 256. */
    float[] picture(StudyFrame frame) {
        int cols = pair.cols();
        int rows = pair.rows();
        float[] plane = new float[frame.counts().length];
        double sum = 0;
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (frame.counts()[i] + (1 << droppedFrameBits) / 2) >> droppedFrameBits;
            sum += plane[i];
        }
        float mean = Math.round(sum / plane.length);
        for (int i = 0; i < plane.length; i++) {
            plane[i] -= mean;
        }
        float[] half = new float[SIDE * cols];
        kernels.sgemm(SIDE, cols, rows, pair.a(), 0, rows, plane, 0, cols, half, 0, cols);
        float[] middle = rounded(half, cols, 1, middleBits);
        float[] out = new float[SIDE * SIDE];
        kernels.sgemm(SIDE, SIDE, cols, middle, 0, cols, pair.b(), 0, SIDE, out, 0, SIDE);
        return out;
    }

    /** Rounds to {@code bits} with one scale a group: runs of {@code length} neighbours, or {@code columns} interleaved ones. */
    private static float[] rounded(float[] x, int length, int columns, int bits) {
        int groups = columns > 1 ? columns : x.length / length;
        float[] largest = new float[groups];
        for (int i = 0; i < x.length; i++) {
            int group = columns > 1 ? i % columns : i / length;
            largest[group] = Math.max(largest[group], Math.abs(x[i]));
        }
        float steps = (1 << (bits - 1)) - 1;
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            float scale = largest[columns > 1 ? i % columns : i / length] / steps;
            out[i] = scale > 0 ? Math.round(x[i] / scale) * scale : 0;
        }
        return out;
    }
}
