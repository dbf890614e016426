package org.flatgaze.accel.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.TensorSpec.ElementType;

/** A loaded session; its executions may run at the same time in different threads. */
final class OnnxProgram implements Program {

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private volatile boolean closed;

    OnnxProgram(String name, OrtEnvironment environment, OrtSession session) throws OrtException {
        this.name = name;
        this.environment = environment;
        this.session = session;
        this.inputs = specs(name, "input", session.getInputInfo());
        this.outputs = specs(name, "output", session.getOutputInfo());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Execution newExecution() {
        requireOpen();
        try {
            return new OnnxExecution(this, environment, session);
        } catch (OrtException e) {
            throw OnnxFailure.of(name, "allocating inputs and outputs", e);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) { // the library throws when a session is closed twice
            return;
        }
        closed = true;
        try {
            session.close();
        } catch (OrtException e) {
            throw OnnxFailure.of(name, "closing", e);
        }
    }

    void requireOpen() {
        if (closed) {
            throw new AcceleratorException("model " + name + ": the program is closed");
        }
    }

    private static List<TensorSpec> specs(String model, String role, Map<String, NodeInfo> nodes) {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes.values()) {
            String where = "model " + model + ": " + role + " " + node.getName();
            if (!(node.getInfo() instanceof TensorInfo tensor)) {
                throw new AcceleratorException(where + " is not a tensor");
            }
            specs.add(new TensorSpec(node.getName(), elementType(where, tensor.type), shape(where, tensor)));
        }
        return List.copyOf(specs);
    }

    private static int[] shape(String where, TensorInfo tensor) {
        long[] extents = tensor.getShape();
        String[] names = tensor.getDimensionNames();
        int[] shape = new int[extents.length];
        for (int d = 0; d < extents.length; d++) {
            if (extents[d] < 0) {
                String dimension = d < names.length && !names[d].isEmpty() ? "'" + names[d] + "'" : Integer.toString(d);
                throw new AcceleratorException(where + " has dynamic dimension " + dimension
                        + "; export the model with fixed extents and batch 1");
            }
            shape[d] = Math.toIntExact(extents[d]);
        }
        return shape;
    }

    private static ElementType elementType(String where, OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> ElementType.FLOAT32;
            case INT8 -> ElementType.INT8;
            case UINT8 -> ElementType.UINT8;
            case INT32 -> ElementType.INT32;
            case INT64 -> ElementType.INT64;
            case DOUBLE, INT16, BOOL, STRING, FLOAT16, BFLOAT16, UNKNOWN ->
                throw new AcceleratorException(where + " holds " + type.name().toLowerCase(java.util.Locale.ROOT)
                        + "; expected float32, int8, uint8, int32 or int64");
        };
    }

    static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
        };
    }
}
