package org.flatgaze.accel.graph;

import static org.flatgaze.accel.graph.OnnxWriter.integer;
import static org.flatgaze.accel.graph.OnnxWriter.ints;
import static org.flatgaze.accel.graph.OnnxWriter.real;
import static org.flatgaze.accel.graph.OnnxWriter.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    private OnnxExport(LayerGraph graph, boolean halved) {
        this.graph = graph;
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
        graph.inputs().forEach(t -> file.input(graph.tensors().get(t)));
        graph.layers().forEach(this::layer);
        graph.outputs().forEach(t -> file.output(graph.tensors().get(t)));
        return file.finish();
    }

    private void layer(Layer layer) {
        Tensor out = graph.output(layer);
        switch (layer) {
            case Layer.Quantize q -> finish(q.name(), name(q.input()), Activation.NONE, out);
            case Layer.Dequantize d -> simple("Identity", d, Activation.NONE, out);
            case Layer.Conv conv -> conv(conv, out);
            case Layer.Linear linear -> linear(linear, out);
            case Layer.Pool pool -> pool(pool, out);
            case Layer.GlobalAveragePool _ -> simple("GlobalAveragePool", layer, Activation.NONE, out);
            case Layer.Add add -> simple("Add", add, add.activation(), out);
            case Layer.Concat concat -> simple("Concat", concat, Activation.NONE, out, integer("axis", concat.axis()));
            case Layer.Activate activate -> {
                String from = operands(layer).getFirst();
                finish(layer.name(), from, activate.activation(), out);
            }
            case Layer.Upsample up -> upsample(up, out);
            case Layer.ChannelAffine affine -> affine(affine, out);
            case Layer.Reshape _ -> {
                int[] extents = out.shape().toArray();
                String shape = file.longs(
                        layer.name() + ":shape",
                        Arrays.stream(extents).asLongStream().toArray());
                body("Reshape", layer, List.of(operands(layer).getFirst(), shape), Activation.NONE, out);
            }
            case Layer.Transpose transpose ->
                simple(
                        "Transpose",
                        transpose,
                        Activation.NONE,
                        out,
                        ints(
                                "perm",
                                transpose.permutation().stream()
                                        .mapToLong(Integer::longValue)
                                        .toArray()));
            case Layer.Slice slice -> slice(slice, out);
            case Layer.Softmax _, Layer.LayerNorm _, Layer.MatMul _, Layer.Attention _, Layer.Constant _ ->
                throw refuse(layer, "only layers of convolutional networks are written");
        }
    }

    private AcceleratorException refuse(Layer layer, String why) {
        return new AcceleratorException("model " + graph.name() + ": layer " + layer.name() + ": " + why);
    }

    /** Whether a tensor is written in 8 bits. */
    private static boolean isInteger(Tensor tensor) {
        return tensor.isQuantized() && !tensor.quant().isPerChannel();
    }

    private String name(int tensor) {
        return graph.tensors().get(tensor).name();
    }

    /** Names of a layer's inputs in float32. Every reader dequantises for itself: that is the pattern that is fused. */
    private List<String> operands(Layer layer) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < layer.inputs().size(); i++) {
            Tensor in = graph.input(layer, i);
            String own = layer.name() + ":in" + i;
            names.add(isInteger(in) ? dequantize(own, in, own) : in.name());
        }
        return names;
    }

    private String dequantize(String node, Tensor from, String to) {
        List<String> inputs = new ArrayList<>(List.of(from.name()));
        inputs.addAll(scaleAndZero(node, from.quant()));
        return file.node("DequantizeLinear", node, inputs, to);
    }

    private void quantize(String node, String from, Tensor to) {
        List<String> inputs = new ArrayList<>(List.of(from));
        inputs.addAll(scaleAndZero(node, to.quant()));
        file.node("QuantizeLinear", node, inputs, to.name());
    }

    private List<String> scaleAndZero(String node, QuantParams quant) {
        return List.of(
                file.floats(node + ":scale", quant.scales()),
                file.bytes(node + ":zero", quant.signed(), quant.zeroPoints()));
    }

    private void simple(String op, Layer layer, Activation activation, Tensor out, AttributeProto... attributes) {
        body(op, layer, operands(layer), activation, out, attributes);
    }

    private void body(
            String op,
            Layer layer,
            List<String> inputs,
            Activation activation,
            Tensor out,
            AttributeProto... attributes) {
        boolean isLast = activation.isNone() && !isInteger(out);
        String result = file.node(op, layer.name(), inputs, isLast ? out.name() : layer.name() + ":sum", attributes);
        if (!isLast) {
            finish(layer.name(), result, activation, out);
        }
    }

    /** The activation and the way to 8 bits, as far as there are any. */
    private void finish(String layer, String from, Activation activation, Tensor out) {
        String to = isInteger(out) ? layer + ":real" : out.name();
        String real =
                switch (activation.kind()) {
                    case NONE -> from;
                    case RELU -> file.node("Relu", layer + ":relu", List.of(from), to);
                    case LEAKY_RELU ->
                        file.node(
                                "LeakyRelu", layer + ":relu", List.of(from), to, real("alpha", activation.slope()));
                    case RELU6 -> {
                        String low = file.floats(layer + ":low", new float[] {0});
                        String high = file.floats(layer + ":high", new float[] {6});
                        yield file.node("Clip", layer + ":relu6", List.of(from, low, high), to);
                    }
                    case SIGMOID -> file.node("Sigmoid", layer + ":sigmoid", List.of(from), to);
                    case SILU -> {
                        String gate = file.node("Sigmoid", layer + ":sigmoid", List.of(from), layer + ":gate");
                        yield file.node("Mul", layer + ":silu", List.of(from, gate), to);
                    }
                    case GELU ->
                        throw new AcceleratorException(
                                "model " + graph.name() + ": layer " + layer + ": operator set 13 has no GELU");
                };
        if (isInteger(out)) {
            quantize(layer + ":out", real, out);
        } else if (activation.isNone()) {
            file.node("Identity", layer + ":same", List.of(real), out.name());
        }
    }

    private void conv(Layer.Conv conv, Tensor out) {
        Shape in = graph.input(conv, 0).shape();
        Window w = conv.window();
        int inputs = in.channels() / conv.groups();
        long[] shape = {out.shape().channels(), inputs, w.kernelRows(), w.kernelColumns()};
        List<String> operands = operands(conv);
        operands.addAll(weights.of(conv.name(), conv.weights(), quant(conv), w.taps(), conv.groups(), shape));
        body(
                "Conv",
                conv,
                operands,
                conv.activation(),
                out,
                ints("kernel_shape", w.kernelRows(), w.kernelColumns()),
                ints("strides", w.strideRows(), w.strideColumns()),
                ints("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight()),
                ints("dilations", w.dilationRows(), w.dilationColumns()),
                integer("group", conv.groups()));
    }

    private QuantParams quant(Layer layer) {
        return graph.input(layer, 0).quant();
    }

    private void linear(Layer.Linear linear, Tensor out) {
        Shape in = graph.input(linear, 0).shape();
        if (in.rank() != 2) {
            throw refuse(linear, "input " + in + ": expected 1 x features");
        }
        int features = in.extent(-1);
        List<String> operands = operands(linear);
        operands.addAll(weights.of(
                linear.name(), linear.weights(), quant(linear), 1, 1, out.shape().extent(-1), features));
        body("Gemm", linear, operands, linear.activation(), out, integer("transB", 1));
    }

    private void pool(Layer.Pool pool, Tensor out) {
        Window w = pool.window();
        if (w.dilationRows() != 1 || w.dilationColumns() != 1) {
            throw refuse(pool, "a pool with gaps in its window has no place in operator set 13");
        }
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                ints("kernel_shape", w.kernelRows(), w.kernelColumns()),
                ints("strides", w.strideRows(), w.strideColumns()),
                ints("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight())));
        boolean isMean = pool.kind() == Layer.Pool.Kind.AVERAGE;
        if (isMean) {
            attributes.add(integer("count_include_pad", pool.countPadding() ? 1 : 0));
        }
        simple(
                isMean ? "AveragePool" : "MaxPool",
                pool,
                Activation.NONE,
                out,
                attributes.toArray(AttributeProto[]::new));
    }

    private void upsample(Layer.Upsample up, Tensor out) {
        float[] scales = {1, 1, up.factorRows(), up.factorColumns()};
        List<String> inputs =
                List.of(operands(up).getFirst(), "", file.floats(up.name() + ":scales", scales, scales.length));
        body(
                "Resize",
                up,
                inputs,
                Activation.NONE,
                out,
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"));
    }

    private void affine(Layer.ChannelAffine affine, Tensor out) {
        String name = affine.name();
        int n = affine.scale().length;
        if (affine.axis() == 1 && out.shape().isPicture()) {
            // One pass over the picture, where a product and a sum are two.
            float[] ones = new float[n];
            Arrays.fill(ones, 1);
            List<String> inputs = List.of(
                    operands(affine).getFirst(),
                    file.floats(name + ":factor", affine.scale(), n),
                    file.floats(name + ":shift", affine.shift(), n),
                    file.floats(name + ":mean", new float[n], n),
                    file.floats(name + ":variance", ones, n));
            body("BatchNormalization", affine, inputs, Activation.NONE, out, real("epsilon", 0));
            return;
        }
        long[] shape = new long[out.shape().rank()];
        Arrays.fill(shape, 1);
        shape[affine.axis()] = n;
        String product = file.node(
                "Mul",
                name + ":product",
                List.of(operands(affine).getFirst(), file.floats(name + ":factor", affine.scale(), shape)),
                name + ":scaled");
        body(
                "Add",
                affine,
                List.of(product, file.floats(name + ":shift", affine.shift(), shape)),
                Activation.NONE,
                out);
    }

    private void slice(Layer.Slice slice, Tensor out) {
        String name = slice.name();
        List<String> inputs = List.of(
                operands(slice).getFirst(),
                file.longs(name + ":starts", slice.start()),
                file.longs(name + ":ends", slice.start() + slice.length()),
                file.longs(name + ":axes", slice.axis()));
        body("Slice", slice, inputs, Activation.NONE, out);
    }
}
