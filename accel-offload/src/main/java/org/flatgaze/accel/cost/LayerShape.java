package org.flatgaze.accel.cost;

import java.util.List;

/**
 * One executed operation, reduced to what decides its cost. Sizes are for int8: one byte per value.
 *
 * <p>This is the seam to every other description of a network: whoever can fill this record can be timed.
 *
 * @param id unique name inside its table
 * @param kind what it is
 * @param kernelRows kernel height, 1 for layers without a kernel
 * @param kernelColumns kernel width, 1 for layers without a kernel
 * @param stride step in both directions, at least 1
 * @param groups groups of a convolution: 1, or the number of channels of a depth-wise one
 * @param channelsIn input channels (of all inputs together for a concat)
 * @param channelsOut output channels
 * @param rowsIn input height
 * @param columnsIn input width
 * @param rowsOut output height
 * @param columnsOut output width
 * @param bias whether every output channel has a bias
 * @param affine whether every output channel has a batch-norm scale and offset (two parameters)
 * @param activated whether a non-linearity follows
 * @param inputs ids of the layers it reads, or {@code "input"}
 */
public record LayerShape(
        String id,
        LayerKind kind,
        int kernelRows,
        int kernelColumns,
        int stride,
        int groups,
        int channelsIn,
        int channelsOut,
        int rowsIn,
        int columnsIn,
        int rowsOut,
        int columnsOut,
        boolean bias,
        boolean affine,
        boolean activated,
        List<String> inputs) {

    private static final int LARGEST_STRIDE = 256;
    private static final double LARGEST_COUNT = 1e12;

    public LayerShape {
        if (id.isBlank()) {
            throw new IllegalArgumentException("id is blank: expected a unique name");
        }
        inputs = List.copyOf(inputs);
        positive(id, "kernelRows", kernelRows);
        positive(id, "kernelColumns", kernelColumns);
        positive(id, "stride", stride);
        positive(id, "groups", groups);
        positive(id, "channelsIn", channelsIn);
        positive(id, "channelsOut", channelsOut);
        positive(id, "rowsIn", rowsIn);
        positive(id, "columnsIn", columnsIn);
        positive(id, "rowsOut", rowsOut);
        positive(id, "columnsOut", columnsOut);
        if (stride > LARGEST_STRIDE) {
            throw new IllegalArgumentException(
                    "layer " + id + ": stride=" + stride + ": expected at most " + LARGEST_STRIDE);
        }
        // Beyond these no cycle count could be trusted: the arithmetic of the models stays far inside of a long.
        double outputs = (double) rowsOut * columnsOut;
        double work = outputs * channelsIn * channelsOut * kernelRows * kernelColumns / groups;
        double input = (double) channelsIn * rowsIn * columnsIn;
        if (outputs > Integer.MAX_VALUE
                || input > LARGEST_COUNT
                || outputs * channelsOut > LARGEST_COUNT
                || (kind.multiplies() && work > LARGEST_COUNT)) {
            throw new IllegalArgumentException(
                    "layer " + id + ": " + channelsIn + "x" + rowsIn + "x" + columnsIn + " -> "
                            + channelsOut + "x" + rowsOut + "x" + columnsOut
                            + " is too large: expected at most 1e12 values and multiply-accumulates");
        }
        if (kind.multiplies() && (channelsIn % groups != 0 || channelsOut % groups != 0)) {
            throw new IllegalArgumentException("layer " + id + ": groups=" + groups
                    + ": expected a divisor of channelsIn=" + channelsIn + " and channelsOut=" + channelsOut);
        }
        if (kind == LayerKind.DEPTHWISE && groups != channelsIn) {
            throw new IllegalArgumentException(
                    "layer " + id + ": groups=" + groups + ": expected channelsIn=" + channelsIn + " (depth-wise)");
        }
    }

    private static void positive(String id, String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("layer " + id + ": " + name + "=" + value + ": expected at least 1");
        }
    }

    /** Weight bytes at one byte per weight, biases not counted; also the number of weights. */
    public long weightBytes() {
        if (!kind.multiplies()) {
            return 0;
        }
        return (long) channelsIn / groups * channelsOut * kernelRows * kernelColumns;
    }

    /** Multiply-accumulates. */
    public long macs() {
        return weightBytes() * rowsOut * columnsOut;
    }

    /** Parameters: weights, biases and batch-norm pairs. */
    public long parameters() {
        return weightBytes() + (bias ? channelsOut : 0) + (affine ? 2L * channelsOut : 0);
    }

    /** Bytes of the input tensor (of one input for an add). */
    public long inputBytes() {
        return (long) channelsIn * rowsIn * columnsIn;
    }

    /** Bytes of the output tensor. */
    public long outputBytes() {
        return (long) channelsOut * rowsOut * columnsOut;
    }

    /** Element-wise operations in the convention of the published FLOP counts, multiply-accumulates not included. */
    public long elementwiseOperations() {
        if (kind.multiplies()) {
            return outputBytes() * ((bias ? 1 : 0) + (affine ? 2 : 0) + (activated ? 1 : 0));
        }
        return switch (kind) {
            case AFFINE -> 2 * outputBytes();
            case AVERAGE_POOL, MAX_POOL, GLOBAL_POOL -> inputBytes();
            case UPSAMPLE -> outputBytes();
            default -> 0;
        };
    }
}
