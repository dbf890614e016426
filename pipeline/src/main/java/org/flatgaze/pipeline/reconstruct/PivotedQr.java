package org.flatgaze.pipeline.reconstruct;

/** Householder QR with column pivoting, {@code a p = q r}, stopped at the numerical rank. */
final class PivotedQr {

    private static final double NEGLIGIBLE = 1e-15;

    private final double[][] columns;
    private final double[] diagonal;
    private final int[] pivots;
    private final int height;
    private int rank;

    private PivotedQr(double[][] columns, int height) {
        this.columns = columns;
        this.height = height;
        this.diagonal = new double[columns.length];
        this.pivots = new int[columns.length];
        for (int j = 0; j < pivots.length; j++) {
            pivots[j] = j;
        }
    }

    /**
     * Factors a tall matrix in place.
     *
     * @param columns its columns, each {@code height} long, at most {@code height} of them; destroyed
     */
    static PivotedQr factor(double[][] columns, int height) {
        PivotedQr qr = new PivotedQr(columns, height);
        qr.run();
        return qr;
    }

    int rank() {
        return rank;
    }

    /** Column of the input that stands at position {@code position}. */
    int pivot(int position) {
        return pivots[position];
    }

    /** The upper trapezoid, rank x columns, one array a row. */
    double[][] r() {
        int n = columns.length;
        double[][] r = new double[rank][n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < Math.min(j, rank); i++) {
                r[i][j] = columns[j][i];
            }
            if (j < rank) {
                r[j][j] = diagonal[j];
            }
        }
        return r;
    }

    /** {@code q x} for {@code x} of length rank; the result has the height of the input. */
    double[] applyQ(double[] x) {
        double[] y = new double[height];
        System.arraycopy(x, 0, y, 0, rank);
        for (int k = rank - 1; k >= 0; k--) {
            reflect(columns[k], k, y);
        }
        return y;
    }

    private void run() {
        int n = columns.length;
        double[] norm = new double[n];
        double first = 0;
        for (int k = 0; k < n; k++) {
            int best = k;
            for (int j = k; j < n; j++) {
                norm[j] = tailNorm(columns[j], k);
                if (norm[j] > norm[best]) {
                    best = j;
                }
            }
            if (k == 0) {
                first = norm[best];
            }
            if (!(norm[best] > NEGLIGIBLE * first)) {
                break;
            }
            swap(k, best);
            double[] v = columns[k];
            // The sign that avoids cancellation; v is scaled so that the reflection is x - v (v . x) / v[k].
            double alpha = v[k] > 0 ? -norm[best] : norm[best];
            for (int i = k; i < height; i++) {
                v[i] /= -alpha;
            }
            v[k] += 1;
            diagonal[k] = alpha;
            rank = k + 1;
            for (int j = k + 1; j < n; j++) {
                reflect(v, k, columns[j]);
            }
        }
    }

    private void swap(int a, int b) {
        double[] column = columns[a];
        columns[a] = columns[b];
        columns[b] = column;
        int pivot = pivots[a];
        pivots[a] = pivots[b];
        pivots[b] = pivot;
    }

    private void reflect(double[] v, int k, double[] x) {
        double s0 = 0;
        double s1 = 0;
        int i = k;
        for (; i + 2 <= height; i += 2) {
            s0 += v[i] * x[i];
            s1 += v[i + 1] * x[i + 1];
        }
        if (i < height) {
            s0 += v[i] * x[i];
        }
        double f = (s0 + s1) / v[k];
        for (i = k; i < height; i++) {
            x[i] -= f * v[i];
        }
    }

    private double tailNorm(double[] x, int k) {
        double sum = 0;
        for (int i = k; i < height; i++) {
            sum += x[i] * x[i];
        }
        return Math.sqrt(sum);
    }
}
