package org.flatgaze.accel.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;

/**
 * The same product or depth-wise layer run by ONNX Runtime with one thread, from a model of a single node written here.
 * What a kernel of ours is held against.
 */
public final class OnnxReference implements AutoCloseable {

    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int INT32 = 6;
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;

    private final Accelerator accelerator;
    private final Program program;
    private final Execution execution;

    private OnnxReference(byte[] model) {
        accelerator = Accelerators.byId("onnx").open();
        program = accelerator.compile(new ModelSource("reference", model), CompileOptions.singleThreaded());
        execution = program.newExecution();
    }

    /** Whether ONNX Runtime can be loaded here. */
    public static boolean isUsable() {
        return Accelerators.byId("onnx").probe().usable();
    }

    /** {@code rows x inputs} floats times constant {@code inputs x outputs} floats. */
    public static OnnxReference product(int rows, int inputs, int outputs) {
        return new OnnxReference(matMul("MatMul", FLOAT, FLOAT, FLOAT, rows, inputs, outputs, true));
    }

    /** {@code rows x inputs} unsigned bytes times constant {@code inputs x outputs} signed bytes, sums of 32 bits. */
    public static OnnxReference int8Product(int rows, int inputs, int outputs) {
        return new OnnxReference(matMul("MatMulInteger", UINT8, INT8, INT32, rows, inputs, outputs, true));
    }

    /** The same with both factors given at run time. */
    public static OnnxReference int8ProductOfInputs(int rows, int inputs, int outputs) {
        return new OnnxReference(matMul("MatMulInteger", UINT8, INT8, INT32, rows, inputs, outputs, false));
    }

    /** A depth-wise convolution in floats, stride 1, padded to keep the size. */
    public static OnnxReference depthwise(int channels, int height, int width, int kernel) {
        Message weights = new Message()
                .varint(1, channels)
                .varint(1, 1)
                .varint(1, kernel)
                .varint(1, kernel)
                .varint(2, FLOAT)
                .text(8, "w")
                .bytes(9, new byte[4 * channels * kernel * kernel]);
        Message node = new Message()
                .text(1, "x")
                .text(1, "w")
                .text(2, "y")
                .text(4, "Conv")
                .message(5, new Message().text(1, "group").varint(3, channels).varint(20, 2))
                .message(5, integers("kernel_shape", kernel, kernel))
                .message(5, integers("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
        Message graph = new Message()
                .message(1, node)
                .text(2, "reference")
                .message(5, weights)
                .message(11, value("x", FLOAT, 1, channels, height, width))
                .message(12, value("y", FLOAT, 1, channels, height, width));
        return new OnnxReference(model(graph));
    }

    /** Runs once, in the caller's thread, on whatever the inputs hold. */
    public void run() {
        execution.run();
    }

    @Override
    public void close() {
        execution.close();
        program.close();
        accelerator.close();
    }

    private static byte[] matMul(
            String op, int left, int right, int result, int rows, int inputs, int outputs, boolean constant) {
        Message graph = new Message()
                .message(1, new Message().text(1, "x").text(1, "w").text(2, "y").text(4, op))
                .text(2, "reference");
        if (constant) {
            byte[] raw = new byte[Math.multiplyExact(inputs, outputs) * (right == FLOAT ? 4 : 1)];
            for (int i = 0; i < raw.length; i++) {
                raw[i] = (byte) (right == FLOAT ? 0 : i % 251 - 125);
            }
            graph.message(
                    5,
                    new Message()
                            .varint(1, inputs)
                            .varint(1, outputs)
                            .varint(2, right)
                            .text(8, "w")
                            .bytes(9, raw));
        }
        graph.message(11, value("x", left, rows, inputs));
        if (!constant) {
            graph.message(11, value("w", right, inputs, outputs));
        }
        graph.message(12, value("y", result, rows, outputs));
        return model(graph);
    }

    private static byte[] model(Message graph) {
        return new Message()
                .varint(1, IR_VERSION)
                .message(7, graph)
                .message(8, new Message().text(1, "").varint(2, OPSET))
                .toBytes();
    }

    private static Message integers(String name, int... values) {
        Message attribute = new Message().text(1, name);
        for (int value : values) {
            attribute.varint(8, value);
        }
        return attribute.varint(20, 7);
    }

    private static Message value(String name, int type, int... extents) {
        Message shape = new Message();
        for (int extent : extents) {
            shape.message(1, new Message().varint(1, extent));
        }
        Message tensor = new Message().varint(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A protocol buffer message under construction. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message varint(int field, long value) {
            raw((long) field << 3);
            raw(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            raw(((long) field << 3) | 2);
            raw(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.toBytes());
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void raw(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }

    /** Fills an input with small codes, so that nothing is denormal or constant. */
    public void fill() {
        for (int input = 0; input < program.inputs().size(); input++) {
            ByteBuffer buffer = execution.input(input).order(ByteOrder.nativeOrder());
            boolean floats = program.inputs().get(input).type() == org.flatgaze.accel.TensorSpec.ElementType.FLOAT32;
            if (floats) {
                for (int i = 0; i + 4 <= buffer.limit(); i += 4) {
                    buffer.putFloat(i, i % 17 - 8f);
                }
            } else {
                for (int i = 0; i < buffer.limit(); i++) {
                    buffer.put(i, (byte) (i % 113));
                }
            }
        }
    }
}
