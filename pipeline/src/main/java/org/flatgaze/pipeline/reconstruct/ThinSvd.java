package org.flatgaze.pipeline.reconstruct;

import java.util.Arrays;

/**
 * Thin singular value decomposition {@code a = u diag(s) v^T} in double precision, cut at the numerical rank.
 *
 * <p>Householder QR with column pivoting, then one-sided Jacobi on the rows of R: the pivoting makes Jacobi converge in a
 * few sweeps and keeps small singular values accurate (Drmac and Veselic, "New fast and accurate Jacobi SVD algorithm",
 * SIAM J. Matrix Anal. Appl. 2008). Not for the frame path.
 */
final class ThinSvd {

    private static final int MAX_SWEEPS = 60;
    private static final double ORTHOGONAL = 1e-14;

    private final int rows;
    private final int cols;
    private final double[] singularValues;
    private final double[][] left;
    private final double[][] right;

    private ThinSvd(int rows, int cols, double[] singularValues, double[][] left, double[][] right) {
        this.rows = rows;
        this.cols = cols;
        this.singularValues = singularValues;
        this.left = left;
        this.right = right;
    }

    /**
     * Decomposes a row-major matrix.
     *
     * @param a rows x cols, finite
     * @param relativeTolerance singular values at or below this share of the largest are dropped
     * @throws IllegalArgumentException if the length does not fit or the matrix is zero
     * @throws ArithmeticException if the iteration does not converge (a matrix that is not finite)
     */
    static ThinSvd of(double[] a, int rows, int cols, double relativeTolerance) {
        if (a.length != rows * cols) {
            throw new IllegalArgumentException("a.length=" + a.length + ": expected " + rows + " x " + cols);
        }
        boolean wide = cols > rows;
        int m = Math.max(rows, cols);
        int n = Math.min(rows, cols);
        double[][] columns = new double[n][m];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                if (wide) {
                    columns[i][j] = a[i * cols + j];
                } else {
                    columns[j][i] = a[i * cols + j];
                }
            }
        }
        PivotedQr qr = PivotedQr.factor(columns, m);
        if (qr.rank() == 0) {
            throw new IllegalArgumentException("a: expected a matrix that is not zero");
        }
        double[][] r = qr.r();
        double[][] j = identity(qr.rank());
        orthogonalise(r, j);

        int rank = r.length;
        double[] s = new double[rank];
        for (int i = 0; i < rank; i++) {
            s[i] = Math.sqrt(dot(r[i], r[i]));
        }
        Integer[] order = new Integer[rank];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (p, q) -> Double.compare(s[q], s[p]));
        int kept = 0;
        while (kept < rank && s[order[kept]] > relativeTolerance * s[order[0]]) {
            kept++;
        }
        double[] values = new double[kept];
        double[][] tall = new double[kept][];
        double[][] small = new double[kept][n];
        for (int k = 0; k < kept; k++) {
            int from = order[k];
            values[k] = s[from];
            for (int c = 0; c < n; c++) {
                small[k][qr.pivot(c)] = r[from][c] / s[from];
            }
            tall[k] = qr.applyQ(j[from]);
        }
        return wide ? new ThinSvd(rows, cols, values, small, tall) : new ThinSvd(rows, cols, values, tall, small);
    }

    int rows() {
        return rows;
    }

    int cols() {
        return cols;
    }

    int rank() {
        return singularValues.length;
    }

    /** Singular value {@code k}, falling. */
    double s(int k) {
        return singularValues[k];
    }

    /** Left singular vector {@code k}, length rows; shared, do not write. */
    double[] u(int k) {
        return left[k];
    }

    /** Right singular vector {@code k}, length cols; shared, do not write. */
    double[] v(int k) {
        return right[k];
    }

    private static double[][] identity(int n) {
        double[][] e = new double[n][n];
        for (int i = 0; i < n; i++) {
            e[i][i] = 1;
        }
        return e;
    }

    /** Rotates the rows of {@code r} until they are orthogonal, and the rows of {@code j} along with them. */
    private static void orthogonalise(double[][] r, double[][] j) {
        int n = r.length;
        double[] norm = new double[n];
        for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
            double largest = 0;
            for (int i = 0; i < n; i++) {
                norm[i] = dot(r[i], r[i]);
                largest = Math.max(largest, norm[i]);
            }
            // Rows this far below the largest are rounding noise; turning them never ends and changes nothing.
            double floor = largest * 1e-30;
            boolean turned = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (norm[p] <= floor || norm[q] <= floor) {
                        continue;
                    }
                    double gamma = dot(r[p], r[q]);
                    if (Math.abs(gamma) <= ORTHOGONAL * n * Math.sqrt(norm[p] * norm[q])) {
                        continue;
                    }
                    turned = true;
                    double zeta = (norm[q] - norm[p]) / (2 * gamma);
                    double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
                    double c = 1 / Math.sqrt(1 + t * t);
                    double s = c * t;
                    rotate(r[p], r[q], c, s);
                    rotate(j[p], j[q], c, s);
                    norm[p] -= t * gamma;
                    norm[q] += t * gamma;
                }
            }
            if (!turned) {
                return;
            }
        }
        throw new ArithmeticException(
                "singular value decomposition did not converge in " + MAX_SWEEPS + " sweeps: expected a finite matrix");
    }

    private static void rotate(double[] x, double[] y, double c, double s) {
        for (int i = 0; i < x.length; i++) {
            double xi = x[i];
            double yi = y[i];
            x[i] = c * xi - s * yi;
            y[i] = s * xi + c * yi;
        }
    }

    /** Four sums side by side: a single one would wait for every addition. */
    static double dot(double[] x, double[] y) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= x.length; i += 4) {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
            s2 += x[i + 2] * y[i + 2];
            s3 += x[i + 3] * y[i + 3];
        }
        for (; i < x.length; i++) {
            s0 += x[i] * y[i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
