package org.flatgaze.calibration.camera;

import java.util.Arrays;

/** A polynomial through noisy values on an even grid, robust against a few that stand out. */
final class SmoothCurve {

    private SmoothCurve() {}

    /**
     * Fits Legendre polynomials by least squares, drops what lies beyond four robust sigmas, and fits again.
     *
     * @param values at least {@code order + 2}
     * @return the curve at the same places
     */
    static double[] fit(double[] values, int order) {
        double[] weight = new double[values.length];
        Arrays.fill(weight, 1);
        double[] curve = fit(values, weight, order);
        double[] off = new double[values.length];
        for (int i = 0; i < off.length; i++) {
            off[i] = Math.abs(values[i] - curve[i]);
        }
        double[] sorted = off.clone();
        Arrays.sort(sorted);
        double limit = Math.max(4 * 1.483 * sorted[sorted.length / 2], 1e-12);
        for (int i = 0; i < off.length; i++) {
            weight[i] = off[i] <= limit ? 1 : 0;
        }
        return fit(values, weight, order);
    }

    private static double[] fit(double[] values, double[] weight, int order) {
        int n = values.length;
        int m = order + 1;
        double[][] basis = new double[m][n];
        for (int i = 0; i < n; i++) {
            double x = n == 1 ? 0 : 2.0 * i / (n - 1) - 1;
            basis[0][i] = 1;
            if (m > 1) {
                basis[1][i] = x;
            }
            for (int k = 2; k < m; k++) {
                basis[k][i] = ((2 * k - 1) * x * basis[k - 1][i] - (k - 1) * basis[k - 2][i]) / k;
            }
        }
        double[] normal = new double[m * m];
        double[] right = new double[m];
        for (int a = 0; a < m; a++) {
            for (int i = 0; i < n; i++) {
                right[a] += weight[i] * basis[a][i] * values[i];
            }
            for (int b = 0; b < m; b++) {
                for (int i = 0; i < n; i++) {
                    normal[a * m + b] += weight[i] * basis[a][i] * basis[b][i];
                }
            }
        }
        double[] c = Cholesky.solve(normal, m, right, 1e-12);
        double[] curve = new double[n];
        for (int k = 0; k < m; k++) {
            for (int i = 0; i < n; i++) {
                curve[i] += c[k] * basis[k][i];
            }
        }
        return curve;
    }
}
