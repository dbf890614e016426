package org.flatgaze.flatcam.sim;

/**
 * Turns a clean frame about its centre: the frame of a mask that was glued on askew. Bicubic (R. G. Keys, IEEE Transactions on
 * Acoustics, Speech and Signal Processing 1981, a = -1/2); what lies beyond the edge repeats the edge. Immutable.
 */
final class FrameRotation {

    private final int rows;
    private final int cols;
    private final double cosine;
    private final double sine;

    FrameRotation(int rows, int cols, double angleDeg) {
        this.rows = rows;
        this.cols = cols;
        this.cosine = Math.cos(Math.toRadians(angleDeg));
        this.sine = Math.sin(Math.toRadians(angleDeg));
    }

    /** Writes {@code from} turned by the angle, from the column axis towards the row axis, that is clockwise on a screen. */
    void apply(float[] from, float[] to) {
        double middleRow = 0.5 * (rows - 1);
        double middleCol = 0.5 * (cols - 1);
        for (int row = 0, at = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++, at++) {
                double x = col - middleCol;
                double y = row - middleRow;
                to[at] = sample(from, cosine * y - sine * x + middleRow, cosine * x + sine * y + middleCol);
            }
        }
    }

    private float sample(float[] from, double row, double col) {
        int top = (int) Math.floor(row);
        int left = (int) Math.floor(col);
        float sum = 0;
        for (int i = -1; i <= 2; i++) {
            int line = Math.clamp(top + i, 0, rows - 1) * cols;
            float part = 0;
            for (int j = -1; j <= 2; j++) {
                part += weight(col - left - j) * from[line + Math.clamp(left + j, 0, cols - 1)];
            }
            sum += weight(row - top - i) * part;
        }
        return sum;
    }

    private static float weight(double distance) {
        double t = Math.abs(distance);
        if (t < 1) {
            return (float) (1 + t * t * (1.5 * t - 2.5));
        }
        return t < 2 ? (float) (2 - t * (4 - t * (2.5 - 0.5 * t))) : 0;
    }
}
