package org.flatgaze.calibration.camera;

import java.util.Arrays;

/**
 * From centred difference frames to the two matrices: joint decomposition of either side, Hadamard undone, sign and scale
 * made to agree, columns with a wrong length repaired.
 */
final class HadamardRecovery {

    private static final int POWER_STEPS = 10;
    private static final int REPAIR_HALF_WIDTH = 2;
    private static final double REPAIR_ABOVE = 0.1;

    private final SeparablePair pair;
    private final double rankOneShare;
    private final int repairedColumns;

    private HadamardRecovery(SeparablePair pair, double rankOneShare, int repairedColumns) {
        this.pair = pair;
        this.rankOneShare = rankOneShare;
        this.repairedColumns = repairedColumns;
    }

    /** The matrices, as many scene pixels as patterns; columns have mean 0. */
    SeparablePair pair() {
        return pair;
    }

    /** Share of the captures' energy in the shared rank-1 parts; the rest is noise, or something that moved. */
    double rankOneShare() {
        return rankOneShare;
    }

    int repairedColumns() {
        return repairedColumns;
    }

    /**
     * Recovers the matrices.
     *
     * @param left centred left frames, index is the column of the Hadamard matrix, each rows x cols
     * @param right the same of the right side
     */
    static HadamardRecovery of(float[][] left, float[][] right, int rows, int cols) {
        int n = left.length;
        JointSvd l = JointSvd.of(left, rows, cols, false, POWER_STEPS);
        JointSvd r = JointSvd.of(right, rows, cols, true, POWER_STEPS);
        // Both families begin with the white screen, PhiL 1 (PhiR 1)^T: what one shares is the first vector of the
        // other.
        double gLeft = along(l.vectors()[0], r.shared());
        double gRight = along(r.vectors()[0], l.shared());
        double sign = Math.signum(gLeft + gRight);
        double g = 0.5 * Math.abs(gLeft + gRight);
        if (!(g > 0) || gLeft * gRight < 0) {
            throw new CalibrationRefusedException(
                    "the white screens of the two families contradict each other: captures are"
                            + " out of order or of different set-ups; repeat in the printed order");
        }
        float[] phiLeft = columns(l.vectors(), rows, n, 1 / (n * Math.sqrt(g)));
        float[] phiRight = columns(r.vectors(), cols, n, sign / (n * Math.sqrt(g)));
        balance(phiLeft, phiRight);
        int repaired = repair(phiLeft, rows, n) + repair(phiRight, cols, n);
        return new HadamardRecovery(
                new SeparablePair(rows, cols, n, phiLeft, phiRight), 0.5 * (l.share() + r.share()), repaired);
    }

    private static double along(float[] vector, double[] unit) {
        double sum = 0;
        for (int i = 0; i < unit.length; i++) {
            sum += vector[i] * unit[i];
        }
        return sum;
    }

    private static float[] columns(float[][] vectors, int length, int n, double scale) {
        float[] phi = new float[length * n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < length; i++) {
                phi[i * n + k] = (float) (vectors[k][i] * scale);
            }
        }
        Hadamard.multiplyRows(phi, n);
        return phi;
    }

    /** Gives both sides the same mean square: only their product is known. */
    private static void balance(float[] left, float[] right) {
        double l = Math.sqrt(Centring.energy(left) / left.length);
        double r = Math.sqrt(Centring.energy(right) / right.length);
        float f = (float) Math.sqrt(r / l);
        for (int i = 0; i < left.length; i++) {
            left[i] *= f;
        }
        for (int i = 0; i < right.length; i++) {
            right[i] /= f;
        }
    }

    /** Brings columns whose length stands out from their neighbours' to the neighbours' median. */
    private static int repair(float[] phi, int rows, int n) {
        double[] length = new double[n];
        for (int i = 0; i < phi.length; i++) {
            length[i % n] += (double) phi[i] * phi[i];
        }
        int repaired = 0;
        for (int j = 0; j < n; j++) {
            double[] window = Arrays.copyOfRange(
                    length, Math.max(0, j - REPAIR_HALF_WIDTH), Math.min(n, j + REPAIR_HALF_WIDTH + 1));
            Arrays.sort(window);
            double ratio = Math.sqrt(window[window.length / 2] / length[j]);
            if (Math.abs(ratio - 1) > REPAIR_ABOVE) {
                for (int i = 0; i < rows; i++) {
                    phi[i * n + j] *= (float) ratio;
                }
                repaired++;
            }
        }
        return repaired;
    }
}
