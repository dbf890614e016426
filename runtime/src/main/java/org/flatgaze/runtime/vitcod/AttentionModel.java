package org.flatgaze.runtime.vitcod;

import org.flatgaze.accel.ModelSource;

/** One layer's dense attention as an ONNX file, to hold our dense kernel against ONNX Runtime. */
final class AttentionModel {

    /** TensorProto.DataType and AttributeProto.AttributeType of the ONNX specification. */
    private static final int FLOAT = 1;

    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private AttentionModel() {}

    /** Matrix product, softmax, matrix product over inputs of shape (heads, tokens, depth). */
    static ModelSource unfused(int heads, int queries, int keys, int depth, int valueDepth) {
        ProtoWriter graph = new ProtoWriter()
                .message(1, node("Transpose", "kt", "k").message(5, ints("perm", 0, 2, 1)))
                .message(1, node("MatMul", "products", "q", "kt"))
                .message(1, node("Mul", "scores", "products", "scale"))
                .message(1, node("Softmax", "weights", "scores").message(5, integer("axis", -1)))
                .message(1, node("MatMul", "out", "weights", "v"))
                .text(2, "attention")
                .message(5, new ProtoWriter().number(2, FLOAT).text(8, "scale").real(4, (float) (1 / Math.sqrt(depth))))
                .message(11, value("q", heads, queries, depth))
                .message(11, value("k", heads, keys, depth))
                .message(11, value("v", heads, keys, valueDepth))
                .message(12, value("out", heads, queries, valueDepth));
        return model("attention-unfused", graph);
    }

    /** ONNX Runtime's fused operator over inputs of shape (1, tokens, (long) heads * depth). */
    static ModelSource fused(int heads, int queries, int keys, int depth, int valueDepth) {
        ProtoWriter fused = node("MultiHeadAttention", "out", "q", "k", "v")
                .message(5, integer("num_heads", heads))
                .text(7, "com.microsoft");
        ProtoWriter graph = new ProtoWriter()
                .message(1, fused)
                .text(2, "attention")
                .message(11, value("q", 1, queries, (long) heads * depth))
                .message(11, value("k", 1, keys, (long) heads * depth))
                .message(11, value("v", 1, keys, (long) heads * valueDepth))
                .message(12, value("out", 1, queries, (long) heads * valueDepth));
        return model("attention-fused", graph);
    }

    private static ModelSource model(String name, ProtoWriter graph) {
        ProtoWriter model = new ProtoWriter()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new ProtoWriter().text(1, "").number(2, OPSET))
                .message(8, new ProtoWriter().text(1, "com.microsoft").number(2, 1));
        return new ModelSource(name, model.toBytes());
    }

    private static ProtoWriter node(String operator, String output, String... inputs) {
        ProtoWriter node = new ProtoWriter();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(3, output).text(4, operator);
    }

    private static ProtoWriter integer(String name, long value) {
        return new ProtoWriter().text(1, name).number(3, value).number(20, ATTRIBUTE_INT);
    }

    private static ProtoWriter ints(String name, long... values) {
        ProtoWriter attribute = new ProtoWriter().text(1, name);
        for (long value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, ATTRIBUTE_INTS);
    }

    private static ProtoWriter value(String name, long... extents) {
        ProtoWriter shape = new ProtoWriter();
        for (long extent : extents) {
            shape.message(1, new ProtoWriter().number(1, extent));
        }
        ProtoWriter tensor = new ProtoWriter().number(1, FLOAT).message(2, shape);
        return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
    }
}
