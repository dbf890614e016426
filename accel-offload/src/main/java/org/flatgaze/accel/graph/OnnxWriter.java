package org.flatgaze.accel.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** An ONNX file in the making: nodes in order, constants beside them. Constants get the names they are asked for. */
final class OnnxWriter {

    /** The operator set that brought QuantizeLinear along an axis. */
    private static final int OPSET = 13;

    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph;

    OnnxWriter(String name) {
        this.graph = GraphProto.newBuilder().setName(name);
    }

    void input(String name, TensorProto.DataType type, Shape shape) {
        graph.addInput(value(name, type, shape));
    }

    void output(String name, TensorProto.DataType type, Shape shape) {
        graph.addOutput(value(name, type, shape));
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, Shape shape) {
        TensorShapeProto.Builder extents = TensorShapeProto.newBuilder();
        for (int extent : shape.toArray()) {
            extents.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(extents)))
                .build();
    }

    /** Appends a node with one output; answers that output's name. */
    String node(String op, String name, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(op)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    static AttributeProto ints(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    String floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = little(4 * values.length);
        bytes.asFloatBuffer().put(values);
        return constant(name, TensorProto.DataType.FLOAT_VALUE, bytes, shape);
    }

    String longs(String name, long... values) {
        ByteBuffer bytes = little(8 * values.length);
        bytes.asLongBuffer().put(values);
        return constant(name, TensorProto.DataType.INT64_VALUE, bytes, values.length);
    }

    String int32s(String name, int[] values) {
        ByteBuffer bytes = little(4 * values.length);
        bytes.asIntBuffer().put(values);
        return constant(name, TensorProto.DataType.INT32_VALUE, bytes, values.length);
    }

    /** 8-bit numbers; the low 8 bits of each. */
    String bytes(String name, boolean signed, int[] values, long... shape) {
        ByteBuffer bytes = little(values.length);
        for (int i = 0; i < values.length; i++) {
            bytes.put(i, (byte) values[i]);
        }
        return constant(
                name, signed ? TensorProto.DataType.INT8_VALUE : TensorProto.DataType.UINT8_VALUE, bytes, shape);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String constant(String name, int type, ByteBuffer bytes, long... shape) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type)
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(bytes)));
        return name;
    }

    byte[] finish() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("flatgaze")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }
}
