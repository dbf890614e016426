package org.flatgaze.pipeline.roi;

import static org.flatgaze.pipeline.roi.EyeLabel.MAP;

import java.util.Arrays;

/**
 * Puts an ellipse on the pupil of a label map.
 *
 * <p>A pupil that is in full view is measured by the second moments of its area, which average over every pixel. A lid
 * across the pupil would drag them away, so then only the part of the outline that borders the iris is used: it is the
 * pupil's own edge, the rest is the lid's. Through its points goes the conic
 * {@code (x^2 + y^2) + p (x^2 - y^2) + q 2xy + d x + e y + f = 0} of least squared residual, with a small penalty on
 * p and q: a circle by default, an ellipse where the visible arc insists. Single-threaded; allocates nothing after
 * construction.
 */
final class PupilEllipse {

    /** Fewer pixels are noise, not a pupil: a 2 mm pupil has 28 on the reference device. */
    private static final int MIN_PIXELS = 8;

    /** Fewer edge points cannot carry five unknowns on pixels. */
    private static final int MIN_POINTS = 10;

    /**
     * Hidden share below which moments are still the better measure; beyond it they shift by more than a third
     * pixel.
     */
    private static final float MOMENTS_BELOW = 0.05f;

    /**
     * Penalty per point on p and q; fitted on synthetic pupils of 2..7 mm, 0..60 % hidden: half hidden, the centre
     * is then 1.3 px off on average.
     */
    private static final double ROUNDNESS = 0.05;

    private static final int UNKNOWNS = 5;

    private final double[] pointX = new double[MAP * MAP];
    private final double[] pointY = new double[MAP * MAP];
    private final double[][] normal = new double[UNKNOWNS][UNKNOWNS + 1];
    private final double[] terms = new double[UNKNOWNS];
    private int points;

    /** Measures the pupil and writes the pupil fields of {@code out}; leaves them NaN where there is none. */
    void measure(byte[] labels, LabelComponents pupil, EyeShape out) {
        out.clearPupil();
        if (pupil.size() < MIN_PIXELS) {
            return;
        }
        float hidden = outline(labels, pupil);
        out.pupilHidden = hidden;
        boolean fitted = hidden >= MOMENTS_BELOW && points >= MIN_POINTS && fitOutline(out);
        if (!fitted) {
            moments(pupil, out);
        }
        out.pupilFound = true;
    }

    /** Collects the mid-points between pupil and iris pixels; answers the share of the outline that borders neither. */
    private float outline(byte[] labels, LabelComponents pupil) {
        points = 0;
        int hidden = 0;
        for (int y = 0; y < MAP; y++) {
            for (int x = 0; x < MAP; x++) {
                if (pupil.contains(y * MAP + x)) {
                    hidden += edge(labels, x, y, -1, 0)
                            + edge(labels, x, y, 1, 0)
                            + edge(labels, x, y, 0, -1)
                            + edge(labels, x, y, 0, 1);
                }
            }
        }
        return hidden == 0 ? 0 : (float) hidden / (hidden + points);
    }

