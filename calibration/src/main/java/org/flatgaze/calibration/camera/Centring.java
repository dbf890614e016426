package org.flatgaze.calibration.camera;

/** Removal of row and column means, and the sums that go with it. */
final class Centring {

    private Centring() {}

    /** Removes row and column means in place and puts nothing back. */
    static void centre(float[] y, int rows, int cols) {
        double[] column = new double[cols];
        double all = 0;
        double[] row = new double[rows];
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int c = 0; c < cols; c++) {
                float v = y[r * cols + c];
                sum += v;
                column[c] += v;
            }
            row[r] = sum / cols;
            all += sum;
        }
        all /= (double) rows * cols;
        for (int r = 0; r < rows; r++) {
            float off = (float) (row[r] - all);
            for (int c = 0; c < cols; c++) {
                y[r * cols + c] -= off + (float) (column[c] / rows);
            }
        }
    }

    /** Removes the mean of every column of a rows x cols matrix. */
    static void centreColumns(float[] a, int rows, int cols) {
        double[] mean = new double[cols];
        for (int i = 0; i < a.length; i++) {
            mean[i % cols] += a[i];
        }
        for (int i = 0; i < a.length; i++) {
            a[i] -= (float) (mean[i % cols] / rows);
        }
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    static double energy(float[] a) {
        return dot(a, a);
    }

    /** {@code |a - b|^2}. */
    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = (double) a[i] - b[i];
            sum += d * d;
        }
        return sum;
    }
}
