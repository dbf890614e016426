package org.flatgaze.accel.graph;

/** Which input element, counted row-major, each output element of a moving layer is. */
public final class Moves {

    private Moves() {}

    /** Of a transpose. */
    public static int[] transpose(Layer.Transpose transpose, Shape in) {
        int rank = in.rank();
        int[] extents = new int[rank];
        int[] steps = new int[rank];
        for (int d = 0; d < rank; d++) {
            extents[d] = in.extent(transpose.permutation().get(d));
            steps[d] = in.inner(transpose.permutation().get(d));
        }
        int[] elements = new int[in.elements()];
        for (int i = 0; i < elements.length; i++) {
            int rest = i;
            for (int d = rank - 1; d >= 0; d--) {
                elements[i] += rest % extents[d] * steps[d];
                rest /= extents[d];
            }
        }
        return elements;
    }

    /** Of a slice. */
    public static int[] slice(Layer.Slice slice, Shape in) {
        int inner = in.inner(slice.axis());
        int extent = in.extent(slice.axis());
        int outer = in.outer(slice.axis());
        int[] elements = new int[outer * slice.length() * inner];
        for (int i = 0; i < elements.length; i++) {
            int o = i / (slice.length() * inner);
            int within = i % (slice.length() * inner);
            elements[i] = (o * extent + slice.start()) * inner + within;
        }
        return elements;
    }
}