    private int edge(byte[] labels, int x, int y, int dx, int dy) {
        int nx = x + dx;
        int ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= MAP || ny >= MAP) {
            return 1;
        }
        byte neighbour = labels[ny * MAP + nx];
        if (neighbour == EyeLabel.PUPIL) {
            return 0;
        }
        if (neighbour != EyeLabel.IRIS) {
            return 1;
        }
        pointX[points] = x + 0.5 * dx;
        pointY[points] = y + 0.5 * dy;
        points++;
        return 0;
    }

    private static void moments(LabelComponents pupil, EyeShape out) {
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        double syy = 0;
        for (int y = 0; y < MAP; y++) {
            for (int x = 0; x < MAP; x++) {
                if (pupil.contains(y * MAP + x)) {
                    sx += x;
                    sy += y;
                    sxx += (double) x * x;
                    sxy += (double) x * y;
                    syy += (double) y * y;
                }
            }
        }
        double n = pupil.size();
        double cx = sx / n;
        double cy = sy / n;
        // A filled ellipse has variance a^2 / 4 along its half axis a.
        double vxx = 4 * (sxx / n - cx * cx);
        double vyy = 4 * (syy / n - cy * cy);
        double vxy = 4 * (sxy / n - cx * cy);
        write(out, cx, cy, vxx, vxy, vyy);
    }

    private boolean fitOutline(EyeShape out) {
        double mx = 0;
        double my = 0;
        for (int i = 0; i < points; i++) {
            mx += pointX[i];
            my += pointY[i];
        }
        mx /= points;
        my /= points;
        double spread = 0;
        for (int i = 0; i < points; i++) {
            spread += Math.hypot(pointX[i] - mx, pointY[i] - my);
        }
        double scale = spread / points;
        accumulate(mx, my, scale);
        if (!solve()) {
            return false;
        }
        double p = normal[0][UNKNOWNS];
        double q = normal[1][UNKNOWNS];
        double d = normal[2][UNKNOWNS];
        double e = normal[3][UNKNOWNS];
        double f = normal[4][UNKNOWNS];
        // Quadratic form [[1 + p, q], [q, 1 - p]]: an ellipse as long as its determinant is positive.
        double determinant = 1 - p * p - q * q;
        if (determinant < 0.1) {
            return false;
        }
        double cx = -0.5 * ((1 - p) * d - q * e) / determinant;
        double cy = -0.5 * ((1 + p) * e - q * d) / determinant;
        double level = -(f + 0.5 * (d * cx + e * cy));
        if (!(level > 0) || Math.hypot(cx, cy) > 3) {
            return false;
        }
        // Matrix of squared half axes: level * inverse of the quadratic form.
        double unit = level * scale * scale / determinant;
        write(out, mx + scale * cx, my + scale * cy, unit * (1 - p), -unit * q, unit * (1 + p));
        return true;
    }

    /**
     * Normal equations in coordinates centred on the points and scaled to their spread, so that the penalty has no
     * unit.
     */
    private void accumulate(double mx, double my, double scale) {
        for (double[] row : normal) {
            Arrays.fill(row, 0);
        }
        for (int i = 0; i < points; i++) {
            double x = (pointX[i] - mx) / scale;
            double y = (pointY[i] - my) / scale;
            terms[0] = x * x - y * y;
            terms[1] = 2 * x * y;
            terms[2] = x;
            terms[3] = y;
            terms[4] = 1;
            double right = -(x * x + y * y);
            for (int r = 0; r < UNKNOWNS; r++) {
                for (int c = 0; c < UNKNOWNS; c++) {
                    normal[r][c] += terms[r] * terms[c];
                }
                normal[r][UNKNOWNS] += terms[r] * right;
            }
        }
        normal[0][0] += ROUNDNESS * points;
        normal[1][1] += ROUNDNESS * points;
    }

    /** Gauss-Jordan without pivoting, as the matrix is positive definite; the solution replaces the last column. */
    private boolean solve() {
        for (int k = 0; k < UNKNOWNS; k++) {
            double pivot = normal[k][k];
            if (!(pivot > 1e-9 * points)) {
                return false;
            }
            for (int c = k; c <= UNKNOWNS; c++) {
                normal[k][c] /= pivot;
            }
            for (int r = 0; r < UNKNOWNS; r++) {
                double factor = normal[r][k];
                if (r != k) {
                    for (int c = k; c <= UNKNOWNS; c++) {
                        normal[r][c] -= factor * normal[k][c];
                    }
                }
            }
        }
        return true;
    }

    /** Writes centre and axes, given in pixels of the map, in pixels of the 256 picture. */
    private static void write(EyeShape out, double cx, double cy, double vxx, double vxy, double vyy) {
        double middle = 0.5 * (vxx + vyy);
        double half = Math.hypot(0.5 * (vxx - vyy), vxy);
        out.pupilX = (float) (2 * cx + 0.5);
        out.pupilY = (float) (2 * cy + 0.5);
        out.pupilMajor = (float) (2 * Math.sqrt(middle + half));
        out.pupilMinor = (float) (2 * Math.sqrt(Math.max(0, middle - half)));
        out.pupilAngleDeg = (float) Math.toDegrees(0.5 * Math.atan2(2 * vxy, vxx - vyy));
    }
}
