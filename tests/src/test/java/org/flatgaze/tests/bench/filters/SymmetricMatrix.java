package org.flatgaze.tests.bench.filters;

/** A symmetric matrix in double, n x n row-major, and what a filter needs of it. */
final class SymmetricMatrix {

    private static final int MAX_SWEEPS = 30;

    private final int n;
    private final double[] values;

    private SymmetricMatrix(int n, double[] values) {
        this.n = n;
        this.values = values;
    }

    /** Wraps {@code values}, n x n, of which the caller lets go. */
    static SymmetricMatrix of(int n, double[] values) {
        return new SymmetricMatrix(n, values);
    }

    /** {@code x^T x} of a rows x n matrix. */
    static SymmetricMatrix gram(double[] x, int rows, int n) {
        double[] gram = new double[n * n];
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < n; i++) {
                double f = x[r * n + i];
                for (int j = 0; j < n; j++) {
                    gram[i * n + j] += f * x[r * n + j];
                }
            }
        }
        return new SymmetricMatrix(n, gram);
    }

    double meanDiagonal() {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += values[i * n + i];
        }
        return sum / n;
    }

    /** By power iteration. */
    double largestEigenvalue() {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = 1 + Math.sin(1.7 * i * i + 0.3 * i);
        }
        double length = 0;
        for (int step = 0; step < 300; step++) {
            double[] y = new double[n];
            double squares = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    y[i] += values[i * n + j] * x[j];
                }
                squares += y[i] * y[i];
            }
            length = Math.sqrt(squares);
            for (int i = 0; i < n; i++) {
                x[i] = y[i] / length;
            }
        }
        return length;
    }

    /** {@code (this + ridge I)^-1 right} by Cholesky; {@code right} is n x columns and is overwritten with the result. */
    double[] solve(double ridge, double[] right, int columns) {
        double[] l = values.clone();
        for (int j = 0; j < n; j++) {
            l[j * n + j] += ridge;
            for (int i = j; i < n; i++) {
                double sum = i == j ? l[j * n + j] : l[i * n + j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i * n + k] * l[j * n + k];
                }
                l[i * n + j] = i == j ? Math.sqrt(sum) : sum / l[j * n + j];
            }
        }
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                subtract(right, i, k, l[i * n + k], columns);
            }
            scale(right, i, 1 / l[i * n + i], columns);
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                subtract(right, i, k, l[k * n + i], columns);
            }
            scale(right, i, 1 / l[i * n + i], columns);
        }
        return right;
    }

    /** The eigenvectors of the {@code count} largest eigenvalues, count x n, by Jacobi rotations. */
    double[] leadingEigenvectors(int count) {
        double[] a = values.clone();
        double[] v = new double[n * n];
        for (int i = 0; i < n; i++) {
            v[i * n + i] = 1;
        }
        double tiny = 1e-10 * meanDiagonal();
        boolean rotated = true;
        for (int sweep = 0; rotated && sweep < MAX_SWEEPS; sweep++) {
            rotated = false;
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p * n + q]) > tiny) {
                        rotate(a, v, p, q);
                        rotated = true;
                    }
                }
            }
        }
        boolean[] taken = new boolean[n];
        double[] leading = new double[count * n];
        for (int k = 0; k < count; k++) {
            int best = -1;
            for (int i = 0; i < n; i++) {
                if (!taken[i] && (best < 0 || a[i * n + i] > a[best * n + best])) {
                    best = i;
                }
            }
            taken[best] = true;
            System.arraycopy(v, best * n, leading, k * n, n);
        }
        return leading;
    }

    /** Both matrices are kept by rows, so a rotation works on contiguous memory; {@code a} stays symmetric. */
    private void rotate(double[] a, double[] v, int p, int q) {
        double theta = 0.5 * (a[q * n + q] - a[p * n + p]) / a[p * n + q];
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double c = 1 / Math.sqrt(t * t + 1);
        double s = t * c;
        double app = a[p * n + p] - t * a[p * n + q];
        double aqq = a[q * n + q] + t * a[p * n + q];
        mix(a, p, q, c, s);
        mix(v, p, q, c, s);
        for (int i = 0; i < n; i++) {
            a[i * n + p] = a[p * n + i];
            a[i * n + q] = a[q * n + i];
        }
        a[p * n + p] = app;
        a[q * n + q] = aqq;
        a[p * n + q] = 0;
        a[q * n + p] = 0;
    }

    private void mix(double[] x, int p, int q, double c, double s) {
        for (int i = 0; i < n; i++) {
            double xp = x[p * n + i];
            double xq = x[q * n + i];
            x[p * n + i] = c * xp - s * xq;
            x[q * n + i] = s * xp + c * xq;
        }
    }

    private static void subtract(double[] x, int target, int source, double factor, int columns) {
        for (int c = 0; c < columns; c++) {
            x[target * columns + c] -= factor * x[source * columns + c];
        }
    }

    private static void scale(double[] x, int row, double factor, int columns) {
        for (int c = row * columns; c < (row + 1) * columns; c++) {
            x[c] *= factor;
        }
    }
}
