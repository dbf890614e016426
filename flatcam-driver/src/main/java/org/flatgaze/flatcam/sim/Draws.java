package org.flatgaze.flatcam.sim;

import java.util.SplittableRandom;

/** Seeded draws for anatomy and sessions. One thread. */
final class Draws {

    private final SplittableRandom random;

    Draws(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Uniform in {@code [low, high)}. */
    double uniform(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Normal with the tails beyond {@code low} and {@code high} drawn again. */
    double normal(double mean, double deviation, double low, double high) {
        for (int attempt = 0; attempt < 32; attempt++) {
            double value = mean + deviation * standardNormal(random);
            if (value >= low && value <= high) {
                return value;
            }
        }
        return Math.clamp(mean, low, high);
    }

    /** True with the given probability. */
    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Uniform in {@code 0..bound-1}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Box-Muller in StrictMath, so that a seed means the same eye on every platform. */
    static double standardNormal(SplittableRandom random) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }
}
