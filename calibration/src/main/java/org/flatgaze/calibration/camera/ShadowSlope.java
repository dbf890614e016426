package org.flatgaze.calibration.camera;

import java.util.Locale;

/** How far the shadow moves from one column of a matrix to the next, by correlation of columns that lie well apart. */
final class ShadowSlope {

    private static final int MOST_PER_COLUMN = 4;
    private static final double LEAST_CORRELATION = 0.3;

    private ShadowSlope() {}

    /**
     * Rows of shift per column.
     *
     * @param phi rows x cols, columns of mean 0
     * @throws CalibrationRefusedException if the columns are not shifted copies of each other
     */
    static double perColumn(float[] phi, int rows, int cols) {
        int near = Math.max(1, cols / 32);
        double coarse = shift(phi, rows, cols, near, 0, MOST_PER_COLUMN * near) / near;
        int far = cols / 4;
        return shift(phi, rows, cols, far, coarse * far, Math.max(3, far / near)) / far;
    }

    private static double shift(float[] phi, int rows, int cols, int distance, double about, int reach) {
        int middle = (int) Math.round(about);
        double[] score = new double[2 * reach + 1];
        int best = 0;
        for (int s = -reach; s <= reach; s++) {
            score[s + reach] = correlation(phi, rows, cols, distance, middle + s);
            best = score[s + reach] > score[best] ? s + reach : best;
        }
        if (score[best] < LEAST_CORRELATION) {
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "the columns of the matrix are not shifted copies of one shadow (best correlation %.2f): the captures are"
                            + " out of order, of several set-ups, or the mask is not separable; repeat in the printed order",
                    score[best]));
        }
        double fine = 0;
        if (best > 0 && best < 2 * reach) {
            double a = score[best - 1];
            double b = score[best];
            double c = score[best + 1];
            fine = Math.clamp(0.5 * (a - c) / (a - 2 * b + c), -0.5, 0.5);
        }
        return middle + best - reach + fine;
    }

    private static double correlation(float[] phi, int rows, int cols, int distance, int shift) {
        double xy = 0;
        double xx = 0;
        double yy = 0;
        int from = Math.max(0, -shift);
        int to = Math.min(rows, rows - shift);
        for (int j = 0; j + distance < cols; j++) {
            for (int i = from; i < to; i++) {
                double x = phi[i * cols + j];
                double y = phi[(i + shift) * cols + j + distance];
                xy += x * y;
                xx += x * x;
                yy += y * y;
            }
        }
        return to - from < rows / 4 ? 0 : xy / Math.sqrt(xx * yy + 1e-300);
    }
}
