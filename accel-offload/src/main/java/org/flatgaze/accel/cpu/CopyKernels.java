package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Shape;

/** Layers that move numbers without computing, but for a change of scale between 8-bit tensors. */
@SuppressWarnings("ArrayRecordComponent") // kernels are never compared
final class CopyKernels {

    private CopyKernels() {}

    /** One source of a concatenation of pictures that does not lie inside the result already. */
    record Channels(TensorView from, TensorView to, Rescale rescale, float[] arena) implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < from.pixels(); i++) {
                int at = to.offset() + i * to.step();
                System.arraycopy(arena, from.offset() + i * from.step(), arena, at, from.channels());
                rescale.apply(arena, at, from.channels());
            }
        }
    }

    /** Nearest neighbour enlargement. */
    record Enlarge(Shape in, Shape out, TensorView from, TensorView to, Rescale rescale, float[] arena)
            implements Kernel {
        @Override
        public void run(int part) {
            int factorRows = out.rows() / in.rows();
            int factorColumns = out.columns() / in.columns();
            int channels = from.channels();
            for (int y = 0; y < out.rows(); y++) {
                int row = from.offset() + y / factorRows * in.columns() * from.step();
                int at = to.offset() + y * out.columns() * to.step();
                for (int x = 0; x < out.columns(); x++) {
                    System.arraycopy(arena, row + x / factorColumns * from.step(), arena, at + x * to.step(), channels);
                    rescale.apply(arena, at + x * to.step(), channels);
                }
            }
        }
    }

    /** Any permutation or selection: element i of the result, row-major, from {@code source[i]} to {@code target[i]}. */
    record Gather(int[] source, int[] target, Rescale rescale, float[] arena) implements Kernel {
        @Override
        public void run(int part) {
            for (int i = 0; i < source.length; i++) {
                arena[target[i]] = arena[source[i]];
            }
            if (!rescale.isNothing()) {
                for (int at : target) {
                    rescale.apply(arena, at, 1);
                }
            }
        }
    }

    /** Where in the arena the elements of a tensor lie, in row-major order of its shape. */
    static int[] places(TensorView view, Shape shape, boolean channelsInnermost) {
        int[] places = new int[shape.elements()];
        int plane = shape.rows() * shape.columns();
        for (int i = 0; i < places.length; i++) {
            places[i] = channelsInnermost ? view.offset() + i % plane * view.step() + i / plane : view.offset() + i;
        }
        return places;
    }
}
