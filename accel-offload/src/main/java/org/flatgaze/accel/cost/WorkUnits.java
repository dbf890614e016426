package org.flatgaze.accel.cost;

/**
 * A multiplying layer cut into the smallest pieces that a schedule may place: one unit is one segment of neighbouring
 * output columns (as many as a lane has multipliers) of one output row, all output channels. Computing the units in any
 * order, each once, computes the layer.
 *
 * @param units units of the layer: output rows times column segments
 * @param segments column segments of a row
 * @param tiles passes a unit needs, each with the output channels that fit the lanes
 * @param rowsAtOnce output rows that are computed side by side on otherwise idle lanes
 * @param cyclesPerUnit arithmetic of one unit (of {@code rowsAtOnce} rows side by side)
 * @param activationBytesPerUnit bytes the activation port delivers for one unit
 * @param computeCycles arithmetic of the layer
 * @param activationBytes activation port bytes of the layer
 * @param weightReads weight bytes read from the buffers beside the lanes: one a lane a cycle, shared by its multipliers
 * @param lanesBusy lanes that work while computing
 */
public record WorkUnits(
        int units,
        int segments,
        int tiles,
        int rowsAtOnce,
        long cyclesPerUnit,
        double activationBytesPerUnit,
        long computeCycles,
        long activationBytes,
        long weightReads,
        int lanesBusy) {

    /** Cuts {@code layer} for {@code lanes} lanes of {@code profile}; {@code lanes} may be fewer than it has. */
    public static WorkUnits of(LayerShape layer, AcceleratorProfile profile, int lanes) {
        int segments = Math.ceilDiv(layer.columnsOut(), profile.macsPerLane());
        int units = Math.multiplyExact(layer.rowsOut(), segments);
        if (!layer.kind().multiplies()) {
            return new WorkUnits(units, segments, 0, 1, 0, 0, 0, 0, 0, 0);
        }
        // A segment of n output columns needs n * stride + kernel - stride input columns of a row.
        long rowBytes = (long) profile.macsPerLane() * layer.stride() + layer.kernelColumns() - layer.stride();
        if (layer.kind() == LayerKind.DEPTHWISE) {
            return depthWise(layer, profile, lanes, segments, units, rowBytes);
        }
        int channels = layer.channelsOut() / layer.groups();
        int tiles = Math.multiplyExact(layer.groups(), Math.ceilDiv(channels, lanes));
        int rowsAtOnce =
                Math.clamp(lanes / Math.min(channels, lanes), 1, Math.min(profile.rowGroups(), layer.rowsOut()));
        long fetches = (long) tiles * (layer.channelsIn() / layer.groups()) * layer.kernelRows();
        long cyclesPerUnit = fetches * layer.kernelColumns();
        long rowSteps = Math.ceilDiv(layer.rowsOut(), rowsAtOnce);
        int lanesBusy = Math.ceilDiv(channels, Math.ceilDiv(channels, lanes)) * rowsAtOnce;
        return new WorkUnits(
                units,
                segments,
                tiles,
                rowsAtOnce,
                cyclesPerUnit,
                (double) fetches * rowBytes,
                rowSteps * segments * cyclesPerUnit,
                fetches * rowBytes * units,
                layer.weightBytes() * rowSteps * segments,
                lanesBusy);
    }

    /**
     * A lane takes one channel of one unit at a time: a delivered row serves a single channel, unless reuse lets it
     * serve several kernel rows (at most the kernel's own) and several neighbouring rows.
     */
    private static WorkUnits depthWise(
            LayerShape layer, AcceleratorProfile profile, int lanes, int segments, int units, long rowBytes) {
        long items = (long) layer.channelsOut() * units;
        int reuse = profile.depthWiseReuse()
                ? Math.min(layer.kernelRows(), profile.depthWiseColumnReuse()) * profile.depthWiseRowReuse()
                : 1;
        int taps = layer.kernelRows() * layer.kernelColumns();
        double bytesPerUnit = (double) layer.channelsOut() * layer.kernelRows() * rowBytes / reuse;
        return new WorkUnits(
                units,
                segments,
                Math.ceilDiv(layer.channelsOut(), lanes),
                1,
                (long) Math.ceilDiv(layer.channelsOut(), lanes) * taps,
                bytesPerUnit,
                Math.ceilDiv(items, lanes) * taps,
                (long) Math.ceil(bytesPerUnit * units),
                layer.weightBytes() * units,
                (int) Math.min(lanes, items));
    }

    /** Output row of a unit. */
    public int row(int unit) {
        return unit / segments;
    }

    /** Index of a unit's column segment inside its row. */
    public int segment(int unit) {
        return unit % segments;
    }
}
