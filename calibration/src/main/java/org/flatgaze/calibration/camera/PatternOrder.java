package org.flatgaze.calibration.camera;

import java.util.Locale;

/**
 * Whether every capture shows the pattern it is taken for: what the shadow of all patterns together predicts for one must
 * look like what was measured for it. One capture in the wrong place hardly moves the shadow, and so gives itself away.
 */
final class PatternOrder {

    private final PatternPlan plan;
    private final double least;

    PatternOrder(PatternPlan plan, double least) {
        this.plan = plan;
        this.least = least;
    }

    /**
     * Checks both sides.
     *
     * @throws CalibrationRefusedException naming the first capture that does not belong where it stands
     */
    void check(SeparablePair measured, SeparablePair detailed) {
        check(Shot.Kind.LEFT, measured.left(), detailed.left(), measured.rows(), detailed.scene());
        check(Shot.Kind.RIGHT, measured.right(), detailed.right(), measured.cols(), detailed.scene());
    }

    private void check(Shot.Kind kind, float[] measured, float[] detailed, int rows, int scene) {
        int n = plan.size();
        float[] found = measured.clone();
        float[] predicted = new float[rows * n];
        int factor = scene / n;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < scene; j++) {
                predicted[i * n + j / factor] += detailed[i * scene + j];
            }
        }
        Centring.centreColumns(predicted, rows, n);
        Hadamard.multiplyRows(found, n);
        Hadamard.multiplyRows(predicted, n);
        int wrong = 0;
        int first = -1;
        double firstMatch = 0;
        double strongest = strongest(predicted, n);
        for (int k = 0; k < n; k++) {
            double[] sums = sums(found, k, predicted, k, n);
            // A pattern whose shadow is weak by nature drowns in noise and says nothing.
            boolean telling = sums[2] > 0.01 * strongest;
            double match = sums[0] / Math.sqrt(sums[1] * sums[2] + 1e-300);
            if (telling && match < least) {
                first = first < 0 ? k : first;
                firstMatch = wrong == 0 ? match : firstMatch;
                wrong++;
            }
        }
        if (wrong > 0) {
            int position = plan.position(kind, first, true);
            int looksLike = looksLike(found, first, predicted, n);
            String instead = firstMatch < -least
                    ? "positive and negative are exchanged"
                    : "it looks like "
                            + plan.shots()
                                    .get(plan.position(kind, looksLike, true))
                                    .name(plan.position(kind, looksLike, true));
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "capture %s does not show its pattern (match %.2f, %d of %d patterns are wrong): %s; put the captures into the"
                            + " printed order or repeat them",
                    plan.shots().get(position).name(position),
                    firstMatch,
                    wrong,
                    n,
                    instead));
        }
    }

    private static double strongest(float[] a, int n) {
        double most = 0;
        for (int k = 0; k < n; k++) {
            most = Math.max(most, sums(a, k, a, k, n)[1]);
        }
        return most;
    }

    private static int looksLike(float[] found, int k, float[] predicted, int n) {
        int best = k;
        double most = -1;
        for (int other = 0; other < n; other++) {
            double[] sums = sums(found, k, predicted, other, n);
            double match = Math.abs(sums[0]) / Math.sqrt(sums[1] * sums[2] + 1e-300);
            if (match > most) {
                most = match;
                best = other;
            }
        }
        return best;
    }

    /** Products of column p of a and column q of b: ab, aa, bb. */
    private static double[] sums(float[] a, int p, float[] b, int q, int n) {
        double[] s = new double[3];
        for (int i = 0; i < a.length; i += n) {
            s[0] += (double) a[i + p] * b[i + q];
            s[1] += (double) a[i + p] * a[i + p];
            s[2] += (double) b[i + q] * b[i + q];
        }
        return s;
    }
}
