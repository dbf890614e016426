package org.flatgaze.accel.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;

/**
 * Reads an ONNX file (operator sets 9 to 21, float32 or quantised with QuantizeLinear/DequantizeLinear pairs) as a
 * {@link LayerGraph}.
 *
 * <p>Batch normalisation directly behind a convolution is folded into it; activations are fused into the layer before;
 * the usual decompositions of SiLU, GELU and layer normalisation are recognised. A layer between dequantised inputs and a quantised output
 * becomes an integer layer; anything else of a quantised model stays in float32.
 */
public final class OnnxImport {

    private static final int OLDEST_OPSET = 9;

    private OnnxImport() {}

    /**
     * Reads a model; bytes of a {@link GraphFile} are taken as well.
     *
     * @throws AcceleratorException if the file is corrupt, has dynamic shapes, weights that are not finite, or an
     *     operator that is not supported; one line naming the model and the node
     */
    public static LayerGraph read(ModelSource source) {
        String name = source.name();
        if (GraphFile.isGraph(source.onnx())) {
            return GraphFile.read(name, source.onnx());
        }
        ModelProto model;
        try {
            model = ModelProto.parseFrom(source.onnx());
        } catch (InvalidProtocolBufferException e) {
            throw new AcceleratorException("model " + name + ": not an ONNX file, or cut short", e);
        }
        if (model.getGraph().getNodeCount() == 0) {
            throw new AcceleratorException("model " + name + ": not an ONNX file, or a graph without nodes");
        }
        for (OperatorSetIdProto opset : model.getOpsetImportList()) {
            if (opset.getDomain().isEmpty() && opset.getVersion() < OLDEST_OPSET) {
                throw new AcceleratorException("model " + name + ": operator set " + opset.getVersion() + ": expected "
                        + OLDEST_OPSET + " or newer; convert it with onnx.version_converter");
            }
        }
        return read(name, model.getGraph());
    }

    private static LayerGraph read(String name, GraphProto graph) {
        GraphDraft draft = new GraphDraft(name);
        OnnxValues values = new OnnxValues(draft);
        for (TensorProto initializer : graph.getInitializerList()) {
            try {
                values.define(initializer.getName(), OnnxConstant.of(initializer));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new AcceleratorException("model " + name + ": " + e.getMessage(), e);
            }
        }
        for (ValueInfoProto input : graph.getInputList()) {
            // Old exporters list the weights among the inputs.
            if (!values.isConstant(input.getName())) {
                int tensor = draft.tensor(input.getName(), inputShape(name, input), null);
                draft.inputs.add(tensor);
                values.define(input.getName(), tensor);
            }
        }
        OnnxTranslator translator = new OnnxTranslator(draft, values);
        for (NodeProto proto : nodes(name, graph)) {
            OnnxNode node = new OnnxNode(name, proto);
            try {
                translator.translate(node);
            } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
                throw new AcceleratorException(node.fail(e.getMessage()).getMessage(), e);
            }
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            if (!values.isTensor(output.getName())) {
                throw new AcceleratorException("model " + name + ": output " + output.getName()
                        + " is written by no node that depends on an input");
            }
            draft.outputs.add(values.tensor(output.getName()));
        }
        GraphFusion.run(draft);
        QdqFusion.run(draft);
        return draft.finish();
    }

    private static List<NodeProto> nodes(String name, GraphProto graph) {
        try {
            return OnnxLayerNorms.joined(graph);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new AcceleratorException("model " + name + ": " + e.getMessage(), e);
        }
    }

    private static Shape inputShape(String model, ValueInfoProto input) {
        String where = "model " + model + ": input " + input.getName();
        int type = input.getType().getTensorType().getElemType();
        if (type != TensorProto.DataType.FLOAT_VALUE) {
            TensorProto.DataType known = TensorProto.DataType.forNumber(type);
            throw new AcceleratorException(
                    where + " holds " + (known == null ? "type " + type : known) + "; expected FLOAT");
        }
        TensorShapeProto proto = input.getType().getTensorType().getShape();
        int[] extents = new int[proto.getDimCount()];
        for (int d = 0; d < extents.length; d++) {
            TensorShapeProto.Dimension dimension = proto.getDim(d);
            if (!dimension.hasDimValue() || dimension.getDimValue() < 1) {
                String label = dimension.hasDimParam() ? "'" + dimension.getDimParam() + "'" : Integer.toString(d);
                throw new AcceleratorException(where + " has dynamic dimension " + label
                        + "; export the model with fixed extents and batch 1");
            }
            extents[d] = Math.toIntExact(dimension.getDimValue());
        }
        if (extents.length == 4 && extents[0] != 1) {
            throw new AcceleratorException(where + " has batch " + extents[0] + "; export the model with batch 1");
        }
        return Shape.of(extents);
    }
}
