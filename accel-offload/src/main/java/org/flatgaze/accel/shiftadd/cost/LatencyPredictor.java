package org.flatgaze.accel.shiftadd.cost;

import java.util.Arrays;
import java.util.List;

/**
 * Latency between measured points: a ridge regression of log latency on the logarithms of the features, their squares and
 * products, with an interval from residuals the regression did not see.
 *
 * <p>A point already measured is answered from the table. Outside the box the measurements span - or further from the
 * nearest one than they are from each other - the answer is "unknown": measure instead. Immutable.
 */
public final class LatencyPredictor {

    private static final double RIDGE = 1e-3;
    private static final int FOLDS = 5;
    private static final double COVERAGE = 0.9;

    private final List<LatencySample> samples;
    private final double[] low;
    private final double[] high;
    private final double[] mean;
    private final double[] spread;
    private final double[] weights;
    private final double lowFactor;
    private final double highFactor;
    private final double reach;

    private LatencyPredictor(List<LatencySample> samples) {
        this.samples = List.copyOf(samples);
        int count = samples.getFirst().features().length;
        low = new double[count];
        high = new double[count];
        mean = new double[count];
        spread = new double[count];
        Arrays.fill(low, Double.POSITIVE_INFINITY);
        Arrays.fill(high, Double.NEGATIVE_INFINITY);
        describe();
        weights = fit(samples);
        double[] ratios = heldOutRatios();
        lowFactor = quantile(ratios, (1 - COVERAGE) / 2);
        highFactor = quantile(ratios, (1 + COVERAGE) / 2);
        reach = largestGap();
    }

    /**
     * Learns from measurements.
     *
     * @throws IllegalArgumentException if there are too few, or their features differ in number
     */
    public static LatencyPredictor of(List<LatencySample> samples) {
        int features = samples.isEmpty() ? 0 : samples.getFirst().features().length;
        int terms = 1 + features + features * (features + 1) / 2;
        if (features == 0 || samples.size() < Math.max(2 * FOLDS, terms)) {
            throw new IllegalArgumentException("samples=" + samples.size() + ": expected at least "
                    + Math.max(2 * FOLDS, terms) + " with " + features + " features");
        }
        for (LatencySample sample : samples) {
            if (sample.features().length != features) {
                throw new IllegalArgumentException(
                        "features=" + sample.features().length + ": expected " + features + " in every sample");
            }
        }
        return new LatencyPredictor(samples);
    }

    /**
     * What is predicted.
     *
     * @param known false outside what was measured; the numbers are then NaN
     * @param measured whether the table holds this very point
     * @param latency best guess
     * @param low nine in ten measurements lie above half of the remaining tenth
     * @param high upper end of the same interval
     */
    public record Prediction(boolean known, boolean measured, double latency, double low, double high) {

        private static final Prediction UNKNOWN = new Prediction(false, false, Double.NaN, Double.NaN, Double.NaN);
    }

    /** Predicts one point. */
    public Prediction predict(double[] features) {
        if (features.length != mean.length) {
            throw new IllegalArgumentException("features=" + features.length + ": expected " + mean.length);
        }
        for (LatencySample sample : samples) {
            if (Arrays.equals(sample.features(), features)) {
                double latency = sample.latency();
                return new Prediction(true, true, latency, latency * lowFactor, latency * highFactor);
            }
        }
        double nearest = Double.POSITIVE_INFINITY;
        for (int f = 0; f < features.length; f++) {
            double value = Math.log(features[f]);
            if (!(value >= low[f] - 1e-9 && value <= high[f] + 1e-9)) {
                return Prediction.UNKNOWN;
            }
        }
        for (LatencySample sample : samples) {
            nearest = Math.min(nearest, distance(sample.features(), features));
        }
        if (nearest > reach) {
            return Prediction.UNKNOWN;
        }
        double latency = evaluate(weights, features);
        return new Prediction(true, false, latency, latency * lowFactor, latency * highFactor);
    }

