package org.flatgaze.accel.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Nodes that multiply and add. */
final class OnnxProducts {

    private final GraphDraft draft;
    private final OnnxValues values;

    /** Erf is only known as a part of GELU: its output tensor -> node name, until the pattern is found. */
    private final Map<Integer, OnnxNode> openErfs = new HashMap<>();

    OnnxProducts(GraphDraft draft, OnnxValues values) {
        this.draft = draft;
        this.values = values;
    }

    static Window window(OnnxNode node, int[] kernel, Shape in) {
        if (kernel.length != 2) {
            throw new IllegalArgumentException(
                    "kernel_shape=" + Arrays.toString(kernel) + ": expected rows and columns (2-D)");
        }
        int[] strides = node.integers("strides", 1, 1);
        int[] dilations = node.integers("dilations", 1, 1);
        int[] pads = node.integers("pads", 0, 0, 0, 0);
        String auto = node.text("auto_pad", "NOTSET");
        if (auto.startsWith("SAME")) {
            pads = new int[4];
            for (int d = 0; d < 2; d++) {
                int extent = in.extent(2 + d);
                int out = (extent + strides[d] - 1) / strides[d];
                int total = Math.max(0, (out - 1) * strides[d] + (kernel[d] - 1) * dilations[d] + 1 - extent);
                pads[d] = auto.equals("SAME_LOWER") ? total - total / 2 : total / 2;
                pads[2 + d] = total - pads[d];
            }
        } else if (!Set.of("NOTSET", "VALID").contains(auto)) {
            throw new IllegalArgumentException("auto_pad=" + auto + ": expected NOTSET, VALID or SAME_*");
        }
        return new Window(
                kernel[0],
                kernel[1],
                strides[0],
                strides[1],
                pads[0],
                pads[1],
                pads[2],
                pads[3],
                dilations[0],
                dilations[1]);
    }

    void conv(OnnxNode node) {
        int input = values.tensor(node.input(0));
        int[] dims = values.constant(node.input(1)).dims();
        if (dims.length != 4) {
            throw new IllegalArgumentException("weights of rank " + dims.length + ": expected 4 (2-D convolution)");
        }
        float[] weights = values.floats(node.input(1));
        float[] bias = node.input(2).isEmpty() ? new float[0] : values.floats(node.input(2));
        Window window = window(node, new int[] {dims[2], dims[3]}, values.shape(input));
        int groups = node.integer("group", 1);
        Shape in = values.shape(input);
        if (!in.isPicture() || dims[1] * groups != in.channels()) {
            throw new IllegalArgumentException(
                    "weights " + Arrays.toString(dims) + " with group=" + groups + " do not suit input " + in);
        }
        append(
                node,
                new Layer.Conv(
                        draft.uniqueName(node.name()),
                        input,
                        draft.tensors.size(),
                        window,
                        groups,
                        new Weights.Float32(weights, bias),
                        Activation.NONE));
    }

    void gemm(OnnxNode node) {
        int input = values.tensor(node.input(0));
        if (node.real("alpha", 1) != 1 || node.real("beta", 1) != 1 || node.integer("transA", 0) != 0) {
            throw new IllegalArgumentException("alpha=" + node.real("alpha", 1) + " beta=" + node.real("beta", 1)
                    + " transA=" + node.integer("transA", 0) + ": expected 1, 1 and 0");
        }
        int[] dims = values.constant(node.input(1)).dims();
        float[] given = values.floats(node.input(1));
        float[] weights = node.integer("transB", 0) != 0 ? given : transposed(given, dims[0], dims[1]);
        int outputs = node.integer("transB", 0) != 0 ? dims[0] : dims[1];
        float[] bias = node.input(2).isEmpty() ? new float[0] : values.floats(node.input(2));
        if (bias.length == 1 && outputs != 1) {
            float one = bias[0];
            bias = new float[outputs];
            Arrays.fill(bias, one);
        }
        append(
                node,
                new Layer.Linear(
                        draft.uniqueName(node.name()),
                        input,
                        draft.tensors.size(),
                        new Weights.Float32(weights, bias),
                        Activation.NONE));
    }

