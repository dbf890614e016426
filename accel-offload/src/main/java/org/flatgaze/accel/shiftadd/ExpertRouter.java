package org.flatgaze.accel.shiftadd;

import java.util.Arrays;

/**
 * Sends each token to one of several experts - a multiplication layer and a shift layer, say - by the largest score of a
 * linear layer; of equal scores the first expert wins.
 *
 * <p>One thread per instance; allocates nothing after construction.
 */
public final class ExpertRouter {

    private final int features;
    private final int experts;
    private final float[] weights;
    private final int[] chosen;
    private final int[] order;
    private final int[] ends;

    /**
     * Takes the router's weights.
     *
     * @param weights {@code experts x features}
     * @param maxTokens most tokens a call will have
     */
    public ExpertRouter(int experts, int features, float[] weights, int maxTokens) {
        if (experts < 2) {
            throw new IllegalArgumentException("experts=" + experts + ": expected >= 2");
        }
        if (features < 1 || weights.length != (long) experts * features) {
            throw new IllegalArgumentException("weights.length=" + weights.length + " features=" + features
                    + ": expected experts * features = " + (long) experts * features);
        }
        this.experts = experts;
        this.features = features;
        this.weights = weights.clone();
        chosen = new int[maxTokens];
        order = new int[maxTokens];
        ends = new int[experts];
    }

    /**
     * Routes tokens; ask {@link #tokensOf} and {@link #token} afterwards.
     *
     * @param x {@code tokens x features}; NaN scores never win
     */
    public void route(int tokens, float[] x) {
        if (tokens < 0 || tokens > chosen.length) {
            throw new IllegalArgumentException("tokens=" + tokens + ": expected 0.." + chosen.length);
        }
        Checks.room("x", x.length, 0, (long) tokens * features);
        Arrays.fill(ends, 0);
        for (int t = 0; t < tokens; t++) {
            int best = 0;
            float bestScore = Float.NEGATIVE_INFINITY;
            for (int e = 0; e < experts; e++) {
                float score = 0;
                for (int f = 0; f < features; f++) {
                    score += weights[e * features + f] * x[t * features + f];
                }
                if (score > bestScore) {
                    bestScore = score;
                    best = e;
                }
            }
            chosen[t] = best;
            ends[best]++;
        }
        for (int e = 1; e < experts; e++) {
            ends[e] += ends[e - 1];
        }
        for (int e = experts - 1; e > 0; e--) {
            ends[e] = ends[e - 1]; // now starts; filling turns them into ends
        }
        ends[0] = 0;
        for (int t = 0; t < tokens; t++) {
            order[ends[chosen[t]]++] = t;
        }
    }

    /** Tokens the last call sent to an expert. */
    public int tokensOf(int expert) {
        return ends[expert] - (expert == 0 ? 0 : ends[expert - 1]);
    }

    /** The {@code index}-th of an expert's tokens, in their original order. */
    public int token(int expert, int index) {
        return order[(expert == 0 ? 0 : ends[expert - 1]) + index];
    }

    /** Share of tokens at which all experts take the same time: proportional to the inverse of each latency. */
    public static double[] balancedShares(double[] latencies) {
        double sum = 0;
        for (double latency : latencies) {
            if (!(latency > 0)) {
                throw new IllegalArgumentException("latency=" + latency + ": expected > 0");
            }
            sum += 1 / latency;
        }
        double[] shares = new double[latencies.length];
        for (int e = 0; e < shares.length; e++) {
            shares[e] = 1 / latencies[e] / sum;
        }
        return shares;
    }

    /** Squared coefficient of variation of loads weighted by latency; 0 at {@link #balancedShares}. */
    public static double imbalance(double[] loads, double[] latencies) {
        double mean = 0;
        for (int e = 0; e < loads.length; e++) {
            mean += loads[e] * latencies[e] / loads.length;
        }
        if (mean == 0) {
            return 0;
        }
        double variance = 0;
        for (int e = 0; e < loads.length; e++) {
            double deviation = loads[e] * latencies[e] - mean;
            variance += deviation * deviation / loads.length;
        }
        return variance / (mean * mean);
    }
}
