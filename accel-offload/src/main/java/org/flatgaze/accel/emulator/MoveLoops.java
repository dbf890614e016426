package org.flatgaze.accel.emulator;

import java.util.List;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.Shape;

/** Which element of which input each output element of a layer that only moves numbers is. */
final class MoveLoops {

    private MoveLoops() {}

    /** Input index in the upper, element in the lower half. */
    static long source(Layer layer, List<Shape> in, Shape out, int element) {
        return switch (layer) {
            case Layer.Reshape _ -> element;
            case Layer.Upsample up -> upsample(up, in.getFirst(), out, element);
            case Layer.Transpose transpose -> transpose(transpose, in.getFirst(), out, element);
            case Layer.Slice slice -> {
                int inner = out.inner(slice.axis());
                int index = element / inner % slice.length() + slice.start();
                int outer = element / (inner * slice.length());
                yield (outer * (long) in.getFirst().extent(slice.axis()) + index) * inner + element % inner;
            }
            case Layer.Concat concat -> concat(concat, in, out, element);
            default -> throw new IllegalStateException("layer " + layer.name() + " does not only move numbers");
        };
    }

    private static long upsample(Layer.Upsample up, Shape in, Shape out, int element) {
        int column = element % out.columns() / up.factorColumns();
        int row = element / out.columns() % out.rows() / up.factorRows();
        int channel = element / (out.columns() * out.rows());
        return ((long) channel * in.rows() + row) * in.columns() + column;
    }

    private static long transpose(Layer.Transpose transpose, Shape in, Shape out, int element) {
        long source = 0;
        int rest = element;
        for (int d = out.rank() - 1; d >= 0; d--) {
            source += (long) (rest % out.extent(d))
                    * in.inner(transpose.permutation().get(d));
            rest /= out.extent(d);
        }
        return source;
    }

    private static long concat(Layer.Concat concat, List<Shape> in, Shape out, int element) {
        int inner = out.inner(concat.axis());
        int index = element / inner % out.extent(concat.axis());
        int outer = element / (inner * out.extent(concat.axis()));
        int part = 0;
        while (index >= in.get(part).extent(concat.axis())) {
            index -= in.get(part).extent(concat.axis());
            part++;
        }
        long within = ((long) outer * in.get(part).extent(concat.axis()) + index) * inner + element % inner;
        return ((long) part << 32) | within;
    }
}
