package org.flatgaze.accel.graph;

import java.util.HashMap;
import java.util.Map;

/** What the names of a model stand for while it is read: tensors of the draft or constants. */
final class OnnxValues {

    private final GraphDraft draft;
    private final Map<String, Integer> tensors = new HashMap<>();
    private final Map<String, OnnxConstant> constants = new HashMap<>();

    OnnxValues(GraphDraft draft) {
        this.draft = draft;
    }

    void define(String name, int tensor) {
        tensors.put(name, tensor);
    }

    void define(String name, OnnxConstant constant) {
        constants.put(name, constant);
    }

    boolean isConstant(String name) {
        return constants.containsKey(name);
    }

    boolean isTensor(String name) {
        return tensors.containsKey(name);
    }

    /** @throws IllegalArgumentException if the name stands for no tensor */
    int tensor(String name) {
        Integer found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    isConstant(name)
                            ? "reads constant " + name + " where an activation is expected"
                            : "reads " + name + " which nothing writes before");
        }
        return found;
    }

    /** The tensor of a name; a constant becomes a layer of its own. */
    int tensorOrConstantLayer(String name) {
        if (!isConstant(name)) {
            return tensor(name);
        }
        return tensorOrConstantLayer(name, Shape.of(constants.get(name).dims()));
    }

    /** The same, under a shape with as many elements. */
    int tensorOrConstantLayer(String name, Shape shape) {
        if (!isConstant(name)) {
            return tensor(name);
        }
        OnnxConstant constant = constants.get(name);
        OnnxConstant.Int8Origin origin = constant.origin();
        String layer = draft.uniqueName(name);
        float[] values = constant.requireFloats();
        if (origin == null || origin.scale().length != 1) {
            int tensor = draft.tensor(layer, shape, null);
            draft.append(new Layer.Constant(layer, tensor, values));
            define(name, tensor);
            return tensor;
        }
        // Kept in 8 bits, so that the integer layer that reads it gets the model's own numbers.
        QuantParams quant = QuantParams.uniform(origin.signed(), origin.scale()[0], origin.zeroPoint()[0]);
        int bytes = draft.tensor(layer + ":q", shape, quant);
        draft.append(new Layer.Constant(layer + ":q", bytes, values));
        int floats = draft.tensor(layer, shape, null);
        draft.append(new Layer.Dequantize(layer, bytes, floats));
        return floats;
    }

    Shape shape(int tensor) {
        return draft.tensors.get(tensor).shape();
    }

    /** @throws IllegalArgumentException if the name stands for no constant */
    OnnxConstant constant(String name) {
        OnnxConstant found = constants.get(name);
        if (found == null) {
            throw new IllegalArgumentException("reads " + name + " where a constant is expected");
        }
        return found;
    }

    /** Floats of a constant, remembered together with the 8-bit numbers they came from. */
    float[] floats(String name) {
        OnnxConstant constant = constant(name);
        float[] values = constant.requireFloats();
        if (constant.origin() != null) {
            draft.origins.put(values, constant.origin());
        }
        return values;
    }
}
