package org.flatgaze.pipeline.reconstruct;

import java.util.Optional;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * A pair of matrices in fewer numbers: a regularised picture is smooth, so its rows and columns are cubic B-splines with a
 * knot every two or three pixels, {@code A = S CL} and {@code B = CR S^T} with CL (knots x rows) and CR (cols x knots) the
 * closest in least squares. A region takes the knots that reach it, {@code S (CL Y CR) S^T}: a third of the arithmetic. The
 * knots stand still in the picture, so these matrices serve every region.
 *
 * <p>Immutable, any thread; the workspaces are the caller's.
 */
final class RegionSplines {

    /** Pixels between knots, in the order of trial. With 4 the gaze networks of the reference device answer otherwise. */
    private static final int[] STEPS = {3, 2};

    /**
     * Largest share of either matrix, root of summed squares, that the splines may miss: a share of what white noise becomes.
     * The reference filter misses 0.044 and 0.033 with a step of 3, all of it in the finest detail, of which pictures of eyes
     * have little: a region of an eye differs by 0.005 to 0.007 of its deviation.
     */
    private static final double LARGEST_ERROR = 0.06;

    private final int step;
    private final int rows;
    private final int cols;
    private final int height;
    private final int width;
    private final int knotsDown;
    private final int knotsAcross;
    private final int down;
    private final int across;
    private final int sceneCols;
    private final float[] left;
    private final float[] right;
    private final float[] spreadRows;
    private final float[] spreadCols;

    private RegionSplines(
            int step,
            int height,
            int width,
            int sceneCols,
            float[] left,
            float[] right,
            float[] spreadRows,
            float[] spreadCols,
            int knotsDown,
            int knotsAcross) {
        this.step = step;
        this.height = height;
        this.width = width;
        this.sceneCols = sceneCols;
        this.knotsDown = knotsDown;
        this.knotsAcross = knotsAcross;
        this.rows = left.length / knotsDown;
        this.cols = right.length / knotsAcross;
        this.down = Math.min(knotsOver(height, step), knotsDown);
        this.across = Math.min(knotsOver(width, step), knotsAcross);
        this.left = left;
        this.right = right;
        this.spreadRows = spreadRows;
        this.spreadCols = spreadCols;
    }

    /**
     * Fits splines to a pair.
     *
     * @param a sceneRows x rows
     * @param b cols x sceneCols
     * @param height rows of a region
     * @param width columns of a region
     * @return empty when the pair is not smooth enough, or splines would save nothing
     */
    static Optional<RegionSplines> of(double[] a, int sceneRows, double[] b, int sceneCols, int height, int width) {
        if (sceneRows < height || sceneCols < width) {
            return Optional.empty();
        }
        for (int step : STEPS) {
            RegionSplines splines = fitted(step, a, sceneRows, b, sceneCols, height, width);
            if (splines != null
                    && splines.macs() < SeparableFactors.macsOfPair(splines.rows, splines.cols, height, width)) {
                return Optional.of(splines);
            }
        }
        return Optional.empty();
    }

    /** Splines of one step, or null when they miss too much. */
    private static RegionSplines fitted(
            int step, double[] a, int sceneRows, double[] b, int sceneCols, int height, int width) {
        int rows = a.length / sceneRows;
        int cols = b.length / sceneCols;
        double[] basisDown = basis(sceneRows, step);
        double[] left = coefficients(basisDown, sceneRows, a, rows);
        if (error(basisDown, sceneRows, left, a, rows) > LARGEST_ERROR) {
            return null;
        }
        double[] bT = SeparableFilter.transposed(b, cols, sceneCols);
        double[] basisAcross = basis(sceneCols, step);
        double[] rightT = coefficients(basisAcross, sceneCols, bT, cols);
        if (error(basisAcross, sceneCols, rightT, bT, cols) > LARGEST_ERROR) {
            return null;
        }
        int knotsAcross = knots(sceneCols, step);
        return new RegionSplines(
                step,
                height,
                width,
                sceneCols,
                SeparableFactors.floats(left),
                SeparableFactors.floats(SeparableFilter.transposed(rightT, knotsAcross, cols)),
                SeparableFactors.floats(basisDown),
                SeparableFactors.floats(SeparableFilter.transposed(basisAcross, sceneCols, knotsAcross)),
                knots(sceneRows, step),
                knotsAcross);
    }

