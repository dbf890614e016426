package org.flatgaze.accel.graph;

import static org.flatgaze.accel.graph.OnnxWriter.integer;
import static org.flatgaze.accel.graph.OnnxWriter.ints;
import static org.flatgaze.accel.graph.OnnxWriter.real;
import static org.flatgaze.accel.graph.OnnxWriter.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.flatgaze.accel.AcceleratorException;

/**
 * Writes a convolutional {@link LayerGraph} as an ONNX file (operator set 13). Integer layers become the same layers
 * between DequantizeLinear and QuantizeLinear, which is how ONNX says that a layer is meant to run in 8 bits: {@link
 * OnnxImport} reads the graph back, ONNX Runtime and others fuse the pairs into integer kernels.
 *
 * <p>A tensor with one scale per channel, such as a concatenation that keeps the scale of each of its sources, is written in
 * float32: the next convolution has those scales inside its weights, for which ONNX has no word, and ONNX Runtime no kernel.
 * Transformer layers are refused.
 */
public final class OnnxExport {

    private final LayerGraph graph;
    private final OnnxWriter file;
    private final OnnxWeights weights;
    private final String[] names;

    private OnnxExport(LayerGraph graph, boolean halved) {
        this.graph = graph;
        this.names = distinctNames(graph);
        this.file = new OnnxWriter(graph.name());
        this.weights = new OnnxWeights(file, halved);
    }

    /**
     * The bytes of an ONNX file.
     *
     * @throws AcceleratorException if a layer has no place in such a file; one line naming it
     */
    public static byte[] write(LayerGraph graph) {
        return new OnnxExport(graph, false).write();
    }

    /**
     * The same with integer weights of half the size, -64..64. An x86 processor without VNNI adds two products of 8-bit
     * numbers in 16 bits: 2 * 255 * 64 fits there, 2 * 255 * 127 does not.
     *
     * @throws AcceleratorException as {@link #write} does
     */
    public static byte[] writeHalved(LayerGraph graph) {
        return new OnnxExport(graph, true).write();
    }

    private byte[] write() {
        graph.inputs()
                .forEach(t ->
                        file.input(names[t], type(t), graph.tensors().get(t).shape()));
        graph.layers().forEach(this::layer);
        graph.outputs()
                .forEach(t ->
                        file.output(names[t], type(t), graph.tensors().get(t).shape()));
        return file.finish();
    }

    /** Inputs and outputs keep their names; inside, two tensors may have one, and a colon marks what this class adds. */
    private static String[] distinctNames(LayerGraph graph) {
        String[] names = new String[graph.tensors().size()];
        Set<String> taken = new HashSet<>();
        Stream.concat(graph.inputs().stream(), graph.outputs().stream()).forEach(t -> {
            names[t] = graph.tensors().get(t).name();
            taken.add(names[t]);
        });
        for (int t = 0; t < names.length; t++) {
            if (names[t] == null) {
                String plain = graph.tensors().get(t).name().replace(':', '_');
                names[t] = plain;
                for (int i = 2; !taken.add(names[t]); i++) {
                    names[t] = plain + "_" + i;
                }
            }
        }
        return names;
    }

    private TensorProto.DataType type(int tensor) {
        Tensor t = graph.tensors().get(tensor);
        if (!isInteger(t)) {
            return TensorProto.DataType.FLOAT;
        }
        return t.quant().signed() ? TensorProto.DataType.INT8 : TensorProto.DataType.UINT8;
    }

    private void layer(Layer layer) {
        switch (layer) {
            case Layer.Quantize _, Layer.Activate _ ->
                finish(layer, operands(layer).getFirst());
            case Layer.Dequantize _ -> node("Identity", layer, operands(layer));
            case Layer.Conv conv -> conv(conv);
            case Layer.Linear linear -> linear(linear);
            case Layer.Pool pool -> pool(pool);
            case Layer.GlobalAveragePool _ -> node("GlobalAveragePool", layer, operands(layer));
            case Layer.Add _ -> node("Add", layer, operands(layer));
            case Layer.Concat concat -> node("Concat", concat, operands(layer), integer("axis", concat.axis()));
            case Layer.Upsample up -> upsample(up);
            case Layer.ChannelAffine affine -> affine(affine);
            case Layer.Reshape _ -> {
                int[] extents = graph.output(layer).shape().toArray();
                String shape = file.longs(
                        layer.name() + ":shape",
                        Arrays.stream(extents).asLongStream().toArray());
                node("Reshape", layer, List.of(operands(layer).getFirst(), shape));
            }
            case Layer.Transpose transpose -> {
                long[] axes = transpose.permutation().stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                node("Transpose", layer, operands(layer), ints("perm", axes));
            }
            case Layer.Slice slice -> slice(slice);
            case Layer.Softmax _, Layer.LayerNorm _, Layer.MatMul _, Layer.Attention _, Layer.Constant _ ->
                throw refuse(layer, "only layers of convolutional networks are written");
        }
    }

