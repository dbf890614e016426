package org.flatgaze.pipeline.reconstruct;

import java.util.Arrays;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * How well a calibration explains a frame: the share of the centred frame's energy that lies in the span of the calibrated
 * matrices, {@code |UL^T Y UR|^2 / |Y centred|^2}, 0..1. One per thread; allocates nothing after construction.
 *
 * <p>Measured on the real rig: red and green planes 0.75..0.85, the dim blue plane 0.42..0.54, all of them below 0.21 with
 * the matrices upside down. It falls when the mask has moved, and with the light: sensor noise is outside.
 */
public final class SubspaceHealth {

    private final KernelSet kernels;
    private final int rows;
    private final int cols;
    private final int rankLeft;
    private final int rankRight;
    private final float[] ulT;
    private final float[] ur;
    private final float[] projected;
    private final float[] coefficients;
    private final double[] columnSums;

    /** @param kernels used by this instance alone */
    public SubspaceHealth(ModelSpectrum spectrum, KernelSet kernels) {
        this.kernels = kernels;
        this.rows = spectrum.model().rows();
        this.cols = spectrum.model().cols();
        this.rankLeft = spectrum.rankLeft();
        this.rankRight = spectrum.rankRight();
        SeparableFactors factors = SeparableFactors.exact(spectrum, 1);
        this.ulT = factors.ulT();
        this.ur = factors.ur();
        this.projected = new float[rankLeft * cols];
        this.coefficients = new float[rankLeft * rankRight];
        this.columnSums = new double[cols];
    }

    /**
     * Measures one plane.
     *
     * @param plane rows x cols of the model, any linear unit
     * @return 0..1; 0 for a plane without structure
     */
    public double measure(float[] plane) {
        kernels.sgemm(rankLeft, cols, rows, ulT, 0, rows, plane, 0, cols, projected, 0, cols);
        kernels.sgemm(rankLeft, rankRight, cols, projected, 0, cols, ur, 0, rankRight, coefficients, 0, rankRight);
        double inside = 0;
        for (float c : coefficients) {
            inside += (double) c * c;
        }
        double total = centredEnergy(plane, rows, cols, columnSums);
        return total > 0 ? Math.min(1, inside / total) : 0;
    }

    /** {@code |Y|^2} without the parts that rows and columns have in common, from the sums of rows and columns. */
    static double centredEnergy(float[] plane, int rows, int cols, double[] columnSums) {
        Arrays.fill(columnSums, 0);
        // Differences to one sample keep the large common part out of the squares.
        double reference = plane[0];
        double squares = 0;
        double rowPart = 0;
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            double rowSum = 0;
            for (int c = 0; c < cols; c++) {
                double y = plane[r * cols + c] - reference;
                squares += y * y;
                rowSum += y;
                columnSums[c] += y;
            }
            rowPart += rowSum * rowSum / cols;
            sum += rowSum;
        }
        double columnPart = 0;
        for (double s : columnSums) {
            columnPart += s * s / rows;
        }
        double energy = squares - rowPart - columnPart + sum * sum / ((double) rows * cols);
        return energy > 1e-12 * squares ? energy : 0;
    }
}