    /** inputs x outputs to outputs x inputs, together with the 8-bit numbers behind. */
    private float[] transposed(float[] from, int rows, int columns) {
        float[] to = new float[from.length];
        OnnxConstant.Int8Origin origin = draft.origins.get(from);
        long[] integers = new long[from.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                to[c * rows + r] = from[r * columns + c];
                if (origin != null) {
                    integers[c * rows + r] = origin.values()[r * columns + c];
                }
            }
        }
        if (origin != null) {
            draft.origins.put(
                    to,
                    new OnnxConstant.Int8Origin(
                            integers, origin.scale(), origin.zeroPoint(), origin.signed(), 1 - origin.axis()));
        }
        return to;
    }

    void matMul(OnnxNode node) {
        if (values.isConstant(node.input(0))) {
            throw new IllegalArgumentException("has a constant on the left: expected it on the right");
        }
        int left = values.tensor(node.input(0));
        if (values.isConstant(node.input(1))) {
            int[] dims = values.constant(node.input(1)).dims();
            if (dims.length != 2) {
                throw new IllegalArgumentException("constant of rank " + dims.length + ": expected 2");
            }
            float[] weights = transposed(values.floats(node.input(1)), dims[0], dims[1]);
            append(
                    node,
                    new Layer.Linear(
                            draft.uniqueName(node.name()),
                            left,
                            draft.tensors.size(),
                            new Weights.Float32(weights, new float[0]),
                            Activation.NONE));
            return;
        }
        int right = values.tensor(node.input(1));
        append(
                node,
                new Layer.MatMul(
                        draft.uniqueName(node.name()),
                        left,
                        right,
                        draft.tensors.size(),
                        values.shape(left).extent(-1)));
    }

    void batchNorm(OnnxNode node) {
        int input = values.tensor(node.input(0));
        if (node.integer("training_mode", 0) != 0) {
            throw new IllegalArgumentException("training_mode=1: expected 0; export the model in evaluation mode");
        }
        float[] gamma = values.floats(node.input(1));
        float[] beta = values.floats(node.input(2));
        float[] mean = values.floats(node.input(3));
        float[] variance = values.floats(node.input(4));
        float epsilon = node.real("epsilon", 1e-5f);
        float[] scale = new float[gamma.length];
        float[] shift = new float[gamma.length];
        for (int c = 0; c < scale.length; c++) {
            double factor = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
            scale[c] = (float) factor;
            shift[c] = (float) (beta[c] - mean[c] * factor);
        }
        affine(node, input, 1, scale, shift);
    }

    private void affine(OnnxNode node, int input, int axis, float[] scale, float[] shift) {
        append(
                node,
                new Layer.ChannelAffine(
                        draft.uniqueName(node.name()), input, draft.tensors.size(), axis, scale, shift));
    }

    void layerNorm(OnnxNode node) {
        int input = values.tensor(node.input(0));
        int axis = node.integer("axis", -1);
        if (axis != -1 && axis != values.shape(input).rank() - 1) {
            throw new IllegalArgumentException("axis=" + axis + ": expected the last axis");
        }
        float[] scale;
        if (node.input(1).isEmpty()) {
            // Found spelled out: the factors follow as products and sums with constants.
            scale = new float[values.shape(input).extent(-1)];
            Arrays.fill(scale, 1);
        } else {
            scale = values.floats(node.input(1));
        }
        float[] shift = node.input(2).isEmpty() ? new float[scale.length] : values.floats(node.input(2));
        append(
                node,
                new Layer.LayerNorm(
                        draft.uniqueName(node.name()),
                        input,
                        draft.tensors.size(),
                        scale,
                        shift,
                        node.real("epsilon", 1e-5f)));
    }

    /** Add, Sub, Mul, Div: of two activations (sum only, or x * sigmoid(x)), or with a constant per channel. */
    void arithmetic(OnnxNode node) {
        boolean constantLeft = values.isConstant(node.input(0));
        if (!constantLeft && !values.isConstant(node.input(1))) {
            ofActivations(node, values.tensor(node.input(0)), values.tensor(node.input(1)));
            return;
        }
        if (constantLeft && (node.op().equals("Sub") || node.op().equals("Div"))) {
            throw new IllegalArgumentException("has a constant on the left: expected it on the right");
        }
        String other = node.input(constantLeft ? 1 : 0);
        String constantName = node.input(constantLeft ? 0 : 1);
        int input = values.tensor(other);
        Shape shape = values.shape(input);
        OnnxConstant constant = values.constant(constantName);
        int[] dims = constant.dims();
        if (node.op().equals("Add") && isWhole(dims, shape) && shape.elements() > 1) {
            append(
                    node,
                    new Layer.Add(
                            draft.uniqueName(node.name()),
                            input,
                            values.tensorOrConstantLayer(constantName, shape),
                            draft.tensors.size(),
                            Activation.NONE));
            return;
        }
        int axis = broadcastAxis(dims, shape);
        float[] given = constant.requireFloats();
        float[] scale = new float[shape.extent(axis)];
        float[] shift = new float[scale.length];
        for (int c = 0; c < scale.length; c++) {
            float value = given[given.length == 1 ? 0 : c];
            scale[c] = node.op().equals("Mul") ? value : node.op().equals("Div") ? 1 / value : 1;
            shift[c] = node.op().equals("Add") ? value : node.op().equals("Sub") ? -value : 0;
        }
        affine(node, input, axis, scale, shift);
    }

    /** Whether a constant has a number for each element; extents of 1 may be missing in front. */
    private static boolean isWhole(int[] dims, Shape shape) {
        if (dims.length > shape.rank() || Shape.of(dims).elements() != shape.elements()) {
            return false;
        }
        for (int d = 0; d < dims.length; d++) {
            if (dims[d] != shape.extent(shape.rank() - dims.length + d)) {
                return false;
            }
        }
        return true;
    }

    private static int broadcastAxis(int[] dims, Shape shape) {
        int found = -1;
        for (int d = 0; d < dims.length; d++) {
            int axis = shape.rank() - dims.length + d;
            if (dims[d] != 1) {
                if (found >= 0 || axis < 0 || dims[d] != shape.extent(axis)) {
                    throw new IllegalArgumentException("constant of extents " + Arrays.toString(dims) + " with " + shape
                            + ": expected one number, or one per index of one axis");
                }
                found = axis;
            }
        }
        return found >= 0 ? found : shape.rank() >= 2 ? 1 : 0;
    }

    private void ofActivations(OnnxNode node, int left, int right) {
        switch (node.op()) {
            case "Add" ->
                append(
                        node,
                        new Layer.Add(
                                draft.uniqueName(node.name()), left, right, draft.tensors.size(), Activation.NONE));
            case "Mul" -> gated(node, left, right);
            default ->
                throw new IllegalArgumentException("of two activations: expected a constant on the right, or Add");
        }
    }

    private void gated(OnnxNode node, int left, int right) {
        int x = DecomposedActivations.siluInput(draft, left, right);
        if (x >= 0) {
            append(node, new Layer.Activate(draft.uniqueName(node.name()), x, draft.tensors.size(), Activation.SILU));
            return;
        }
        DecomposedActivations.Gelu gelu = DecomposedActivations.gelu(draft, left, right, openErfs.keySet());
        if (gelu == null) {
            throw new IllegalArgumentException(
                    "multiplies two activations: expected x * sigmoid(x), the parts of GELU, or a constant");
        }
        Shape shape = values.shape(gelu.x());
        String name = draft.uniqueName(node.name());
        int activated = draft.tensor(node.output(0) + ":gelu", shape, null);
        draft.append(new Layer.Activate(name, gelu.x(), activated, Activation.GELU));
        float[] scale = new float[shape.channels()];
        Arrays.fill(scale, gelu.factor());
        int axis = shape.rank() >= 2 ? 1 : 0;
        append(
                node,
                new Layer.ChannelAffine(
                        draft.uniqueName(name + ":factor"),
                        activated,
                        draft.tensors.size(),
                        axis,
                        scale,
                        new float[scale.length]));
    }

    /** A tensor that stands for erf(input) until GELU is complete; it is never computed on its own. */
    int rememberErf(int input, OnnxNode node) {
        int output = draft.tensor(node.output(0), values.shape(input), null);
        // Any layer does: it is dropped with the rest of the pattern, or refused by name if it is not.
        draft.append(new Layer.Activate(
                DecomposedActivations.ERF + draft.uniqueName(node.name()), input, output, Activation.NONE));
        openErfs.put(output, node);
        return output;
    }

    private void append(OnnxNode node, Layer layer) {
        Shape shape = ShapeRules.outputShape(
                layer, layer.inputs().stream().map(values::shape).toList());
        values.define(node.output(0), draft.tensor(node.output(0), shape, null));
        draft.append(layer);
    }
}