    /** What follows a layer's own operator. */
    private static Activation activation(Layer layer) {
        return switch (layer) {
            case Layer.Conv conv -> conv.activation();
            case Layer.Linear linear -> linear.activation();
            case Layer.Add add -> add.activation();
            case Layer.Activate activate -> activate.activation();
            default -> Activation.NONE;
        };
    }

    private AcceleratorException refuse(Layer layer, String why) {
        return new AcceleratorException("model " + graph.name() + ": layer " + layer.name() + ": " + why);
    }

    /** Whether a tensor is written in 8 bits. */
    private static boolean isInteger(Tensor tensor) {
        return tensor.isQuantized() && !tensor.quant().isPerChannel();
    }

    /** Names of a layer's inputs in float32. Every reader dequantises for itself: that is the pattern that is fused. */
    private List<String> operands(Layer layer) {
        List<String> real = new ArrayList<>();
        for (int i = 0; i < layer.inputs().size(); i++) {
            Tensor in = graph.input(layer, i);
            String name = names[layer.inputs().get(i)];
            real.add(isInteger(in) ? dequantize(name, in.quant(), layer.name() + ":in" + i) : name);
        }
        return real;
    }

    private String dequantize(String from, QuantParams quant, String to) {
        List<String> inputs = new ArrayList<>(List.of(from));
        inputs.addAll(scaleAndZero(to, quant));
        return file.node("DequantizeLinear", to, inputs, to);
    }

    private List<String> scaleAndZero(String node, QuantParams quant) {
        return List.of(
                file.floats(node + ":scale", quant.scales()),
                file.bytes(node + ":zero", quant.signed(), quant.zeroPoints()));
    }

    /** A layer's own operator, then its activation and its way to 8 bits. */
    private void node(String op, Layer layer, List<String> inputs, AttributeProto... attributes) {
        Tensor out = graph.output(layer);
        if (activation(layer).isNone() && !isInteger(out)) {
            file.node(op, layer.name(), inputs, names[layer.output()], attributes);
        } else {
            finish(layer, file.node(op, layer.name(), inputs, layer.name() + ":sum", attributes));
        }
    }

    /** The activation and the way to 8 bits, as far as there are any. */
    private void finish(Layer layer, String from) {
        String name = layer.name();
        Tensor out = graph.output(layer);
        Activation activation = activation(layer);
        String to = isInteger(out) ? name + ":real" : names[layer.output()];
        String real = switch (activation.kind()) {
            case NONE -> from;
            case RELU -> file.node("Relu", name + ":relu", List.of(from), to);
            case LEAKY_RELU ->
                file.node("LeakyRelu", name + ":relu", List.of(from), to, real("alpha", activation.slope()));
            case RELU6 -> {
                String low = file.floats(name + ":low", new float[] {0});
                String high = file.floats(name + ":high", new float[] {6});
                yield file.node("Clip", name + ":relu6", List.of(from, low, high), to);
            }
            case SIGMOID -> file.node("Sigmoid", name + ":sigmoid", List.of(from), to);
            case SILU -> {
                String gate = file.node("Sigmoid", name + ":sigmoid", List.of(from), name + ":gate");
                yield file.node("Mul", name + ":silu", List.of(from, gate), to);
            }
            case GELU -> gelu(name, from, to);
        };
        if (isInteger(out)) {
            List<String> inputs = new ArrayList<>(List.of(real));
            inputs.addAll(scaleAndZero(name + ":out", out.quant()));
            file.node("QuantizeLinear", name + ":out", inputs, names[layer.output()]);
        } else if (activation.isNone()) {
            file.node("Identity", name + ":same", List.of(real), names[layer.output()]);
        }
    }

    /** (x * (1 + erf(x / sqrt 2))) / 2: operator set 13 has no word for it. */
    private String gelu(String name, String from, String to) {
        String divided = product(name + ":divided", from, (float) Math.sqrt(0.5), name + ":erf:in");
        String erf = file.node("Erf", name + ":erf", List.of(divided), name + ":erf:out");
        String one = file.floats(name + ":one", new float[] {1});
        String gate = file.node("Add", name + ":plus", List.of(erf, one), name + ":gate");
        String twice = file.node("Mul", name + ":gated", List.of(from, gate), name + ":twice");
        return product(name + ":gelu", twice, 0.5f, to);
    }

