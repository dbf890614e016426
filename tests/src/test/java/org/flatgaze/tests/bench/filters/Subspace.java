package org.flatgaze.tests.bench.filters;

import java.util.List;
import org.flatgaze.pipeline.roi.Roi;

/**
 * Fewer rows and columns than the picture has: a region is made in few coefficients, then spread to its 96 x 160 pixels.
 *
 * @param onRows 256 x 256 projection of the picture's rows
 * @param onColumns 256 x 256 projection of its columns
 * @param height coefficients a region needs of the left side
 * @param width coefficients a region needs of the right side
 */
@SuppressWarnings("ArrayRecordComponent") // kept by identity, compared by nobody
record Subspace(double[] onRows, double[] onColumns, int height, int width) {

    private static final int SIDE = StudyFrame.SIDE;

    /** The leading singular components of both matrices. */
    static Subspace ofPhi(Phi phi, int rank) {
        return leading(gram(phi.left()), gram(phi.right()), rank);
    }

    private static SymmetricMatrix gram(float[] phi) {
        int rows = phi.length / SIDE;
        double[] x = FilterPair.doubles(phi);
        for (int j = 0; j < SIDE; j++) {
            double mean = 0;
            for (int i = 0; i < rows; i++) {
                mean += x[i * SIDE + j] / rows;
            }
            for (int i = 0; i < rows; i++) {
                x[i * SIDE + j] -= mean;
            }
        }
        return SymmetricMatrix.gram(x, rows, SIDE);
    }

    /** The rows and columns that hold most of the energy of pictures the filter makes: no subspace of this rank does better. */
    static Subspace ofPictures(List<float[]> pictures, int rank) {
        double[] left = new double[SIDE * SIDE];
        double[] right = new double[SIDE * SIDE];
        for (float[] picture : pictures) {
            double[] x = FilterPair.doubles(picture);
            double[] xT = FilterPair.transposed(x, SIDE, SIDE);
            add(FilterPair.product(x, xT, SIDE, SIDE, SIDE), left);
            add(FilterPair.product(xT, x, SIDE, SIDE, SIDE), right);
        }
        return leading(SymmetricMatrix.of(SIDE, left), SymmetricMatrix.of(SIDE, right), rank);
    }

    private static Subspace leading(SymmetricMatrix left, SymmetricMatrix right, int rank) {
        return new Subspace(onto(left, rank), onto(right, rank), rank, rank);
    }

    private static double[] onto(SymmetricMatrix gram, int rank) {
        double[] v = gram.leadingEigenvectors(rank);
        return FilterPair.product(FilterPair.transposed(v, rank, SIDE), v, SIDE, rank, SIDE);
    }

    /**
     * Cubic B-splines with a knot every {@code step} pixels, closest to what the filter makes: the knots stand still, so one
     * pair of smaller matrices serves every region, and its pixels follow by two small products.
     */
    static Subspace ofSplines(int step) {
        int knots = (SIDE - 2) / step + 4;
        double[] basis = new double[SIDE * knots];
        for (int i = 0; i < SIDE; i++) {
            for (int j = 0; j < knots; j++) {
                basis[i * knots + j] = spline(Math.abs(i - (j - 1.0) * step) / step);
            }
        }
        SymmetricMatrix gram = SymmetricMatrix.gram(basis, SIDE, knots);
        double[] dual = gram.solve(0, FilterPair.transposed(basis, SIDE, knots), SIDE);
        double[] onto = FilterPair.product(basis, dual, SIDE, knots, SIDE);
        return new Subspace(onto, onto, knotsOver(Roi.ROWS, step), knotsOver(Roi.COLUMNS, step));
    }

    /** Knots whose spline reaches one of {@code pixels} neighbours, wherever they begin. */
    private static int knotsOver(int pixels, int step) {
        return Math.ceilDiv(pixels - 1 + 4 * step, step);
    }

    private static double spline(double x) {
        if (x >= 2) {
            return 0;
        }
        return x >= 1 ? Math.pow(2 - x, 3) / 6 : 2.0 / 3 - x * x + x * x * x / 2;
    }

    /** Arithmetic of a region, MFLOP: its coefficients, then its pixels. */
    double megaflops(FilterPair pair) {
        double pixels = 2e-6 * Roi.ROWS * width * (height + (double) Roi.COLUMNS);
        return pair.megaflops(height, width) + pixels;
    }

    private static void add(double[] x, double[] to) {
        for (int i = 0; i < x.length; i++) {
            to[i] += x[i];
        }
    }
}
