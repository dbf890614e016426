package org.flatgaze.accel.cost;

/**
 * What one layer costs when it has the array to itself.
 *
 * @param layer the layer
 * @param cycles its time: the largest of the times below, plus the fixed overhead
 * @param computeCycles cycles in which its multipliers work
 * @param activationCycles cycles the activation port needs
 * @param weightCycles cycles the weight stream needs
 * @param outputCycles cycles the write port needs, 0 if not modelled
 * @param spillCycles cycles for tensors outside of the buffers, 0 if not modelled
 * @param limit which of them it waits for
 * @param lanesBusy lanes that work while it computes
 * @param tiles passes over the input, each with the output channels that fit the lanes
 * @param activationBytes bytes read through the activation port
 * @param weightBytes bytes that enter over the weight stream
 * @param weightReads bytes read from the weight buffers into the lanes
 * @param spillBytes bytes of tensors that do not fit the buffers, in and out
 * @param partition how its tensors are cut
 */
public record LayerCost(
        LayerShape layer,
        long cycles,
        long computeCycles,
        long activationCycles,
        long weightCycles,
        long outputCycles,
        long spillCycles,
        BindingLimit limit,
        int lanesBusy,
        int tiles,
        long activationBytes,
        long weightBytes,
        long weightReads,
        long spillBytes,
        FeaturePartition partition) {

    /** Cycles in which the multipliers wait. */
    public long stallCycles() {
        return cycles - Math.min(cycles, computeCycles);
    }

    /** Useful share of the multipliers' time, 0..1. */
    public double utilisation(AcceleratorProfile profile) {
        return cycles == 0 ? 0 : (double) layer.macs() / ((double) cycles * profile.peakMacsPerCycle());
    }
}
