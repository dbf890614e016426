package org.flatgaze.accel.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Nodes that move elements without computing. */
final class OnnxShapes {

    private final GraphDraft draft;
    private final OnnxValues values;

    OnnxShapes(GraphDraft draft, OnnxValues values) {
        this.draft = draft;
        this.values = values;
    }

    void reshape(OnnxNode node) {
        if (values.isConstant(node.input(0))) {
            OnnxConstant from = values.constant(node.input(0));
            Shape to = newShape(node, Shape.of(from.dims()));
            values.define(
                    node.output(0),
                    new OnnxConstant(to.toArray(), from.floats(), from.integers(), from.signed(), null));
            return;
        }
        int input = values.tensor(node.input(0));
        append(node, newShape(node, values.shape(input)), (name, out) -> new Layer.Reshape(name, input, out));
    }

    private Shape newShape(OnnxNode node, Shape from) {
        return switch (node.op()) {
            case "Flatten" -> {
                int axis = node.integer("axis", 1);
                int outer = from.outer(axis < 0 ? axis + from.rank() : axis);
                yield Shape.of(outer, from.elements() / outer);
            }
            case "Squeeze" -> squeeze(axes(node), from);
            case "Unsqueeze" -> unsqueeze(axes(node), from);
            default -> resolve(values.constant(node.input(1)).requireInts(), from, node.integer("allowzero", 0) != 0);
        };
    }

    private int[] axes(OnnxNode node) {
        return node.input(1).isEmpty()
                ? node.integers("axes")
                : values.constant(node.input(1)).requireInts();
    }

    private static Shape squeeze(int[] axes, Shape from) {
        List<Integer> dropped = Arrays.stream(axes)
                .map(a -> Math.floorMod(a, from.rank()))
                .boxed()
                .toList();
        return Shape.of(IntStream.range(0, from.rank())
                .filter(d -> dropped.isEmpty() ? from.extent(d) != 1 : !dropped.contains(d))
                .map(from::extent)
                .toArray());
    }

    private static Shape unsqueeze(int[] axes, Shape from) {
        int rank = from.rank() + axes.length;
        List<Integer> added =
                Arrays.stream(axes).map(a -> Math.floorMod(a, rank)).boxed().toList();
        int[] extents = new int[rank];
        int next = 0;
        for (int d = 0; d < rank; d++) {
            extents[d] = added.contains(d) ? 1 : from.extent(next++);
        }
        return Shape.of(extents);
    }

    /** 0 keeps an extent, one -1 takes what is left. */
    private static Shape resolve(int[] wanted, Shape from, boolean zeroIsZero) {
        int[] extents = wanted.clone();
        int open = -1;
        int known = 1;
        for (int d = 0; d < extents.length; d++) {
            if (extents[d] == 0 && !zeroIsZero) {
                extents[d] = from.extent(d);
            }
            if (extents[d] == -1) {
                open = d;
            } else {
                known = Math.multiplyExact(known, extents[d]);
            }
        }
        if (open >= 0 && known > 0) {
            extents[open] = from.elements() / known;
            known *= extents[open];
        }
        if (known != from.elements()) {
            throw new IllegalArgumentException(
                    "shape=" + Arrays.toString(wanted) + ": expected " + from.elements() + " elements as in " + from);
        }
        return Shape.of(extents);
    }

    void transpose(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Shape from = values.shape(input);
        int[] reversed =
                IntStream.range(0, from.rank()).map(d -> from.rank() - 1 - d).toArray();
        List<Integer> permutation =
                Arrays.stream(node.integers("perm", reversed)).boxed().toList();
        Layer probe = new Layer.Transpose(node.name(), input, input, permutation);
        append(
                node,
                ShapeRules.outputShape(probe, List.of(from)),
                (name, out) -> new Layer.Transpose(name, input, out, permutation));
    }

    void slice(OnnxNode node) {
        int input = values.tensor(node.input(0));
        int[] starts = values.constant(node.input(1)).requireInts();
        int[] ends = values.constant(node.input(2)).requireInts();
        int[] axes = node.input(3).isEmpty()
                ? IntStream.range(0, starts.length).toArray()
                : values.constant(node.input(3)).requireInts();
        int[] steps = node.input(4).isEmpty()
                ? new int[] {1}
                : values.constant(node.input(4)).requireInts();
        if (Arrays.stream(steps).anyMatch(s -> s != 1)) {
            throw new IllegalArgumentException("steps=" + Arrays.toString(steps) + ": expected 1");
        }
        int from = input;
        for (int i = 0; i < starts.length; i++) {
            Shape shape = values.shape(from);
            int axis = Math.floorMod(axes[i], shape.rank());
            int start = clampIndex(starts[i], shape.extent(axis));
            int end = clampIndex(ends[i], shape.extent(axis));
            from = part(node, from, axis, start, end - start, node.output(0));
        }
        values.define(node.output(0), from);
    }

