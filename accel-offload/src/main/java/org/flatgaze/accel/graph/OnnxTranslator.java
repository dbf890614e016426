package org.flatgaze.accel.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Turns nodes into layers, one by one in the order of the file. Mistakes are IllegalArgumentException; the caller names the node. */
final class OnnxTranslator {

    private final GraphDraft draft;
    private final OnnxValues values;
    private final OnnxProducts products;
    private final OnnxShapes shapes;
    private final OnnxFolding folding;

    OnnxTranslator(GraphDraft draft, OnnxValues values) {
        this.draft = draft;
        this.values = values;
        this.products = new OnnxProducts(draft, values);
        this.shapes = new OnnxShapes(draft, values);
        this.folding = new OnnxFolding(values);
    }

    void translate(OnnxNode node) {
        if (!node.domain().isEmpty() && !node.domain().equals("ai.onnx")) {
            throw OnnxUnsupported.operator(node);
        }
        if (folding.fold(node)) {
            return;
        }
        switch (node.op()) {
            case "Conv" -> products.conv(node);
            case "Gemm" -> products.gemm(node);
            case "MatMul" -> products.matMul(node);
            case "BatchNormalization" -> products.batchNorm(node);
            case "LayerNormalization" -> products.layerNorm(node);
            case "Add", "Sub", "Mul", "Div" -> products.arithmetic(node);
            case "MaxPool", "AveragePool" -> pool(node);
            case "GlobalAveragePool" -> globalPool(node);
            case "ReduceMean" -> reduceMean(node);
            case "Relu" -> activate(node, Activation.RELU);
            case "LeakyRelu" -> activate(node, Activation.leakyRelu(node.real("alpha", 0.01f)));
            case "Sigmoid" -> activate(node, Activation.SIGMOID);
            case "Gelu" -> gelu(node);
            case "Erf" -> erf(node);
            case "Clip" -> clip(node);
            case "Softmax" -> softmax(node);
            case "Concat" -> concat(node);
            case "Resize", "Upsample" -> shapes.resize(node);
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> shapes.reshape(node);
            case "Transpose" -> shapes.transpose(node);
            case "Slice" -> shapes.slice(node);
            case "Split" -> shapes.split(node);
            case "Gather" -> shapes.gather(node);
            case "Identity", "Dropout" -> alias(node);
            case "Constant" -> values.define(node.output(0), node.constant());
            case "QuantizeLinear" -> quantize(node);
            case "DequantizeLinear" -> dequantize(node);
            default -> throw OnnxUnsupported.operator(node);
        }
    }

    private void alias(OnnxNode node) {
        if (values.isConstant(node.input(0))) {
            values.define(node.output(0), values.constant(node.input(0)));
        } else {
            values.define(node.output(0), values.tensor(node.input(0)));
        }
    }

    private void activate(OnnxNode node, Activation activation) {
        int input = values.tensor(node.input(0));
        int output = output(node, values.shape(input));
        draft.append(new Layer.Activate(draft.uniqueName(node.name()), input, output, activation));
    }

    private void gelu(OnnxNode node) {
        if (!"none".equals(node.text("approximate", "none"))) {
            throw new IllegalArgumentException("approximate=" + node.text("approximate", "")
                    + ": expected none; export GELU in its exact (erf) form");
        }
        activate(node, Activation.GELU);
    }

    /** Only as a part of GELU: recognised when the product behind it is reached. */
    private void erf(OnnxNode node) {
        values.define(node.output(0), products.rememberErf(values.tensor(node.input(0)), node));
    }

    private void clip(OnnxNode node) {
        double min = bound(node, 1, "min", Double.NEGATIVE_INFINITY);
        double max = bound(node, 2, "max", Double.POSITIVE_INFINITY);
        if (min == 0 && max == 6) {
            activate(node, Activation.RELU6);
        } else if (min == 0 && max >= Float.MAX_VALUE) {
            activate(node, Activation.RELU);
        } else {
            throw new IllegalArgumentException("min=" + min + " max=" + max + ": expected 0 and 6, or 0 and none");
        }
    }

    private double bound(OnnxNode node, int input, String attribute, double absent) {
        if (!node.input(input).isEmpty()) {
            return values.constant(node.input(input)).scalar();
        }
        return node.has(attribute) ? node.real(attribute, 0) : absent;
    }

    private void softmax(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Shape shape = values.shape(input);
        int axis = node.integer("axis", -1);
        if (axis != -1 && axis != shape.rank() - 1) {
            throw new IllegalArgumentException("axis=" + axis + ": expected the last axis; put Transpose around it");
        }
        draft.append(new Layer.Softmax(draft.uniqueName(node.name()), input, output(node, shape)));
    }

    private void concat(OnnxNode node) {
        List<Integer> parts = new ArrayList<>();
        List<Shape> partShapes = new ArrayList<>();
        for (int i = 0; i < node.inputs(); i++) {
            int part = values.tensorOrConstantLayer(node.input(i));
            parts.add(part);
            partShapes.add(values.shape(part));
        }
        int axis = Math.floorMod(node.integer("axis", 0), partShapes.getFirst().rank());
        Layer.Concat layer = new Layer.Concat(draft.uniqueName(node.name()), parts, draft.tensors.size(), axis);
        output(node, ShapeRules.outputShape(layer, partShapes));
        draft.append(layer);
    }

