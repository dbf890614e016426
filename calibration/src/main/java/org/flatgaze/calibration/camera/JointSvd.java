package org.flatgaze.calibration.camera;

import java.util.Arrays;

/**
 * The rank-1 part that a family of captures has in common. All left captures are {@code Y_k = (PhiL h_k) w^T} with one w, so w
 * is the top eigenvector of {@code sum_k Y_k^T Y_k} and column k is {@code Y_k w}: one vector estimated from all captures
 * together, where a decomposition of each capture alone would estimate it again and again from one, and would mix each
 * pattern's own length into its column.
 */
final class JointSvd {

    private final float[][] vectors;
    private final double[] shared;
    private final double share;

    private JointSvd(float[][] vectors, double[] shared, double share) {
        this.vectors = vectors;
        this.shared = shared;
        this.share = share;
    }

    /**
     * Decomposes a family.
     *
     * @param y centred frames, each rows x cols
     * @param transposed false: the columns' vector is shared (left patterns); true: the rows' vector is (right patterns)
     * @param steps power steps; the gap to the noise is wide, so 10 are plenty
     */
    static JointSvd of(float[][] y, int rows, int cols, boolean transposed, int steps) {
        int shared = transposed ? rows : cols;
        double[] v = start(y, rows, cols, transposed);
        double[] next = new double[shared];
        float[] u = new float[transposed ? cols : rows];
        double lambda = 0;
        for (int step = 0; step < steps; step++) {
            Arrays.fill(next, 0);
            float[] vf = floats(v);
            for (float[] frame : y) {
                multiply(frame, rows, cols, transposed, vf, u);
                multiplyBack(frame, rows, cols, transposed, u, next);
            }
            lambda = norm(next);
            for (int i = 0; i < shared; i++) {
                v[i] = next[i] / lambda;
            }
        }
        float[][] vectors = new float[y.length][];
        float[] vf = floats(v);
        double energy = 0;
        for (int k = 0; k < y.length; k++) {
            vectors[k] = new float[u.length];
            multiply(y[k], rows, cols, transposed, vf, vectors[k]);
            energy += Centring.energy(y[k]);
        }
        return new JointSvd(vectors, v, lambda / energy);
    }

    /** Vector of each frame, the shared one taken as a unit vector. */
    float[][] vectors() {
        return vectors;
    }

    /** The shared unit vector. */
    double[] shared() {
        return shared;
    }

    /** Share of all energy in the shared rank-1 part, 0..1. */
    double share() {
        return share;
    }

    /** The strongest row (or column) of the strongest frame is never orthogonal to what is sought. */
    private static double[] start(float[][] y, int rows, int cols, boolean transposed) {
        float[] strongest = y[0];
        double most = -1;
        for (float[] frame : y) {
            double energy = Centring.energy(frame);
            if (energy > most) {
                most = energy;
                strongest = frame;
            }
        }
        int lines = transposed ? cols : rows;
        double[] best = null;
        most = -1;
        for (int line = 0; line < lines; line++) {
            double[] v = new double[transposed ? rows : cols];
            for (int i = 0; i < v.length; i++) {
                v[i] = transposed ? strongest[i * cols + line] : strongest[line * cols + i];
            }
            double length = norm(v);
            if (length > most) {
                most = length;
                best = v;
            }
        }
        for (int i = 0; i < best.length; i++) {
            best[i] /= Math.max(most, 1e-30);
        }
        return best;
    }

    /** {@code u = Y v}, or {@code u = Y^T v}. */
    static void multiply(float[] y, int rows, int cols, boolean transposed, float[] v, float[] u) {
        if (transposed) {
            Arrays.fill(u, 0);
            for (int r = 0; r < rows; r++) {
                float f = v[r];
                for (int c = 0; c < cols; c++) {
                    u[c] += f * y[r * cols + c];
                }
            }
            return;
        }
        for (int r = 0; r < rows; r++) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int at = r * cols;
            int c = 0;
            for (; c + 4 <= cols; c += 4) {
                s0 += y[at + c] * v[c];
                s1 += y[at + c + 1] * v[c + 1];
                s2 += y[at + c + 2] * v[c + 2];
                s3 += y[at + c + 3] * v[c + 3];
            }
            for (; c < cols; c++) {
                s0 += y[at + c] * v[c];
            }
            u[r] = s0 + s1 + s2 + s3;
        }
    }

    private static void multiplyBack(float[] y, int rows, int cols, boolean transposed, float[] u, double[] sum) {
        float[] part = new float[sum.length];
        multiply(y, rows, cols, !transposed, u, part);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += part[i];
        }
    }

    static float[] floats(double[] v) {
        float[] f = new float[v.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) v[i];
        }
        return f;
    }

    private static double norm(double[] v) {
        double sum = 0;
        for (double x : v) {
            sum += x * x;
        }
        return Math.sqrt(sum);
    }
}