    /** Multiply-accumulates of a region. */
    long macs() {
        return SeparableFactors.macsOfPair(rows, cols, down, across) + (long) height * across * (down + width);
    }

    /** Length of the second workspace of {@link #region}; the first holds what a whole picture needs, which is more. */
    int secondLength() {
        return down * across + height * across;
    }

    /**
     * Makes a region.
     *
     * @param plane rows x cols
     * @param x first column of the region
     * @param y first row of the region
     * @param first workspace, at least sceneRows x cols and rows x sceneCols
     * @param second workspace of {@link #secondLength()}
     * @param out height x width
     */
    void region(KernelSet kernels, float[] plane, int x, int y, float[] first, float[] second, float[] out) {
        // Splines reach two steps, and knot j stands at pixel (j - 1) step: knot y / step is the first that reaches row
        // y.
        int top = Math.min(y / step, knotsDown - down);
        int start = Math.min(x / step, knotsAcross - across);
        if (SeparableFactors.isLeftFirstCheaper(rows, cols, down, across)) {
            kernels.sgemm(down, cols, rows, left, top * rows, rows, plane, 0, cols, first, 0, cols);
            kernels.sgemm(down, across, cols, first, 0, cols, right, start, knotsAcross, second, 0, across);
        } else {
            kernels.sgemm(rows, across, cols, plane, 0, cols, right, start, knotsAcross, first, 0, across);
            kernels.sgemm(down, across, rows, left, top * rows, rows, first, 0, across, second, 0, across);
        }
        int tall = down * across;
        kernels.sgemm(
                height,
                across,
                down,
                spreadRows,
                y * knotsDown + top,
                knotsDown,
                second,
                0,
                across,
                second,
                tall,
                across);
        kernels.sgemm(
                height,
                width,
                across,
                second,
                tall,
                across,
                spreadCols,
                start * sceneCols + x,
                sceneCols,
                out,
                0,
                width);
    }

    /** Knots of a side: the first one step before the first pixel, the last at least one step behind the last. */
    private static int knots(int side, int step) {
        return (side - 2) / step + 4;
    }

    /** Knots that reach so many neighbouring pixels, wherever they begin. */
    private static int knotsOver(int pixels, int step) {
        return Math.ceilDiv(pixels - 1 + 4 * step, step);
    }

    /** Value of every spline at every pixel, side x knots. */
    private static double[] basis(int side, int step) {
        int knots = knots(side, step);
        double[] basis = new double[side * knots];
        for (int i = 0; i < side; i++) {
            for (int j = 0; j < knots; j++) {
                basis[i * knots + j] = spline(Math.abs(i - (j - 1.0) * step) / step);
            }
        }
        return basis;
    }

    /** The cubic B-spline about 0 with unit knots (de Boor 1978). */
    private static double spline(double x) {
        if (x >= 2) {
            return 0;
        }
        return x >= 1 ? (2 - x) * (2 - x) * (2 - x) / 6 : 2.0 / 3 - x * x + x * x * x / 2;
    }

    /** Coefficients, knots x n, of the splines closest to {@code x}, side x n. */
    private static double[] coefficients(double[] basis, int side, double[] x, int n) {
        int knots = basis.length / side;
        double[] dual = Ridge.inverse(basis, side, knots, 0);
        double[] out = new double[knots * n];
        multiplyAdd(dual, x, out, knots, side, n, 1);
        return out;
    }

    /** Share of {@code x} that is missed. */
    private static double error(double[] basis, int side, double[] coefficients, double[] x, int n) {
        double[] rest = x.clone();
        multiplyAdd(basis, coefficients, rest, side, basis.length / side, n, -1);
        return Math.sqrt(energy(rest) / energy(x));
    }

    private static double energy(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v * v;
        }
        return sum;
    }

    /** {@code out += sign x y} for x (m x k) and y (k x n). */
    private static void multiplyAdd(double[] x, double[] y, double[] out, int m, int k, int n, double sign) {
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                double f = sign * x[i * k + l];
                if (f == 0) {
                    continue;
                }
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += f * y[l * n + j];
                }
            }
        }
    }
}
