package org.flatgaze.accel.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.flatgaze.accel.kernels.VectorSupport;

/**
 * The innermost block of convolutions and linear layers: a few pixels times one packed panel of output channels, all
 * sums in registers. Pixels are rows of {@code a} (channels innermost), so a convolution is a matrix product whose rows
 * overlap, and a kernel of several positions only adds start offsets ({@code taps}).
 *
 * <p>How many pixels and vectors a block has depends on the registers there are: {@link WideConvTile} or
 * {@link NarrowConvTile}, chosen once.
 */
final class ConvTile {

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    private static final boolean MANY_REGISTERS = VectorSupport.vectorRegisters() >= 32;

    /** Vectors of the widest panel. */
    static final int VECTORS = MANY_REGISTERS ? 2 : 3;

    /** Output channels of the widest panel. */
    static final int WIDE = VECTORS * LANES;

    /** Pixels of the tallest block. */
    static final int TALL = 12;

    private ConvTile() {}

    /** Vectors of the next panel when this many output channels are left: never one vector alone behind others. */
    static int panelVectors(int channels) {
        int vectors = (channels + LANES - 1) / LANES;
        if (vectors == VECTORS + 1 && VECTORS == 3) {
            return 2;
        }
        return Math.min(vectors, VECTORS);
    }

    /** Pixels of a block that suits a panel of so many vectors and this many pixels altogether. */
    static int pixels(int vectors, int pixels) {
        if (!MANY_REGISTERS) {
            return vectors == 3 ? 3 : vectors == 2 ? 4 : 9;
        }
        if (vectors == 1) {
            return 12;
        }
        int bySix = (pixels + 5) / 6 * 6;
        int byFive = (pixels + 4) / 5 * 5;
        return byFive < bySix ? 5 : 6;
    }

    /**
     * Computes one block.
     *
     * @param vectors vectors of the panel
     * @param pixels pixels of the block, an answer of {@link #pixels}
     * @param a element p of tap t of pixel i is {@code a[aOffset + min(i, rows - 1) * aStep + taps[t] + p]} for {@code
     *     firstTap <= t < firstTap + tapCount} and {@code p < run}
     * @param panel one row of the panel's width per element
     * @param bias where the sums start
     * @param slope {@code max(y, slope * y)} is stored
     * @param c sums of pixel i go to {@code cOffset + i * cStep}, for every pixel of the block whether it exists or not
     */
    static void run(
            int vectors,
            int pixels,
            float[] a,
            int aOffset,
            int aStep,
            int rows,
            int[] taps,
            int firstTap,
            int tapCount,
            int run,
            float[] panel,
            int panelOffset,
            float[] bias,
            int biasOffset,
            float slope,
            float[] c,
            int cOffset,
            int cStep) {
        if (vectors == 3 && tapCount == 1) {
            NarrowConvTile.threePointwise(
                    a,
                    aOffset + taps[firstTap],
                    aStep,
                    rows,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else if (vectors == 3) {
            NarrowConvTile.three(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else if (pixels == 4) {
            NarrowConvTile.four(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else if (pixels == 9) {
            NarrowConvTile.nine(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else if (pixels == 6) {
            WideConvTile.six(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else if (pixels == 5) {
            WideConvTile.five(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else {
            WideConvTile.twelve(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        }
    }
}
