package org.flatgaze.pipeline.reconstruct;

import java.util.Optional;

/**
 * Single-precision matrices of a filter, laid out for {@link Reconstructor}.
 *
 * <p>{@code left} is sceneRows x (terms inner rows): the pairs' A_k side by side; {@code right} is (terms inner cols) x
 * sceneCols: the B_k below each other. So {@code A_k Y} for all k lie side by side and one more product both multiplies by
 * every B_k and adds, and the same holds the other way round. In exact mode there is one term and the inner size is the
 * rank: {@code left} is VL and {@code right} is VR^T, and {@code ulT}, {@code ur}, {@code weight} come before them.
 */
@SuppressWarnings("ArrayRecordComponent") // package-private carrier of matrices that nobody writes
record SeparableFactors(
        int terms,
        int innerRows,
        int innerCols,
        float[] left,
        float[] right,
        float[] halfLeft,
        float[] halfRight,
        float[] ulT,
        float[] ur,
        float[] weight) {

    private static final float[] NONE = {};

    boolean isExact() {
        return weight.length > 0;
    }

    /** A single pair in splines; empty for other filters, and where it is not smooth. */
    Optional<RegionSplines> regionSplines(int sceneRows, int sceneCols) {
        if (isExact() || terms > 1) {
            return Optional.empty();
        }
        return RegionSplines.of(
                doubles(left), sceneRows, doubles(right), sceneCols, Reconstructor.ROI_ROWS, Reconstructor.ROI_COLS);
    }

    /** Multiply-accumulates of A (h x rows) Y (rows x cols) B (cols x w) in the cheaper order. */
    static long macsOfPair(int rows, int cols, int h, int w) {
        return isLeftFirstCheaper(rows, cols, h, w) ? (long) h * cols * (rows + w) : (long) rows * w * (cols + h);
    }

    /** Whether A Y costs no more as the first product than Y B. */
    static boolean isLeftFirstCheaper(int rows, int cols, int h, int w) {
        return (long) h * cols * (rows + w) <= (long) rows * w * (cols + h);
    }

    /** One pair: a is sceneRows x rows, b is cols x sceneCols. */
    static SeparableFactors pairs(int sceneRows, int sceneCols, int rows, int cols, double[] a, double[] b) {
        return full(1, rows, cols, a, sceneRows, b, sceneCols, NONE, NONE, NONE);
    }

    /** Pairs {@code A_k = VL diag(left_k) UL^T}, {@code B_k = UR diag(right_k) VR^T}. */
    static SeparableFactors weighted(ModelSpectrum spectrum, double[][][] terms) {
        ThinSvd l = spectrum.left();
        ThinSvd r = spectrum.right();
        int k = terms.length;
        double[] a = new double[l.cols() * k * l.rows()];
        double[] b = new double[k * r.rows() * r.cols()];
        for (int t = 0; t < k; t++) {
            for (int i = 0; i < l.rank(); i++) {
                addOuter(l.v(i), l.u(i), terms[t][0][i], a, t * l.rows(), k * l.rows());
            }
            for (int i = 0; i < r.rank(); i++) {
                addOuter(r.u(i), r.v(i), terms[t][1][i], b, t * r.rows() * r.cols(), r.cols());
            }
        }
        return full(k, l.rows(), r.rows(), a, l.cols(), b, r.cols(), NONE, NONE, NONE);
    }

    /** The singular bases and the exact weight. */
    static SeparableFactors exact(ModelSpectrum spectrum, double lambdaRelative) {
        ThinSvd l = spectrum.left();
        ThinSvd r = spectrum.right();
        double[] vl = new double[l.cols() * l.rank()];
        float[] ulT = new float[l.rank() * l.rows()];
        for (int i = 0; i < l.rank(); i++) {
            for (int n = 0; n < l.cols(); n++) {
                vl[n * l.rank() + i] = l.v(i)[n];
            }
            for (int m = 0; m < l.rows(); m++) {
                ulT[i * l.rows() + m] = (float) l.u(i)[m];
            }
        }
        double[] vrT = new double[r.rank() * r.cols()];
        float[] ur = new float[r.rows() * r.rank()];
        for (int i = 0; i < r.rank(); i++) {
            System.arraycopy(r.v(i), 0, vrT, i * r.cols(), r.cols());
            for (int m = 0; m < r.rows(); m++) {
                ur[m * r.rank() + i] = (float) r.u(i)[m];
            }
        }
        float[] weight = floats(TikhonovWeight.exact(spectrum, lambdaRelative));
        return full(1, l.rank(), r.rank(), vl, l.cols(), vrT, r.cols(), ulT, ur, weight);
    }

    private static SeparableFactors full(
            int terms,
            int innerRows,
            int innerCols,
            double[] left,
            int sceneRows,
            double[] right,
            int sceneCols,
            float[] ulT,
            float[] ur,
            float[] weight) {
        return new SeparableFactors(
                terms,
                innerRows,
                innerCols,
                floats(left),
                floats(right),
                meanOfRowPairs(left, sceneRows, terms * innerRows),
                meanOfColumnPairs(right, terms * innerCols, sceneCols),
                ulT,
                ur,
                weight);
    }

    private static void addOuter(double[] x, double[] y, double factor, double[] to, int offset, int stride) {
        for (int i = 0; i < x.length; i++) {
            double f = factor * x[i];
            int at = offset + i * stride;
            for (int j = 0; j < y.length; j++) {
                to[at + j] += f * y[j];
            }
        }
    }

    private static float[] meanOfRowPairs(double[] x, int rows, int cols) {
        float[] out = new float[rows / 2 * cols];
        for (int i = 0; i < rows / 2; i++) {
            for (int j = 0; j < cols; j++) {
                out[i * cols + j] = (float) (0.5 * (x[2 * i * cols + j] + x[(2 * i + 1) * cols + j]));
            }
        }
        return out;
    }

    private static float[] meanOfColumnPairs(double[] x, int rows, int cols) {
        float[] out = new float[rows * (cols / 2)];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols / 2; j++) {
                out[i * (cols / 2) + j] = (float) (0.5 * (x[i * cols + 2 * j] + x[i * cols + 2 * j + 1]));
            }
        }
        return out;
    }

    private static double[] doubles(float[] x) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = x[i];
        }
        return out;
    }

    static float[] floats(double[] x) {
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (float) x[i];
        }
        return out;
    }
}
