package org.flatgaze.accel.graph;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Fixed extents of a tensor, outermost first; pictures are 1 x channels x rows x columns. */
public final class Shape {

    private final int[] extents;
    private final int elements;

    private Shape(int[] extents) {
        long product = 1;
        for (int extent : extents) {
            if (extent < 1) {
                throw new IllegalArgumentException("shape=" + Arrays.toString(extents) + ": expected extents >= 1");
            }
            product *= extent;
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "shape=" + Arrays.toString(extents) + ": expected at most " + Integer.MAX_VALUE + " elements");
            }
        }
        this.extents = extents;
        this.elements = (int) product;
    }

    /**
     * A shape of these extents; none for a scalar.
     *
     * @throws IllegalArgumentException if an extent is below 1 or the product exceeds 2^31 - 1
     */
    public static Shape of(int... extents) {
        return new Shape(extents.clone());
    }

    public int rank() {
        return extents.length;
    }

    /** Extent of an axis; a negative axis counts from the end. */
    public int extent(int axis) {
        return extents[axis < 0 ? axis + extents.length : axis];
    }

    public int elements() {
        return elements;
    }

    /** Whether this is a picture: 1 x channels x rows x columns. */
    public boolean isPicture() {
        return extents.length == 4 && extents[0] == 1;
    }

    /** Channels: axis 1, or the only axis of a vector. */
    public int channels() {
        return extents.length == 1 ? extents[0] : extents[1];
    }

    /** Rows of a picture, 1 for anything of lower rank. */
    public int rows() {
        return extents.length == 4 ? extents[2] : 1;
    }

    /** Columns of a picture, 1 for anything of lower rank. */
    public int columns() {
        return extents.length == 4 ? extents[3] : 1;
    }

    /** A copy of the extents. */
    public int[] toArray() {
        return extents.clone();
    }

    /** Product of the extents before an axis. */
    public int outer(int axis) {
        return IntStream.range(0, axis).map(d -> extents[d]).reduce(1, (a, b) -> a * b);
    }

    /** Product of the extents after an axis. */
    public int inner(int axis) {
        return IntStream.range(axis + 1, extents.length).map(d -> extents[d]).reduce(1, (a, b) -> a * b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return extents.length == 0
                ? "scalar"
                : Arrays.stream(extents).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }
}
