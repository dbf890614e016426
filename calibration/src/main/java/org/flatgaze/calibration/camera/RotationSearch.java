package org.flatgaze.calibration.camera;

import java.util.Arrays;
import java.util.Comparator;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.reconstruct.BayerPattern;
import org.flatgaze.pipeline.reconstruct.PlaneCutter;
import org.flatgaze.pipeline.reconstruct.PlaneGeometry;

/**
 * Finds by how much the mask is turned against the sensor: the turn of the frame at which captures of separable patterns
 * come closest to rank 1.
 *
 * <p>A coarse search compares the rank-1 share itself. Near its maximum that share is flat and noise decides, so the fine
 * search follows its Gauss-Newton step: a frame turned by a small e differs from its rank-1 part {@code u v^T} by
 * {@code e (r u v'^T - u' (c v)^T)}, r and c being the coordinates from the middle; e is that pattern's share in the residual,
 * and it is 0 on average whatever the noise once the turn is right.
 */
final class RotationSearch {

    /** Widest turn looked for, degrees. */
    static final double REACH_DEG = 1.5;

    private static final double COARSE_STEP_DEG = 0.1;
    private static final int COARSE_FRAMES = 6;
    private static final int FINE_FRAMES = 24;
    private static final int FINE_STEPS = 6;
    private static final double CLOSE_ENOUGH_DEG = 2e-4;

    private final SensorFormat sensor;
    private final float[][] left;
    private final float[][] right;

    /**
     * @param left difference frames of left patterns, not centred, sensor.height x sensor.width
     * @param right the same of right patterns
     */
    RotationSearch(SensorFormat sensor, float[][] left, float[][] right) {
        this.sensor = sensor;
        this.left = strongest(left);
        this.right = strongest(right);
    }

    /** The turn to undo, degrees, as {@link PlaneGeometry#rotationRad()} counts it. */
    double findDeg() {
        double best = coarse();
        for (int step = 0; step < FINE_STEPS; step++) {
            double correction = correctionDeg(best);
            best = Math.clamp(best + correction, -REACH_DEG, REACH_DEG);
            if (Math.abs(correction) < CLOSE_ENOUGH_DEG) {
                break;
            }
        }
        return best;
    }

    /** How a plane is cut when the frame is turned back: without the borders that the turn reaches outside at. */
    static PlaneGeometry geometry(SensorFormat sensor, double angleDeg) {
        double angle = Math.toRadians(angleDeg);
        if (angle == 0) {
            return PlaneGeometry.whole(sensor);
        }
        double sine = Math.abs(Math.sin(angle));
        int margin = (int) Math.ceil(0.5 * sine * Math.max(sensor.width(), sensor.height())) + 1;
        return new PlaneGeometry(
                BayerPattern.MONO, angle, margin, margin, sensor.height() - 2 * margin, sensor.width() - 2 * margin);
    }

    private float[][] strongest(float[][] frames) {
        float[][] sorted = frames.clone();
        Arrays.sort(sorted, Comparator.comparingDouble((float[] y) -> -spread(y)));
        return Arrays.copyOf(sorted, Math.min(FINE_FRAMES, sorted.length));
    }

    private double spread(float[] frame) {
        float[] centred = frame.clone();
        Centring.centre(centred, sensor.height(), sensor.width());
        return Centring.energy(centred);
    }

    private double coarse() {
        double best = 0;
        double most = -1;
        int reach = (int) Math.round(REACH_DEG / COARSE_STEP_DEG);
        for (int i = -reach; i <= reach; i++) {
            double angle = i * COARSE_STEP_DEG;
            PlaneGeometry plane = geometry(sensor, angle);
            float[][] turned = turned(Arrays.copyOf(left, Math.min(COARSE_FRAMES, left.length)), plane);
            double share =
                    JointSvd.of(turned, plane.rows(), plane.cols(), false, 4).share();
            if (share > most) {
                most = share;
                best = angle;
            }
        }
        return best;
    }

