package org.flatgaze.accel.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layer normalisation spelled out, as exporters write it below operator set 17: {@code d = x - mean(x)},
 * {@code d / sqrt(mean(d^2) + epsilon)}. The quotient becomes one LayerNormalization node without factors; the product
 * and sum with constants behind it are folded in later.
 */
final class OnnxLayerNorms {

    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, OnnxConstant> constants = new HashMap<>();
    private final Set<NodeProto> parts = new HashSet<>();

    private OnnxLayerNorms(GraphProto graph) {
        for (TensorProto initializer : graph.getInitializerList()) {
            // Only exponents, epsilons and axes are looked at: large weights are left to the translator.
            if (initializer.getDimsCount() <= 1 && initializer.getSerializedSize() < 128) {
                constants.put(initializer.getName(), OnnxConstant.of(initializer));
            }
        }
        for (NodeProto node : graph.getNodeList()) {
            for (String output : node.getOutputList()) {
                producers.put(output, node);
            }
        }
    }

    /** The nodes of a graph with each spelled-out normalisation as one. */
    static List<NodeProto> joined(GraphProto graph) {
        if (graph.getNodeList().stream().noneMatch(node -> node.getOpType().equals("Sqrt"))) {
            return graph.getNodeList();
        }
        OnnxLayerNorms norms = new OnnxLayerNorms(graph);
        List<NodeProto> nodes = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            NodeProto norm = node.getOpType().equals("Div") ? norms.norm(node) : null;
            nodes.add(norm != null ? norm : node);
        }
        norms.dropUnread(nodes, graph);
        return nodes;
    }

    /** The node that a quotient stands for, or null. */
    private NodeProto norm(NodeProto quotient) {
        NodeProto centred = producer(quotient, 0, "Sub");
        NodeProto root = producer(quotient, 1, "Sqrt");
        NodeProto sum = root == null ? null : producer(root, 0, "Add");
        if (centred == null || sum == null) {
            return null;
        }
        NodeProto mean = producer(centred, 1, "ReduceMean");
        int varianceAt = producer(sum, 0, "ReduceMean") != null ? 0 : 1;
        NodeProto variance = producer(sum, varianceAt, "ReduceMean");
        Double epsilon = scalar(sum.getInput(1 - varianceAt));
        if (mean == null
                || variance == null
                || epsilon == null
                || !mean.getInput(0).equals(centred.getInput(0))) {
            return null;
        }
        NodeProto square = producers.get(variance.getInput(0));
        Integer axis = axis(mean);
        if (square == null || !isSquare(square, quotient.getInput(0)) || axis == null || !axis.equals(axis(variance))) {
            return null;
        }
        parts.addAll(List.of(centred, root, sum, mean, variance, square));
        return NodeProto.newBuilder()
                .setName(quotient.getName())
                .setOpType("LayerNormalization")
                .addInput(centred.getInput(0))
                .addOutput(quotient.getOutput(0))
                .addAttribute(AttributeProto.newBuilder().setName("axis").setI(axis))
                .addAttribute(AttributeProto.newBuilder().setName("epsilon").setF(epsilon.floatValue()))
                .build();
    }

    private boolean isSquare(NodeProto node, String of) {
        Double exponent = node.getOpType().equals("Pow") ? scalar(node.getInput(1)) : null;
        boolean power = exponent != null && exponent == 2;
        boolean product = node.getOpType().equals("Mul") && node.getInput(1).equals(of);
        return (power || product) && node.getInput(0).equals(of);
    }

    private NodeProto producer(NodeProto node, int input, String op) {
        NodeProto found = input < node.getInputCount() ? producers.get(node.getInput(input)) : null;
        return found != null && found.getOpType().equals(op) ? found : null;
    }

    private Double scalar(String name) {
        OnnxConstant constant = constant(name);
        return constant == null || constant.elements() != 1 ? null : constant.scalar();
    }

    private OnnxConstant constant(String name) {
        NodeProto node = producers.get(name);
        if (node != null && node.getOpType().equals("Constant")) {
            return new OnnxNode("", node).constant();
        }
        return constants.get(name);
    }

    /** The one axis of a mean that keeps its extent, or null. */
    private Integer axis(NodeProto mean) {
        OnnxNode node = new OnnxNode("", mean);
        int[] axes = node.integers("axes");
        OnnxConstant given = node.input(1).isEmpty() ? null : constant(node.input(1));
        if (given != null && given.integers() != null) {
            axes = given.requireInts();
        }
        return axes.length == 1 && node.integer("keepdims", 1) != 0 ? axes[0] : null;
    }

    private void dropUnread(List<NodeProto> nodes, GraphProto graph) {
        Map<String, Integer> reads = new HashMap<>();
        for (NodeProto node : nodes) {
            node.getInputList().forEach(name -> reads.merge(name, 1, Integer::sum));
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            reads.merge(output.getName(), 1, Integer::sum);
        }
        for (int i = nodes.size() - 1; i >= 0; i--) {
            NodeProto node = nodes.get(i);
            if (parts.contains(node) && reads.getOrDefault(node.getOutput(0), 0) == 0) {
                node.getInputList().forEach(name -> reads.merge(name, -1, Integer::sum));
                nodes.remove(i);
            }
        }
    }
}
