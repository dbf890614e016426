package org.flatgaze.accel.graph;

import java.util.List;
import java.util.stream.IntStream;

/** What shape each kind of layer makes of its inputs. */
final class ShapeRules {

    private ShapeRules() {}

    /**
     * Shape of a layer's output.
     *
     * @throws IllegalArgumentException if the inputs do not suit the layer; the message says which extent
     */
    static Shape outputShape(Layer layer, List<Shape> inputs) {
        if (layer instanceof Layer.Constant constant) {
            return Shape.of(constant.values().length);
        }
        Shape in = inputs.getFirst();
        return switch (layer) {
            case Layer.Conv conv -> conv(conv, in);
            case Layer.Linear linear -> linear(linear, in);
            case Layer.Pool pool -> slide(pool.window(), requirePicture(in), in.channels());
            case Layer.GlobalAveragePool _ -> Shape.of(1, requirePicture(in).channels(), 1, 1);
            case Layer.Add _ -> add(in, inputs.get(1));
            case Layer.Concat concat -> concat(concat, inputs);
            case Layer.Upsample up ->
                Shape.of(
                        1,
                        requirePicture(in).channels(),
                        Math.multiplyExact(in.rows(), up.factorRows()),
                        Math.multiplyExact(in.columns(), up.factorColumns()));
            case Layer.ChannelAffine affine -> {
                require(affine.axis() >= 0 && affine.axis() < in.rank(), "axis=" + affine.axis() + " of " + in);
                requireExtent("scale", affine.scale().length, in.extent(affine.axis()));
                requireExtent("shift", affine.shift().length, in.extent(affine.axis()));
                yield in;
            }
            case Layer.LayerNorm norm -> {
                requireExtent("scale", norm.scale().length, in.extent(-1));
                requireExtent("shift", norm.shift().length, in.extent(-1));
                yield in;
            }
            case Layer.MatMul matMul -> matMul(matMul, in, inputs.get(1));
            case Layer.Attention attention -> {
                AttentionForm form = attention.form();
                Shape rows =
                        Shape.of(form.queries(), Math.multiplyExact(form.heads().size(), form.valueDepth()));
                form.check(in, inputs.get(1), inputs.get(2), rows);
                yield rows;
            }
            case Layer.Transpose transpose -> transpose(transpose, in);
            case Layer.Slice slice -> slice(slice, in);
            case Layer.Activate _,
                    Layer.Softmax _,
                    Layer.Constant _,
                    Layer.Reshape _,
                    Layer.Quantize _,
                    Layer.Dequantize _ -> in;
        };
    }

    private static Shape conv(Layer.Conv conv, Shape in) {
        requirePicture(in);
        int groups = conv.groups();
        require(
                groups >= 1 && in.channels() % groups == 0,
                "groups=" + groups + ": expected a divisor of " + in.channels() + " input channels");
        int perOutput = in.channels() / groups * conv.window().taps();
        int outputs = conv.weights().count() / perOutput;
        require(
                outputs > 0 && outputs * perOutput == conv.weights().count() && outputs % groups == 0,
                "weights=" + conv.weights().count() + ": expected output channels (a multiple of groups=" + groups
                        + ") times " + perOutput);
        return slide(conv.window(), in, outputs);
    }

    private static Shape slide(Window window, Shape in, int channels) {
        int rows = window.outRows(in.rows());
        int columns = window.outColumns(in.columns());
        require(rows >= 1 && columns >= 1, "window " + window + " does not fit into " + in);
        return Shape.of(1, channels, rows, columns);
    }

    private static Shape linear(Layer.Linear linear, Shape in) {
        int features = in.extent(-1);
        int outputs = linear.weights().count() / features;
        require(
                outputs > 0 && outputs * features == linear.weights().count(),
                "weights=" + linear.weights().count() + ": expected a multiple of " + features + " features");
        int[] extents = in.toArray();
        extents[extents.length - 1] = outputs;
        return Shape.of(extents);
    }

    private static Shape add(Shape left, Shape right) {
        require(left.equals(right), "adds " + left + " and " + right + ": expected equal shapes");
        return left;
    }

    private static Shape concat(Layer.Concat concat, List<Shape> inputs) {
        Shape first = inputs.getFirst();
        int axis = concat.axis();
        require(axis >= 0 && axis < first.rank(), "axis=" + axis + " of " + first);
        int[] extents = first.toArray();
        extents[axis] = 0;
        for (Shape part : inputs) {
            require(part.rank() == first.rank(), "joins " + first + " and " + part + ": expected equal ranks");
            for (int d = 0; d < extents.length; d++) {
                require(
                        d == axis || part.extent(d) == extents[d],
                        "joins " + first + " and " + part + " along axis " + axis + ": expected equal other extents");
            }
            extents[axis] += part.extent(axis);
        }
        return Shape.of(extents);
    }

    private static Shape matMul(Layer.MatMul matMul, Shape left, Shape right) {
        int rank = left.rank();
        require(
                rank >= 2 && right.rank() == rank,
                "multiplies " + left + " and " + right + ": expected equal ranks >= 2");
        boolean outerEqual = IntStream.range(0, rank - 2).allMatch(d -> left.extent(d) == right.extent(d));
        require(
                outerEqual && left.extent(-1) == right.extent(-2) && matMul.depth() == left.extent(-1),
                "multiplies " + left + " and " + right + " with depth=" + matMul.depth()
                        + ": expected ... x m x k and ... x k x n");
        int[] extents = left.toArray();
        extents[rank - 1] = right.extent(-1);
        return Shape.of(extents);
    }

    private static Shape transpose(Layer.Transpose transpose, Shape in) {
        List<Integer> permutation = transpose.permutation();
        require(
                permutation.stream()
                        .sorted()
                        .toList()
                        .equals(IntStream.range(0, in.rank()).boxed().toList()),
                "permutation=" + permutation + ": expected each axis of " + in + " once");
        return Shape.of(permutation.stream().mapToInt(in::extent).toArray());
    }

    private static Shape slice(Layer.Slice slice, Shape in) {
        int axis = slice.axis();
        require(axis >= 0 && axis < in.rank(), "axis=" + axis + " of " + in);
        require(
                slice.start() >= 0 && slice.length() >= 1 && slice.start() + slice.length() <= in.extent(axis),
                "start=" + slice.start() + " length=" + slice.length() + ": expected a part of " + in.extent(axis));
        int[] extents = in.toArray();
        extents[axis] = slice.length();
        return Shape.of(extents);
    }

    private static Shape requirePicture(Shape shape) {
        require(shape.isPicture(), "input shape=" + shape + ": expected 1 x channels x rows x columns");
        return shape;
    }

    private static void requireExtent(String what, int count, int extent) {
        require(count == extent, what + "s=" + count + ": expected " + extent);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
