package org.flatgaze.pipeline.reconstruct;

/**
 * One side of a one-pair filter, {@code (phi^T phi + alpha s_1^2 I)^-1 phi^T}, by Cholesky: no decomposition is needed when
 * alpha is known, which keeps the start of the runtime short.
 */
final class Ridge {

    private static final int POWER_STEPS = 500;

    private Ridge() {}

    /**
     * Solves one side.
     *
     * @param phi rows x n, centred
     * @param alphaRelative ridge relative to the largest squared singular value; 0 for plain least squares
     * @return n x rows, row-major
     */
    static double[] inverse(double[] phi, int rows, int n, double alphaRelative) {
        double[][] gram = new double[n][n];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                double f = phi[r * n + i];
                double[] to = gram[i];
                for (int j = 0; j < n; j++) {
                    to[j] += f * phi[r * n + j];
                }
            }
        }
        double ridge = alphaRelative == 0 ? 0 : alphaRelative * largestEigenvalue(gram);
        for (int i = 0; i < n; i++) {
            gram[i][i] += ridge;
        }
        choleskyInPlace(gram);
        double[] out = new double[n * rows];
        for (int i = 0; i < n; i++) {
            for (int r = 0; r < rows; r++) {
                out[i * rows + r] = phi[r * n + i];
            }
        }
        // Both triangular solves work on whole rows of the right-hand side, so the inner loops run over contiguous
        // memory.
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                subtractRow(out, i, k, gram[i][k], rows);
            }
            scaleRow(out, i, 1 / gram[i][i], rows);
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                subtractRow(out, i, k, gram[k][i], rows);
            }
            scaleRow(out, i, 1 / gram[i][i], rows);
        }
        return out;
    }

    private static void subtractRow(double[] x, int target, int source, double factor, int length) {
        int t = target * length;
        int s = source * length;
        for (int c = 0; c < length; c++) {
            x[t + c] -= factor * x[s + c];
        }
    }

    private static void scaleRow(double[] x, int row, double factor, int length) {
        for (int c = row * length; c < (row + 1) * length; c++) {
            x[c] *= factor;
        }
    }

    /** Power iteration from a fixed start that is not special to any symmetric or smooth matrix. */
    private static double largestEigenvalue(double[][] a) {
        int n = a.length;
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = 1 + Math.sin(1.7 * i * i + 0.3 * i);
        }
        double value = 0;
        for (int step = 0; step < POWER_STEPS; step++) {
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
                y[i] = ThinSvd.dot(a[i], x);
            }
            double length = Math.sqrt(ThinSvd.dot(y, y));
            for (int i = 0; i < n; i++) {
                x[i] = y[i] / length;
            }
            if (Math.abs(length - value) <= 1e-13 * length) {
                return length;
            }
            value = length;
        }
        return value;
    }

    private static void choleskyInPlace(double[][] a) {
        int n = a.length;
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                if (i == j) {
                    if (!(sum > 0)) {
                        throw new ArithmeticException("ridge too small for this matrix: expected a larger alpha");
                    }
                    a[j][j] = Math.sqrt(sum);
                } else {
                    a[i][j] = sum / a[j][j];
                }
            }
        }
    }
}
