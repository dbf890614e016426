package org.flatgaze.accel.vitcod.encoder;

import java.util.Arrays;
import java.util.Comparator;

/** Eigenvectors of a small symmetric matrix by cyclic Jacobi rotations; exact enough for a few dozen rows. */
final class SymmetricEigen {

    private static final int MAX_SWEEPS = 100;

    private SymmetricEigen() {}

    /**
     * @param matrix n x n, symmetric; destroyed
     * @return eigenvectors as rows, by falling eigenvalue; each with its largest component positive
     */
    static double[][] vectors(double[][] matrix) {
        int n = matrix.length;
        double[][] basis = new double[n][n];
        for (int i = 0; i < n; i++) {
            basis[i][i] = 1;
        }
        for (int sweep = 0; sweep < MAX_SWEEPS && offDiagonal(matrix) > 1e-30 * diagonal(matrix); sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(matrix, basis, p, q);
                }
            }
        }
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -matrix[i][i]));
        double[][] sorted = new double[n][];
        for (int i = 0; i < n; i++) {
            sorted[i] = basis[order[i]];
            double largest = 0;
            for (double component : sorted[i]) {
                largest = Math.abs(component) > Math.abs(largest) ? component : largest;
            }
            for (int j = 0; largest < 0 && j < n; j++) {
                sorted[i][j] = -sorted[i][j];
            }
        }
        return sorted;
    }

    private static double offDiagonal(double[][] m) {
        double sum = 0;
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += m[i][j] * m[i][j];
            }
        }
        return sum;
    }

    private static double diagonal(double[][] m) {
        double sum = 0;
        for (int i = 0; i < m.length; i++) {
            sum += m[i][i] * m[i][i];
        }
        return sum;
    }

    private static void rotate(double[][] m, double[][] basis, int p, int q) {
        if (m[p][q] == 0) {
            return;
        }
        double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
        double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double c = 1 / Math.sqrt(t * t + 1);
        double s = t * c;
        for (int k = 0; k < m.length; k++) {
            double kp = m[k][p];
            double kq = m[k][q];
            m[k][p] = c * kp - s * kq;
            m[k][q] = s * kp + c * kq;
        }
        for (int k = 0; k < m.length; k++) {
            double pk = m[p][k];
            double qk = m[q][k];
            m[p][k] = c * pk - s * qk;
            m[q][k] = s * pk + c * qk;
            double bp = basis[p][k];
            double bq = basis[q][k];
            basis[p][k] = c * bp - s * bq;
            basis[q][k] = s * bp + c * bq;
        }
    }
}
