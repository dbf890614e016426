package org.flatgaze.accel.shiftadd.cost;

/**
 * A measurement the predictor learns from.
 *
 * @param features what describes the layer or model; always as many, all &gt; 0
 * @param latency measured, any unit, the same for all samples
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: samples are never compared
public record LatencySample(double[] features, double latency) {

    public LatencySample {
        for (double feature : features) {
            if (!(feature > 0) || !Double.isFinite(feature)) {
                throw new IllegalArgumentException("feature=" + feature + ": expected > 0");
            }
        }
        if (!(latency > 0) || !Double.isFinite(latency)) {
            throw new IllegalArgumentException("latency=" + latency + ": expected > 0");
        }
    }
}