    private static int clampIndex(int index, int extent) {
        return Math.max(0, Math.min(extent, index < 0 ? index + extent : index));
    }

    void split(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Shape shape = values.shape(input);
        int axis = Math.floorMod(node.integer("axis", 0), shape.rank());
        int[] lengths = node.input(1).isEmpty()
                ? node.integers("split")
                : values.constant(node.input(1)).requireInts();
        if (lengths.length == 0) {
            lengths = new int[node.outputs()];
            Arrays.fill(lengths, shape.extent(axis) / node.outputs());
        }
        int start = 0;
        for (int i = 0; i < node.outputs(); i++) {
            values.define(node.output(i), part(node, input, axis, start, lengths[i], node.output(i)));
            start += lengths[i];
        }
    }

    /** One index of an axis: a slice and a reshape that drops the axis. */
    void gather(OnnxNode node) {
        int input = values.tensor(node.input(0));
        OnnxConstant indices = values.constant(node.input(1));
        if (indices.elements() != 1) {
            throw new IllegalArgumentException(
                    "gathers " + indices.elements() + " indices: expected 1, or use Slice or Split");
        }
        Shape shape = values.shape(input);
        int axis = Math.floorMod(node.integer("axis", 0), shape.rank());
        int index = Math.floorMod((int) indices.scalar(), shape.extent(axis));
        int one = part(node, input, axis, index, 1, node.output(0) + ":slice");
        if (indices.dims().length == 1) {
            values.define(node.output(0), one);
            return;
        }
        append(node, squeeze(new int[] {axis}, values.shape(one)), (name, out) -> new Layer.Reshape(name, one, out));
    }

    private int part(OnnxNode node, int input, int axis, int start, int length, String tensorName) {
        String name = draft.uniqueName(node.name());
        Layer.Slice layer = new Layer.Slice(name, input, draft.tensors.size(), axis, start, length);
        int output = draft.tensor(tensorName, ShapeRules.outputShape(layer, List.of(values.shape(input))), null);
        draft.append(layer);
        return output;
    }

    void resize(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Shape from = values.shape(input);
        requireNearest(node);
        double[] factors = factors(node, from);
        boolean whole = from.isPicture()
                && factors[0] == 1
                && factors[1] == 1
                && factors[2] == Math.rint(factors[2])
                && factors[3] == Math.rint(factors[3])
                && factors[2] >= 1
                && factors[3] >= 1;
        if (!whole) {
            throw new IllegalArgumentException("scales=" + Arrays.toString(factors) + " of " + from
                    + ": expected whole factors of rows and columns only");
        }
        int rows = (int) factors[2];
        int columns = (int) factors[3];
        append(
                node,
                Shape.of(1, from.channels(), from.rows() * rows, from.columns() * columns),
                (name, out) -> new Layer.Upsample(name, input, out, rows, columns));
    }

    /** With whole factors these settings all mean: output pixel i is input pixel i / factor. */
    private static void requireNearest(OnnxNode node) {
        String mode = node.text("mode", "nearest");
        String coordinates = node.text("coordinate_transformation_mode", "half_pixel");
        String rounding = node.text("nearest_mode", "round_prefer_floor");
        boolean byFloor = coordinates.equals("asymmetric") && rounding.equals("floor");
        boolean byCentre = coordinates.endsWith("half_pixel") && rounding.startsWith("round_prefer");
        if (!mode.equals("nearest") || !(node.op().equals("Upsample") || byFloor || byCentre)) {
            throw new IllegalArgumentException("mode=" + mode + " coordinate_transformation_mode=" + coordinates
                    + " nearest_mode=" + rounding + ": expected nearest, asymmetric, floor");
        }
    }

    private double[] factors(OnnxNode node, Shape from) {
        int scales = node.op().equals("Upsample") ? 1 : 2;
        if (!node.input(scales).isEmpty() && values.constant(node.input(scales)).elements() > 0) {
            float[] given = values.constant(node.input(scales)).requireFloats();
            return IntStream.range(0, from.rank()).mapToDouble(d -> given[d]).toArray();
        }
        if (node.input(3).isEmpty()) {
            throw new IllegalArgumentException("has neither scales nor sizes");
        }
        int[] sizes = values.constant(node.input(3)).requireInts();
        return IntStream.range(0, from.rank())
                .mapToDouble(d -> sizes[d] / (double) from.extent(d))
                .toArray();
    }

    /** Makes a layer from its name and output tensor. */
    private interface LayerMaker {
        Layer make(String name, int output);
    }

    private void append(OnnxNode node, Shape shape, LayerMaker maker) {
        int output = draft.tensor(node.output(0), shape, null);
        values.define(node.output(0), output);
        draft.append(maker.make(draft.uniqueName(node.name()), output));
    }
}
