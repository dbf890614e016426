package org.flatgaze.tests.bench.filters;

import java.util.List;
import org.flatgaze.flatcam.sim.FlatCamOptics;

/**
 * The matrices a filter is made from.
 *
 * @param left rows x 256
 * @param right cols x 256
 */
@SuppressWarnings("ArrayRecordComponent") // kept by identity, compared by nobody
record Phi(float[] left, float[] right) {

    private static final int SIDE = StudyFrame.SIDE;

    /** At one depth from the mask. */
    static Phi at(FlatCamOptics optics, double depthMm) {
        return new Phi(optics.phiLeft(depthMm), optics.phiRight(depthMm));
    }

    /** Every scene row at its own depth, and every scene column. */
    static Phi at(FlatCamOptics optics, double[] rowDepthMm, double[] columnDepthMm) {
        return new Phi(byColumn(rowDepthMm, optics::phiLeft), byColumn(columnDepthMm, optics::phiRight));
    }

    private static float[] byColumn(double[] depthMm, DepthMatrix matrix) {
        float[] out = null;
        for (int j = 0; j < SIDE; j++) {
            float[] phi = matrix.at(depthMm[j]);
            out = out == null ? new float[phi.length] : out;
            for (int i = j; i < phi.length; i += SIDE) {
                out[i] = phi[i];
            }
        }
        return out;
    }

    /** The mean over several depths. */
    static Phi mean(FlatCamOptics optics, double[] depthsMm, double[] weights) {
        Phi sum = null;
        for (int d = 0; d < depthsMm.length; d++) {
            Phi phi = at(optics, depthsMm[d]);
            sum = sum == null ? new Phi(new float[phi.left.length], new float[phi.right.length]) : sum;
            add(phi.left, weights[d], sum.left);
            add(phi.right, weights[d], sum.right);
        }
        return sum;
    }

    private static void add(float[] x, double weight, float[] to) {
        for (int i = 0; i < x.length; i++) {
            to[i] += (float) (weight * x[i]);
        }
    }

    /** As a sensor that adds up blocks of {@code vertical} x {@code horizontal} pixels would measure it. */
    Phi binned(int vertical, int horizontal) {
        return new Phi(meanOfRows(left, vertical), meanOfRows(right, horizontal));
    }

    private static float[] meanOfRows(float[] phi, int count) {
        float[] out = new float[phi.length / count];
        for (int i = 0; i < phi.length; i++) {
            out[i / SIDE / count * SIDE + i % SIDE] += phi[i] / count;
        }
        return out;
    }

    /** One of the two matrices by depth. */
    private interface DepthMatrix {
        float[] at(double depthMm);
    }

    /** Mean depth of what each scene row (or column) shows, weighted by its light, mm. */
    static double[] depthProfile(List<StudyFrame> frames, boolean ofRows) {
        double[] sum = new double[SIDE];
        double[] light = new double[SIDE];
        for (StudyFrame frame : frames) {
            for (int i = 0; i < SIDE * SIDE; i++) {
                int at = ofRows ? i / SIDE : i % SIDE;
                sum[at] += frame.lens()[i] * frame.depthMm()[i];
                light[at] += frame.lens()[i];
            }
        }
        for (int i = 0; i < SIDE; i++) {
            sum[i] /= light[i];
        }
        return sum;
    }
}
