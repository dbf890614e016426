package org.flatgaze.calibration.camera;

import java.util.Arrays;

/** Eigenvalues and vectors of a symmetric matrix by cyclic Jacobi rotations; falling order. */
final class SymmetricEigen {

    private static final int MAX_SWEEPS = 40;

    private final double[] values;
    private final double[][] vectors;

    private SymmetricEigen(double[] values, double[][] vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /** @param a n x n, symmetric; destroyed */
    static SymmetricEigen of(double[][] a) {
        int n = a.length;
        double[][] v = new double[n][n];
        double size = 0;
        for (int i = 0; i < n; i++) {
            v[i][i] = 1;
            size = Math.max(size, Math.abs(a[i][i]));
        }
        boolean turned = true;
        for (int sweep = 0; turned; sweep++) {
            if (sweep == MAX_SWEEPS) {
                throw new ArithmeticException("eigenvalues did not converge: expected a finite symmetric matrix");
            }
            turned = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p][q]) > 1e-14 * size) {
                        turned = true;
                        rotate(a, v, p, q);
                    }
                }
            }
        }
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (x, y) -> Double.compare(a[y][y], a[x][x]));
        double[] values = new double[n];
        double[][] vectors = new double[n][];
        for (int i = 0; i < n; i++) {
            values[i] = a[order[i]][order[i]];
            vectors[i] = v[order[i]];
        }
        return new SymmetricEigen(values, vectors);
    }

    double[] values() {
        return values;
    }

    /** Unit vector number i. */
    double[] vector(int i) {
        return vectors[i];
    }

    private static void rotate(double[][] a, double[][] v, int p, int q) {
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
        double c = 1 / Math.sqrt(1 + t * t);
        double s = c * t;
        int n = a.length;
        double app = a[p][p];
        double aqq = a[q][q];
        double apq = a[p][q];
        double[] rowP = a[p];
        double[] rowQ = a[q];
        for (int k = 0; k < n; k++) {
            double x = rowP[k];
            double y = rowQ[k];
            rowP[k] = c * x - s * y;
            rowQ[k] = s * x + c * y;
        }
        for (int k = 0; k < n; k++) {
            a[k][p] = rowP[k];
            a[k][q] = rowQ[k];
        }
        a[p][p] = app - t * apq;
        a[q][q] = aqq + t * apq;
        a[p][q] = 0;
        a[q][p] = 0;
        for (int k = 0; k < n; k++) {
            double x = v[p][k];
            double y = v[q][k];
            v[p][k] = c * x - s * y;
            v[q][k] = s * x + c * y;
        }
    }
}
