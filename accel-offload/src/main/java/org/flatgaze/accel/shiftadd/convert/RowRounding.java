package org.flatgaze.accel.shiftadd.convert;

import org.flatgaze.accel.shiftadd.ShiftFormat;

/**
 * Powers of two for the weights of one output, times one real factor that the output's rescaling takes over. The factor is
 * the best of a fine search over one octave and a half, each tried with the rounding of the format.
 */
final class RowRounding {

    private static final int STEPS_PER_OCTAVE = 16;
    private static final int FIRST = -STEPS_PER_OCTAVE / 2;
    private static final int LAST = STEPS_PER_OCTAVE;

    private final ShiftFormat format;
    private double factor;
    private double squaredError;

    RowRounding(ShiftFormat format) {
        this.format = format;
    }

    /** Searches the factor for {@code weights[from .. from + count - 1]}; a row of zeros gets factor 1. */
    void search(float[] weights, int from, int count) {
        double largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        factor = 1;
        squaredError = 0;
        if (largest == 0) {
            return;
        }
        squaredError = Double.POSITIVE_INFINITY;
        for (int step = FIRST; step <= LAST; step++) {
            double candidate = largest * Math.pow(2, -(double) step / STEPS_PER_OCTAVE);
            double error = 0;
            for (int i = from; i < from + count && error < squaredError; i++) {
                double difference = weights[i] - candidate * rounded(weights[i] / candidate);
                error += difference * difference;
            }
            if (error < squaredError) {
                squaredError = error;
                factor = candidate;
            }
        }
    }

    double factor() {
        return factor;
    }

    double squaredError() {
        return squaredError;
    }

    /** The power of two, with its sign, for a weight over the factor found. */
    double power(float weight) {
        return rounded(weight / factor);
    }

    private double rounded(double relative) {
        float weight = (float) relative;
        int sign = format.sign(weight);
        return sign == 0 ? 0 : Math.scalb((double) sign, format.exponent(weight));
    }
}
