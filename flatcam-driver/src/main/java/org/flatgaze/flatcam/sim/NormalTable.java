package org.flatgaze.flatcam.sim;

/**
 * Fast normal noise by table: the sum of two independent draws from a quantile table of variance 1/2.
 *
 * <p>The sum takes about a million different values up to 4.7 standard deviations and has variance 1; 20 random bits make one
 * draw, so a 64-bit random number is good for three.
 */
final class NormalTable {

    /** Random bits one draw consumes. */
    static final int BITS_PER_DRAW = 20;

    private static final int INDEX_BITS = BITS_PER_DRAW / 2;
    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
    private static final float[] QUANTILES = quantiles();

    private NormalTable() {}

    /** One draw from the low {@link #BITS_PER_DRAW} bits. */
    static float draw(long randomBits) {
        return QUANTILES[(int) randomBits & INDEX_MASK] + QUANTILES[(int) (randomBits >>> INDEX_BITS) & INDEX_MASK];
    }

    /** Means of equally likely cells of the normal distribution, scaled so that their variance is exactly 1/2. */
    private static float[] quantiles() {
        int cells = INDEX_MASK + 1;
        double[] means = new double[cells];
        double variance = 0;
        double densityBelow = 0;
        for (int i = 0; i < cells; i++) {
            double densityAbove = i == cells - 1 ? 0 : density(quantile((i + 1.0) / cells));
            means[i] = (densityBelow - densityAbove) * cells;
            variance += means[i] * means[i] / cells;
            densityBelow = densityAbove;
        }
        double scale = Math.sqrt(0.5 / variance);
        float[] table = new float[cells];
        for (int i = 0; i < cells; i++) {
            table[i] = (float) (means[i] * scale);
        }
        return table;
    }

    private static double density(double u) {
        return Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI);
    }

    /** Bisection on the distribution function: slow, used once. */
    private static double quantile(double probability) {
        double low = -6;
        double high = 6;
        for (int i = 0; i < 60; i++) {
            double middle = 0.5 * (low + high);
            if (distribution(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return 0.5 * (low + high);
    }

    /** Normal distribution function by its series about 0 (M. Abramowitz and I. Stegun, 26.2.11). */
    private static double distribution(double u) {
        double term = u;
        double sum = u;
        for (int k = 1; k < 100; k++) {
            term *= u * u / (2 * k + 1);
            sum += term;
        }
        return 0.5 + sum * density(u);
    }
}
