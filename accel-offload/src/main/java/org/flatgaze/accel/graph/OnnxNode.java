package org.flatgaze.accel.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.nio.charset.StandardCharsets;
import org.flatgaze.accel.AcceleratorException;

/** A node with its attributes by name and the words for complaining about it. */
final class OnnxNode {

    private final String model;
    private final NodeProto proto;

    OnnxNode(String model, NodeProto proto) {
        this.model = model;
        this.proto = proto;
    }

    String op() {
        return proto.getOpType();
    }

    /** The node's name, or that of its output where it has none. */
    String name() {
        return proto.getName().isEmpty() ? op() + "_" + output(0) : proto.getName();
    }

    String domain() {
        return proto.getDomain();
    }

    int inputs() {
        return proto.getInputCount();
    }

    int outputs() {
        return proto.getOutputCount();
    }

    /** Name of an input, empty if it is left out. */
    String input(int index) {
        return index < proto.getInputCount() ? proto.getInput(index) : "";
    }

    String output(int index) {
        return index < proto.getOutputCount() ? proto.getOutput(index) : "";
    }

    boolean has(String attribute) {
        return find(attribute) != null;
    }

    int integer(String attribute, int absent) {
        AttributeProto found = find(attribute);
        return found == null ? absent : Math.toIntExact(found.getI());
    }

    float real(String attribute, float absent) {
        AttributeProto found = find(attribute);
        return found == null ? absent : found.getF();
    }

    String text(String attribute, String absent) {
        AttributeProto found = find(attribute);
        return found == null ? absent : found.getS().toString(StandardCharsets.UTF_8);
    }

    int[] integers(String attribute, int... absent) {
        AttributeProto found = find(attribute);
        return found == null
                ? absent
                : found.getIntsList().stream().mapToInt(Math::toIntExact).toArray();
    }

    float[] reals(String attribute) {
        AttributeProto found = find(attribute);
        float[] out = new float[found == null ? 0 : found.getFloatsCount()];
        for (int i = 0; i < out.length; i++) {
            out[i] = found.getFloats(i);
        }
        return out;
    }

    /** A Constant node's value. */
    OnnxConstant constant() {
        if (has("value")) {
            return OnnxConstant.of(find("value").getT());
        }
        if (has("value_float")) {
            return OnnxConstant.ofFloats(new int[0], new float[] {real("value_float", 0)});
        }
        if (has("value_int")) {
            return new OnnxConstant(new int[0], null, new long[] {integer("value_int", 0)}, false, null);
        }
        if (has("value_ints")) {
            long[] values = java.util.Arrays.stream(integers("value_ints"))
                    .asLongStream()
                    .toArray();
            return new OnnxConstant(new int[] {values.length}, null, values, false, null);
        }
        if (has("value_floats")) {
            float[] values = reals("value_floats");
            return OnnxConstant.ofFloats(new int[] {values.length}, values);
        }
        throw fail("has no numeric value");
    }

    AcceleratorException fail(String what) {
        return new AcceleratorException("model " + model + ": node " + name() + " (" + op() + ") " + what);
    }

    private AttributeProto find(String attribute) {
        for (AttributeProto candidate : proto.getAttributeList()) {
            if (candidate.getName().equals(attribute)) {
                return candidate;
            }
        }
        return null;
    }
}