    private double correctionDeg(double angleDeg) {
        PlaneGeometry plane = geometry(sensor, angleDeg);
        double[] sums = new double[2];
        float[][] l = turned(left, plane);
        add(l, plane.rows(), plane.cols(), 1, sums);
        float[][] r = turned(right, plane);
        for (int k = 0; k < r.length; k++) {
            r[k] = transposed(r[k], plane.rows(), plane.cols());
        }
        // Rows and columns have changed places, and with them the sense of the turn.
        add(r, plane.cols(), plane.rows(), -1, sums);
        return Math.toDegrees(sums[0] / sums[1]);
    }

    /** Adds a family's part to numerator and denominator of the step. */
    private static void add(float[][] y, int rows, int cols, int sense, double[] sums) {
        JointSvd svd = JointSvd.of(y, rows, cols, false, 8);
        double[] v = svd.shared();
        double[] slope = derivative(v);
        double[] lever = levered(v);
        project(slope, v);
        project(lever, v);
        float[] a = JointSvd.floats(slope);
        float[] b = JointSvd.floats(lever);
        double[] common = new double[cols];
        double energy = 0;
        float[][] vectors = svd.vectors();
        double[][] ru = new double[y.length][];
        double[][] du = new double[y.length][];
        for (int k = 0; k < y.length; k++) {
            double[] u = doubles(vectors[k]);
            ru[k] = levered(u);
            du[k] = derivative(u);
            double p = dot(u, ru[k]);
            double q = dot(u, du[k]);
            for (int c = 0; c < cols; c++) {
                common[c] += p * slope[c] - q * lever[c];
            }
            energy += dot(u, u);
        }
        for (int c = 0; c < cols; c++) {
            common[c] /= energy;
        }
        float[] e = JointSvd.floats(common);
        float[] ya = new float[rows];
        float[] yb = new float[rows];
        float[] ye = new float[rows];
        for (int k = 0; k < y.length; k++) {
            JointSvd.multiply(y[k], rows, cols, false, a, ya);
            JointSvd.multiply(y[k], rows, cols, false, b, yb);
            JointSvd.multiply(y[k], rows, cols, false, e, ye);
            for (int r = 0; r < rows; r++) {
                sums[0] += sense * (ru[k][r] * ya[r] - du[k][r] * yb[r] - vectors[k][r] * ye[r]);
            }
            sums[1] += dot(ru[k], ru[k]) * dot(slope, slope)
                    + dot(du[k], du[k]) * dot(lever, lever)
                    - 2 * dot(ru[k], du[k]) * dot(slope, lever);
        }
        sums[1] -= energy * dot(common, common);
    }

    private float[][] turned(float[][] frames, PlaneGeometry plane) {
        PlaneCutter cutter = new PlaneCutter(sensor, plane);
        float[][] out = new float[frames.length][plane.rows() * plane.cols()];
        for (int k = 0; k < frames.length; k++) {
            cutter.cut(frames[k], 0, 1, false, out[k]);
            Centring.centre(out[k], plane.rows(), plane.cols());
        }
        return out;
    }

    static float[] transposed(float[] from, int rows, int cols) {
        float[] to = new float[from.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                to[j * rows + i] = from[i * cols + j];
            }
        }
        return to;
    }

    private static double[] derivative(double[] v) {
        double[] d = new double[v.length];
        for (int i = 1; i < v.length - 1; i++) {
            d[i] = 0.5 * (v[i + 1] - v[i - 1]);
        }
        return d;
    }

    private static double[] levered(double[] v) {
        double[] out = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = (i - 0.5 * (v.length - 1)) * v[i];
        }
        return out;
    }

    private static void project(double[] x, double[] unit) {
        double along = dot(x, unit);
        for (int i = 0; i < x.length; i++) {
            x[i] -= along * unit[i];
        }
    }

    private static double[] doubles(float[] v) {
        double[] d = new double[v.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = v[i];
        }
        return d;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