    private void pool(OnnxNode node) {
        int input = values.tensor(node.input(0));
        if (node.integer("ceil_mode", 0) != 0) {
            throw new IllegalArgumentException("ceil_mode=1: expected 0; pad the input instead");
        }
        if (node.outputs() > 1) {
            throw new IllegalArgumentException("hands out indices: expected one output");
        }
        int[] kernel = node.integers("kernel_shape");
        Window window = OnnxProducts.window(node, kernel, values.shape(input));
        boolean countPadding = node.integer("count_include_pad", 0) != 0;
        Layer.Pool.Kind kind = node.op().equals("MaxPool") ? Layer.Pool.Kind.MAX : Layer.Pool.Kind.AVERAGE;
        Layer.Pool layer =
                new Layer.Pool(draft.uniqueName(node.name()), input, draft.tensors.size(), kind, window, countPadding);
        output(node, ShapeRules.outputShape(layer, List.of(values.shape(input))));
        draft.append(layer);
    }

    private void globalPool(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Layer.GlobalAveragePool layer =
                new Layer.GlobalAveragePool(draft.uniqueName(node.name()), input, draft.tensors.size());
        output(node, ShapeRules.outputShape(layer, List.of(values.shape(input))));
        draft.append(layer);
    }

    /** A mean over rows and columns is a global pool, with a reshape if the extents of 1 are dropped. */
    private void reduceMean(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Shape shape = values.shape(input);
        int[] axes = node.input(1).isEmpty()
                ? node.integers("axes")
                : values.constant(node.input(1)).requireInts();
        int[] sorted = Arrays.stream(axes)
                .map(a -> Math.floorMod(a, shape.rank()))
                .sorted()
                .toArray();
        if (!shape.isPicture() || !Arrays.equals(sorted, new int[] {2, 3})) {
            throw new IllegalArgumentException(
                    "axes=" + Arrays.toString(axes) + " of " + shape + ": expected rows and columns of a picture");
        }
        String name = draft.uniqueName(node.name());
        int pooled = draft.tensor(node.output(0), Shape.of(1, shape.channels(), 1, 1), null);
        draft.append(new Layer.GlobalAveragePool(name, input, pooled));
        values.define(node.output(0), pooled);
        if (node.integer("keepdims", 1) == 0) {
            int flat = output(node, Shape.of(1, shape.channels()));
            draft.append(new Layer.Reshape(draft.uniqueName(name + ":reshape"), pooled, flat));
        }
    }

    private void quantize(OnnxNode node) {
        int input = values.tensor(node.input(0));
        Shape shape = values.shape(input);
        int output = draft.tensor(node.output(0), shape, quantParams(node, shape));
        values.define(node.output(0), output);
        draft.append(new Layer.Quantize(draft.uniqueName(node.name()), input, output));
    }

    private void dequantize(OnnxNode node) {
        if (values.isConstant(node.input(0))) {
            values.define(node.output(0), dequantizedConstant(node));
            return;
        }
        int input = values.tensor(node.input(0));
        Tensor tensor = draft.tensors.get(input);
        if (!tensor.isQuantized() || !tensor.quant().equals(quantParams(node, tensor.shape()))) {
            throw new IllegalArgumentException(
                    "uses a scale or zero point other than the QuantizeLinear before it: expected the same");
        }
        int output = output(node, tensor.shape());
        draft.append(new Layer.Dequantize(draft.uniqueName(node.name()), input, output));
    }

    private QuantParams quantParams(OnnxNode node, Shape shape) {
        float[] scale = values.constant(node.input(1)).requireFloats();
        boolean signed = false;
        int[] zeroPoint = new int[scale.length];
        if (!node.input(2).isEmpty()) {
            OnnxConstant zero = values.constant(node.input(2));
            signed = zero.signed();
            zeroPoint = zero.requireInts();
        }
        if (scale.length > 1 && Math.floorMod(node.integer("axis", 1), shape.rank()) != 1) {
            throw new IllegalArgumentException("axis=" + node.integer("axis", 1) + ": expected 1 (channels)");
        }
        return new QuantParams(signed, scale, zeroPoint);
    }

    private OnnxConstant dequantizedConstant(OnnxNode node) {
        OnnxConstant from = values.constant(node.input(0));
        if (from.integers() == null) {
            throw new IllegalArgumentException("dequantises real numbers: expected int8, uint8 or int32");
        }
        float[] scale = values.constant(node.input(1)).requireFloats();
        int[] zero = node.input(2).isEmpty()
                ? new int[scale.length]
                : values.constant(node.input(2)).requireInts();
        int axis = scale.length == 1 ? 0 : Math.floorMod(node.integer("axis", 1), from.dims().length);
        int inner = IntStream.range(axis + 1, from.dims().length)
                .map(d -> from.dims()[d])
                .reduce(1, (a, b) -> a * b);
        int count = scale.length == 1 ? 1 : from.dims()[axis];
        if (scale.length != count || zero.length != count) {
            throw new IllegalArgumentException("scales=" + scale.length + " zeroPoints=" + zero.length
                    + ": expected 1 or " + "the extent of axis " + axis);
        }
        float[] floats = new float[from.elements()];
        for (int i = 0; i < floats.length; i++) {
            int c = count == 1 ? 0 : i / inner % count;
            floats[i] = (from.integers()[i] - zero[c]) * scale[c];
        }
        return new OnnxConstant(
                from.dims(),
                floats,
                null,
                from.signed(),
                new OnnxConstant.Int8Origin(from.integers(), scale, zero, from.signed(), axis));
    }

    private int output(OnnxNode node, Shape shape) {
        int tensor = draft.tensor(node.output(0), shape, null);
        values.define(node.output(0), tensor);
        return tensor;
    }
}
