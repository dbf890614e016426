package org.flatgaze.tests.bench.filters;

import org.flatgaze.accel.kernels.KernelSet;

/**
 * One pair of matrices: a picture is {@code a plane b}.
 *
 * @param rows of a plane
 * @param cols of a plane
 * @param a 256 x rows
 * @param b cols x 256
 */
@SuppressWarnings("ArrayRecordComponent") // kept by identity, compared by nobody
record FilterPair(int rows, int cols, float[] a, float[] b) {

    private static final int SIDE = StudyFrame.SIDE;
    private static final KernelSet KERNELS = KernelSet.best();

    /** A ridge on each side as the product's one-pair filter has it. */
    static FilterPair ridge(Phi phi, double alphaLeft, double alphaRight) {
        return of(leftRidge(phi, alphaLeft), rightRidge(phi, alphaRight));
    }

    /** The pair of two sides. */
    static FilterPair of(float[] a, float[] b) {
        return new FilterPair(a.length / SIDE, b.length / SIDE, a, b);
    }

    /** The left side: phi centred, alpha relative to its largest squared singular value. */
    static float[] leftRidge(Phi phi, double alpha) {
        return floats(side(phi.left(), phi.left().length / SIDE, alpha));
    }

    /** The right side, likewise. */
    static float[] rightRidge(Phi phi, double alpha) {
        int cols = phi.right().length / SIDE;
        return floats(transposed(side(phi.right(), cols, alpha), SIDE, cols));
    }

    private static double[] side(float[] phi, int length, double alpha) {
        double[] centred = new double[phi.length];
        for (int j = 0; j < SIDE; j++) {
            double mean = 0;
            for (int i = 0; i < length; i++) {
                mean += phi[i * SIDE + j];
            }
            for (int i = 0; i < length; i++) {
                centred[i * SIDE + j] = phi[i * SIDE + j] - mean / length;
            }
        }
        SymmetricMatrix gram = SymmetricMatrix.gram(centred, length, SIDE);
        return gram.solve(alpha * gram.largestEigenvalue(), transposed(centred, length, SIDE), length);
    }

    /** The whole picture, 256 x 256. */
    float[] picture(float[] plane) {
        float[] half = new float[SIDE * cols];
        KERNELS.sgemm(SIDE, cols, rows, a, 0, rows, plane, 0, cols, half, 0, cols);
        float[] out = new float[SIDE * SIDE];
        KERNELS.sgemm(SIDE, SIDE, cols, half, 0, cols, b, 0, SIDE, out, 0, SIDE);
        return out;
    }

    /** The same pair with the rows of {@code a} and the columns of {@code b} projected. */
    FilterPair projected(double[] onRows, double[] onColumns) {
        double[] left = product(onRows, doubles(a), SIDE, SIDE, rows);
        double[] right = product(doubles(b), onColumns, cols, SIDE, SIDE);
        return new FilterPair(rows, cols, floats(left), floats(right));
    }

    /** Arithmetic of a region of height x width behind this pair, MFLOP, in the cheaper order. */
    double megaflops(int height, int width) {
        double leftFirst = (double) height * cols * (rows + width);
        double rightFirst = (double) rows * width * (cols + height);
        return 2e-6 * Math.min(leftFirst, rightFirst);
    }

    /** x (m x k) times y (k x n). */
    static double[] product(double[] x, double[] y, int m, int k, int n) {
        double[] out = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                double f = x[i * k + l];
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += f * y[l * n + j];
                }
            }
        }
        return out;
    }

    static double[] transposed(double[] x, int rows, int cols) {
        double[] out = new double[x.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                out[j * rows + i] = x[i * cols + j];
            }
        }
        return out;
    }

    static double[] doubles(float[] x) {
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
