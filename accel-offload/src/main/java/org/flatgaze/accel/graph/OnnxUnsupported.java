package org.flatgaze.accel.graph;

import java.util.Map;
import org.flatgaze.accel.AcceleratorException;

/** What to use instead of an operator this project cannot run. */
final class OnnxUnsupported {

    private static final String ALL =
            "Conv, Gemm, MatMul, MaxPool, AveragePool, GlobalAveragePool, Add, Sub, Mul, Div, "
                    + "Concat, Resize (nearest), BatchNormalization, LayerNormalization, Softmax, Relu, LeakyRelu, Clip(0,6), "
                    + "Sigmoid, Gelu, Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Slice, Split, Gather (one index), "
                    + "QuantizeLinear, DequantizeLinear";

    private static final Map<String, String> NEAREST = Map.ofEntries(
            Map.entry("Tanh", "Sigmoid: tanh(x) = 2 sigmoid(2x) - 1"),
            Map.entry("HardSwish", "SiLU (Sigmoid and Mul)"),
            Map.entry("HardSigmoid", "Sigmoid"),
            Map.entry("Elu", "LeakyRelu"),
            Map.entry("Selu", "LeakyRelu"),
            Map.entry("PRelu", "LeakyRelu with one slope"),
            Map.entry("Softplus", "Relu"),
            Map.entry("Swish", "SiLU (Sigmoid and Mul)"),
            Map.entry("ConvTranspose", "Resize (nearest) and Conv"),
            Map.entry("InstanceNormalization", "BatchNormalization or LayerNormalization"),
            Map.entry("GroupNormalization", "BatchNormalization or LayerNormalization"),
            Map.entry("GlobalMaxPool", "MaxPool over the whole picture"),
            Map.entry("ReduceMax", "MaxPool over the whole picture"),
            Map.entry("LpPool", "AveragePool"),
            Map.entry("Einsum", "Transpose and MatMul"),
            Map.entry("QLinearConv", "Conv between DequantizeLinear and QuantizeLinear (QDQ format)"),
            Map.entry("QLinearMatMul", "MatMul between DequantizeLinear and QuantizeLinear (QDQ format)"),
            Map.entry("ConvInteger", "Conv between DequantizeLinear and QuantizeLinear (QDQ format)"),
            Map.entry("MatMulInteger", "MatMul between DequantizeLinear and QuantizeLinear (QDQ format)"),
            Map.entry("DynamicQuantizeLinear", "QuantizeLinear with a constant scale (static quantisation)"),
            Map.entry("Pad", "the pads of the Conv or pool that follows"),
            Map.entry("Shape", "fixed extents: export the model without dynamic axes"),
            Map.entry("LogSoftmax", "Softmax, logarithm outside the model"),
            Map.entry("ArgMax", "leave it out: the caller picks the largest of the outputs"));

    private OnnxUnsupported() {}

    static AcceleratorException operator(OnnxNode node) {
        String nearest = NEAREST.get(node.op());
        return node.fail("uses operator " + (node.domain().isEmpty() ? "" : node.domain() + ".") + node.op()
                + " which is not supported; "
                + (nearest != null ? "nearest supported form: " + nearest : "supported: " + ALL));
    }
}