    private void describe() {
        for (LatencySample sample : samples) {
            for (int f = 0; f < mean.length; f++) {
                double value = Math.log(sample.features()[f]);
                low[f] = Math.min(low[f], value);
                high[f] = Math.max(high[f], value);
                mean[f] += value / samples.size();
            }
        }
        for (LatencySample sample : samples) {
            for (int f = 0; f < mean.length; f++) {
                double deviation = Math.log(sample.features()[f]) - mean[f];
                spread[f] += deviation * deviation / samples.size();
            }
        }
        for (int f = 0; f < mean.length; f++) {
            spread[f] = spread[f] < 1e-18 ? 1 : Math.sqrt(spread[f]);
        }
    }

    private double[] terms(double[] features) {
        int count = mean.length;
        double[] terms = new double[1 + count + count * (count + 1) / 2];
        terms[0] = 1;
        for (int f = 0; f < count; f++) {
            terms[1 + f] = (Math.log(features[f]) - mean[f]) / spread[f];
        }
        int at = 1 + count;
        for (int f = 0; f < count; f++) {
            for (int g = f; g < count; g++) {
                terms[at++] = terms[1 + f] * terms[1 + g];
            }
        }
        return terms;
    }

    private double[] fit(List<LatencySample> from) {
        int count = terms(from.getFirst().features()).length;
        double[][] normal = new double[count][count + 1];
        for (LatencySample sample : from) {
            double[] terms = terms(sample.features());
            double target = Math.log(sample.latency());
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < count; j++) {
                    normal[i][j] += terms[i] * terms[j];
                }
                normal[i][count] += terms[i] * target;
            }
        }
        for (int i = 1; i < count; i++) {
            normal[i][i] += RIDGE * from.size() / 100;
        }
        return solve(normal);
    }

    /** Gaussian elimination with row pivots; the ridge keeps the system regular. */
    private static double[] solve(double[][] rows) {
        int count = rows.length;
        for (int i = 0; i < count; i++) {
            int pivot = i;
            for (int r = i + 1; r < count; r++) {
                if (Math.abs(rows[r][i]) > Math.abs(rows[pivot][i])) {
                    pivot = r;
                }
            }
            double[] swap = rows[i];
            rows[i] = rows[pivot];
            rows[pivot] = swap;
            for (int r = i + 1; r < count; r++) {
                double factor = rows[r][i] / rows[i][i];
                for (int c = i; c <= count; c++) {
                    rows[r][c] -= factor * rows[i][c];
                }
            }
        }
        double[] x = new double[count];
        for (int i = count - 1; i >= 0; i--) {
            double sum = rows[i][count];
            for (int c = i + 1; c < count; c++) {
                sum -= rows[i][c] * x[c];
            }
            x[i] = sum / rows[i][i];
        }
        return x;
    }

    private double evaluate(double[] fitted, double[] features) {
        double[] terms = terms(features);
        double sum = 0;
        for (int i = 0; i < terms.length; i++) {
            sum += fitted[i] * terms[i];
        }
        return Math.exp(sum);
    }

    /** Measured over predicted, each by a fit without that fifth of the samples. */
    private double[] heldOutRatios() {
        double[] ratios = new double[samples.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            int held = fold;
            List<LatencySample> rest = java.util.stream.IntStream.range(0, samples.size())
                    .filter(i -> i % FOLDS != held)
                    .mapToObj(samples::get)
                    .toList();
            double[] fitted = fit(rest);
            for (int i = fold; i < samples.size(); i += FOLDS) {
                ratios[i] = samples.get(i).latency()
                        / evaluate(fitted, samples.get(i).features());
            }
        }
        Arrays.sort(ratios);
        return ratios;
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }

    private double largestGap() {
        double largest = 0;
        for (int i = 0; i < samples.size(); i++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (int j = 0; j < samples.size(); j++) {
                if (i != j) {
                    nearest = Math.min(
                            nearest,
                            distance(samples.get(i).features(), samples.get(j).features()));
                }
            }
            largest = Math.max(largest, nearest);
        }
        return 2 * largest;
    }

    private double distance(double[] a, double[] b) {
        double squares = 0;
        for (int f = 0; f < mean.length; f++) {
            double difference = (Math.log(a[f]) - Math.log(b[f])) / spread[f];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }
}
