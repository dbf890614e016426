package org.flatgaze.accel.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * The analytical mapper. A lane computes one output channel, its multipliers neighbouring output columns, the reduction
 * runs in time with the output held in the lane (output stationary). A layer takes as long as the slowest of arithmetic,
 * activation port, weight stream and, where modelled, write port and spills.
 *
 * <p>Mapping after the public predictor configuration of the group's sibling chip (output channels on rows, output
 * columns on columns, input channels and kernel innermost); that the accelerator of the paper works alike is our
 * assumption. Immutable, any thread.
 */
public final class CycleModel {

    private final AcceleratorProfile profile;

    public CycleModel(AcceleratorProfile profile) {
        this.profile = profile;
    }

    /** Costs of every layer of a network that has the array to itself. */
    public NetworkCost cost(LayerTable table) {
        List<LayerCost> costs = new ArrayList<>(table.layers().size());
        for (LayerShape layer : table.layers()) {
            costs.add(cost(layer));
        }
        return new NetworkCost(table, profile, costs);
    }

    /** Cost of one layer that has the array to itself. */
    public LayerCost cost(LayerShape layer) {
        FeaturePartition partition = FeaturePartition.of(layer, profile.bytesPerSide());
        if (!layer.kind().multiplies()) {
            // Additions, pools and affine steps ride on the write of their neighbour; concat and upsample are
            // addresses.
            return new LayerCost(layer, 0, 0, 0, 0, 0, 0, BindingLimit.FREE, 0, 0, 0, 0, 0, 0, partition);
        }
        WorkUnits units = WorkUnits.of(layer, profile, profile.lanes());
        long compute = units.computeCycles();
        long activationBytes = units.activationBytes();
        long activation = cycles(activationBytes, profile.activationBandwidth());
        long weightBytes = streamedWeights(layer, partition);
        long weights = profile.weightsResident() ? 0 : cycles(weightBytes, profile.weightBytesPerCycle());
        long output = optional(layer.outputBytes(), profile.outputBytesPerCycle());
        long spillBytes = spillBytes(layer, partition);
        long spill = optional(spillBytes, profile.spillBytesPerCycle());
        long slowest = Math.max(Math.max(compute, activation), Math.max(weights, Math.max(output, spill)));
        return new LayerCost(
                layer,
                slowest + profile.overheadCyclesPerLayer(),
                compute,
                activation,
                weights,
                output,
                spill,
                limit(slowest, compute, activation, weights, output),
                units.lanesBusy(),
                units.tiles(),
                activationBytes,
                weightBytes,
                units.weightReads(),
                spillBytes,
                partition);
    }

    private static BindingLimit limit(long slowest, long compute, long activation, long weights, long output) {
        if (slowest == compute) {
            return BindingLimit.COMPUTE;
        }
        if (slowest == activation) {
            return BindingLimit.ACTIVATION_PORT;
        }
        if (slowest == weights) {
            return BindingLimit.WEIGHT_STREAM;
        }
        return slowest == output ? BindingLimit.OUTPUT_PORT : BindingLimit.SPILL;
    }

    /** Weights enter once, unless they do not fit beside the lanes and every stripe needs them again. */
    private long streamedWeights(LayerShape layer, FeaturePartition partition) {
        long bytes = layer.weightBytes();
        return bytes <= profile.weightBufferBytes() ? bytes : bytes * partition.stripes();
    }

    private long spillBytes(LayerShape layer, FeaturePartition partition) {
        long bytes = 0;
        if (layer.inputBytes() > profile.bytesPerSide()) {
            bytes += partition.inputBytesWithHalo(layer);
        }
        if (layer.outputBytes() > profile.bytesPerSide()) {
            bytes += layer.outputBytes();
        }
        return bytes;
    }

    private static long cycles(long bytes, double bytesPerCycle) {
        return (long) Math.ceil(bytes / bytesPerCycle);
    }

    private static long optional(long bytes, double bytesPerCycle) {
        return bytesPerCycle > 0 ? cycles(bytes, bytesPerCycle) : 0;
    }
}
