package org.flatgaze.calibration.camera;

/** Solves symmetric positive definite systems. */
final class Cholesky {

    private Cholesky() {}

    /**
     * Solves {@code a x = b}.
     *
     * @param a n x n, row-major, symmetric; destroyed
     * @param ridge added to the diagonal, relative to its mean
     * @throws ArithmeticException if the matrix is not positive definite
     */
    static double[] solve(double[] a, int n, double[] b, double ridge) {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += a[i * n + i] / n;
        }
        for (int i = 0; i < n; i++) {
            a[i * n + i] += ridge * mean;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i * n + j];
                int ri = i * n;
                int rj = j * n;
                for (int k = 0; k < j; k++) {
                    sum -= a[ri + k] * a[rj + k];
                }
                if (i == j) {
                    if (!(sum > 0)) {
                        throw new ArithmeticException("pivot " + i + " = " + sum + ": expected more than 0");
                    }
                    a[ri + i] = Math.sqrt(sum);
                } else {
                    a[ri + j] = sum / a[rj + j];
                }
            }
        }
        double[] x = b.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= a[i * n + k] * x[k];
            }
            x[i] /= a[i * n + i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                x[i] -= a[k * n + i] * x[k];
            }
            x[i] /= a[i * n + i];
        }
        return x;
    }
}
