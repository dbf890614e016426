package org.flatgaze.accel.graph;

/**
 * An activation of a graph: what flows between layers.
 *
 * @param name for messages; two tensors may have one
 * @param shape fixed extents
 * @param quant how its 8-bit numbers are meant, or null if it holds float32
 */
public record Tensor(String name, Shape shape, QuantParams quant) {

    public Tensor {
        if (quant != null
                && quant.isPerChannel()
                && (!shape.isPicture() || quant.scales().length != shape.channels())) {
            throw new IllegalArgumentException("tensor " + name + ": scales=" + quant.scales().length
                    + ": expected 1, or one per channel of a picture, for shape " + shape);
        }
    }

    /** A float32 tensor. */
    public static Tensor ofFloats(String name, Shape shape) {
        return new Tensor(name, shape, null);
    }

    /** Whether this holds 8-bit numbers. */
    public boolean isQuantized() {
        return quant != null;
    }

    /** Bytes the tensor takes: 1 per element where quantised, else 4. */
    public long bytes() {
        return isQuantized() ? shape.elements() : 4L * shape.elements();
    }
}
