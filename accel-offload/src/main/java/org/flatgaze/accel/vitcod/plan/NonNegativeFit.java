package org.flatgaze.accel.vitcod.plan;

import java.util.List;

/** Least squares of relative errors with weights of 0 and above, by coordinate descent. */
final class NonNegativeFit {

    private static final int SWEEPS = 5000;

    private NonNegativeFit() {}

    /** Weights so that {@code terms . weights} is near {@code values}, each error taken relative to its value. */
    static double[] relative(List<double[]> terms, List<Double> values) {
        int n = terms.get(0).length;
        double[] weights = new double[n];
        double[] residual = new double[values.size()];
        for (int i = 0; i < residual.length; i++) {
            residual[i] = 1;
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int j = 0; j < n; j++) {
                double dot = 0;
                double square = 0;
                for (int i = 0; i < residual.length; i++) {
                    double scaled = terms.get(i)[j] / values.get(i);
                    dot += scaled * residual[i];
                    square += scaled * scaled;
                }
                if (square == 0) {
                    continue;
                }
                double next = Math.max(0, weights[j] + dot / square);
                double step = next - weights[j];
                for (int i = 0; i < residual.length; i++) {
                    residual[i] -= step * terms.get(i)[j] / values.get(i);
                }
                weights[j] = next;
            }
        }
        return weights;
    }
}