    private String product(String node, String from, float factor, String to) {
        return file.node("Mul", node, List.of(from, file.floats(node + ":factor", new float[] {factor})), to);
    }

    private void conv(Layer.Conv conv) {
        Shape in = graph.input(conv, 0).shape();
        Window w = conv.window();
        int inputs = in.channels() / conv.groups();
        long[] shape = {graph.output(conv).shape().channels(), inputs, w.kernelRows(), w.kernelColumns()};
        List<String> operands = operands(conv);
        operands.addAll(weights.of(conv.name(), conv.weights(), quant(conv), w.taps(), conv.groups(), shape));
        node(
                "Conv",
                conv,
                operands,
                ints("kernel_shape", w.kernelRows(), w.kernelColumns()),
                ints("strides", w.strideRows(), w.strideColumns()),
                ints("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight()),
                ints("dilations", w.dilationRows(), w.dilationColumns()),
                integer("group", conv.groups()));
    }

    private QuantParams quant(Layer layer) {
        return graph.input(layer, 0).quant();
    }

    private void linear(Layer.Linear linear) {
        Shape in = graph.input(linear, 0).shape();
        if (in.rank() != 2) {
            throw refuse(linear, "input " + in + ": expected 1 x features");
        }
        int features = in.extent(-1);
        int outputs = graph.output(linear).shape().extent(-1);
        List<String> operands = operands(linear);
        operands.addAll(weights.of(linear.name(), linear.weights(), quant(linear), 1, 1, outputs, features));
        node("Gemm", linear, operands, integer("transB", 1));
    }

    private void pool(Layer.Pool pool) {
        Window w = pool.window();
        boolean isMean = pool.kind() == Layer.Pool.Kind.AVERAGE;
        boolean hasGaps = w.dilationRows() != 1 || w.dilationColumns() != 1;
        if (isMean && hasGaps) {
            throw refuse(pool, "a mean with gaps in its window has no place in operator set 13");
        }
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                ints("kernel_shape", w.kernelRows(), w.kernelColumns()),
                ints("strides", w.strideRows(), w.strideColumns()),
                ints("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight())));
        if (isMean) {
            attributes.add(integer("count_include_pad", pool.countPadding() ? 1 : 0));
        } else if (hasGaps) {
            attributes.add(ints("dilations", w.dilationRows(), w.dilationColumns()));
        }
        node(isMean ? "AveragePool" : "MaxPool", pool, operands(pool), attributes.toArray(AttributeProto[]::new));
    }

    private void upsample(Layer.Upsample up) {
        float[] scales = {1, 1, up.factorRows(), up.factorColumns()};
        List<String> inputs =
                List.of(operands(up).getFirst(), "", file.floats(up.name() + ":scales", scales, scales.length));
        node(
                "Resize",
                up,
                inputs,
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"));
    }

    private void affine(Layer.ChannelAffine affine) {
        String name = affine.name();
        int n = affine.scale().length;
        Shape shape = graph.output(affine).shape();
        if (affine.axis() == 1 && shape.isPicture()) {
            // One pass over the picture, where a product and a sum are two.
            float[] ones = new float[n];
            Arrays.fill(ones, 1);
            List<String> inputs = List.of(
                    operands(affine).getFirst(),
                    file.floats(name + ":factor", affine.scale(), n),
                    file.floats(name + ":shift", affine.shift(), n),
                    file.floats(name + ":mean", new float[n], n),
                    file.floats(name + ":variance", ones, n));
            node("BatchNormalization", affine, inputs, real("epsilon", 0));
            return;
        }
        long[] along = new long[shape.rank()];
        Arrays.fill(along, 1);
        along[affine.axis()] = n;
        String product = file.node(
                "Mul",
                name + ":product",
                List.of(operands(affine).getFirst(), file.floats(name + ":factor", affine.scale(), along)),
                name + ":scaled");
        node("Add", affine, List.of(product, file.floats(name + ":shift", affine.shift(), along)));
    }

    private void slice(Layer.Slice slice) {
        String name = slice.name();
        List<String> inputs = List.of(
                operands(slice).getFirst(),
                file.longs(name + ":starts", slice.start()),
                file.longs(name + ":ends", slice.start() + slice.length()),
                file.longs(name + ":axes", slice.axis()));
        node("Slice", slice, inputs);
    }
}
