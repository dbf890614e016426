package org.flatgaze.accel.cost;

/**
 * How a layer's tensors are cut into stripes of whole rows that fit the activation buffers, exactly: every stripe reads
 * the halo rows its kernel needs.
 *
 * @param stripes stripes, at least 1
 * @param rowsPerStripe output rows of a stripe (the last may have fewer)
 * @param haloRows input rows read twice at a boundary between two stripes
 * @param inputStripeBytes bytes of the largest input stripe, halo included
 * @param outputStripeBytes bytes of the largest output stripe
 * @param fits false if even one output row is too large for the buffers
 */
public record FeaturePartition(
        int stripes, int rowsPerStripe, int haloRows, long inputStripeBytes, long outputStripeBytes, boolean fits) {

    /** Cuts {@code layer} for buffers that hold {@code bytesPerSide} of input and as much of output. */
    public static FeaturePartition of(LayerShape layer, long bytesPerSide) {
        int rows = layer.rowsOut();
        if (inputBytes(layer, rows) > bytesPerSide || outputBytes(layer, rows) > bytesPerSide) {
            rows = largestThatFits(layer, bytesPerSide);
        }
        boolean fits = rows > 0;
        rows = Math.max(1, rows);
        int stripes = Math.ceilDiv(layer.rowsOut(), rows);
        int halo = stripes == 1 ? 0 : Math.max(0, layer.kernelRows() - layer.stride());
        return new FeaturePartition(stripes, rows, halo, inputBytes(layer, rows), outputBytes(layer, rows), fits);
    }

    /** Input bytes of all stripes together, halo rows counted as often as they are read. */
    public long inputBytesWithHalo(LayerShape layer) {
        return layer.inputBytes() + (long) (stripes - 1) * haloRows * layer.channelsIn() * layer.columnsIn();
    }

    private static int largestThatFits(LayerShape layer, long bytesPerSide) {
        int low = 0;
        int high = layer.rowsOut();
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (inputBytes(layer, middle) <= bytesPerSide && outputBytes(layer, middle) <= bytesPerSide) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private static long inputBytes(LayerShape layer, int rowsOut) {
        long rows = Math.min(layer.rowsIn(), (long) (rowsOut - 1) * layer.stride() + layer.kernelRows());
        return rows * layer.columnsIn() * layer.channelsIn();
    }

    private static long outputBytes(LayerShape layer, int rowsOut) {
        return (long) rowsOut * layer.columnsOut() * layer.channelsOut();
    }
}
