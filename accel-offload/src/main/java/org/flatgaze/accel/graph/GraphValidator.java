package org.flatgaze.accel.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.flatgaze.accel.AcceleratorException;

/** The checks behind {@link LayerGraph}'s constructor. */
final class GraphValidator {

    private final String model;
    private final List<Tensor> tensors;

    GraphValidator(String model, List<Tensor> tensors) {
        this.model = model;
        this.tensors = tensors;
    }

    void validate(List<Layer> layers, List<Integer> inputs, List<Integer> outputs) {
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw fail("inputs=" + inputs.size() + " outputs=" + outputs.size() + ": expected at least 1 of each");
        }
        Set<Integer> written = new HashSet<>(inputs);
        Set<String> names = new HashSet<>();
        for (Layer layer : layers) {
            if (!names.add(layer.name())) {
                throw fail(layer, "another layer has the same name");
            }
            for (int input : layer.inputs()) {
                if (!written.contains(input)) {
                    throw fail(layer, "reads tensor " + nameOf(input) + " before it is written");
                }
            }
            if (layer.output() < 0 || layer.output() >= tensors.size() || !written.add(layer.output())) {
                throw fail(layer, "writes tensor " + nameOf(layer.output()) + ": expected one not written before");
            }
            check(layer);
        }
        for (int output : outputs) {
            if (!written.contains(output)) {
                throw fail("output " + nameOf(output) + " is written by no layer");
            }
        }
    }

    private void check(Layer layer) {
        Tensor out = tensors.get(layer.output());
        Shape expected;
        try {
            expected = ShapeRules.outputShape(
                    layer,
                    layer.inputs().stream().map(i -> tensors.get(i).shape()).toList());
        } catch (IllegalArgumentException e) {
            throw fail(layer, e.getMessage());
        }
        // A reshape or constant says only how many elements there are.
        boolean countsOnly =
                layer instanceof Layer.Reshape || layer instanceof Layer.Constant || layer instanceof Layer.Attention;
        boolean fits = countsOnly ? expected.elements() == out.shape().elements() : expected.equals(out.shape());
        if (!fits) {
            throw fail(layer, "output shape=" + out.shape() + ": expected " + expected);
        }
        checkNumbers(layer, out.shape());
        switch (layer) {
            case Layer.Quantize _ -> requireKinds(layer, !reads(layer).isQuantized() && out.isQuantized());
            case Layer.Dequantize _ -> requireKinds(layer, reads(layer).isQuantized() && !out.isQuantized());
            case Layer.Conv conv
            when conv.weights() instanceof Weights.Int8 ->
                requireKinds(layer, reads(layer).isQuantized());
            case Layer.Linear linear
            when linear.weights() instanceof Weights.Int8 ->
                requireKinds(layer, reads(layer).isQuantized());
            default ->
                requireKinds(
                        layer,
                        layer.inputs().stream().allMatch(i -> tensors.get(i).isQuantized() == out.isQuantized()));
        }
    }

    private Tensor reads(Layer layer) {
        return tensors.get(layer.inputs().getFirst());
    }

    private void requireKinds(Layer layer, boolean right) {
        if (!right) {
            throw fail(layer, "mixes float32 and quantised tensors; put Quantize or Dequantize between");
        }
    }

    private void checkNumbers(Layer layer, Shape out) {
        boolean quantized = tensors.get(layer.output()).isQuantized();
        switch (layer) {
            case Layer.Conv conv -> {
                checkWeights(layer, conv.weights(), out.channels(), quantized);
                checkFused(layer, conv.activation());
            }
            case Layer.Linear linear -> {
                checkWeights(layer, linear.weights(), out.extent(-1), quantized);
                checkFused(layer, linear.activation());
                requireUniform(layer);
            }
            case Layer.Add add -> checkFused(layer, add.activation());
            case Layer.ChannelAffine affine -> {
                checkFinite(layer, "scale", affine.scale());
                checkFinite(layer, "shift", affine.shift());
                if (affine.axis() != 1) {
                    requireUniform(layer);
                }
            }
            case Layer.LayerNorm norm -> {
                checkFinite(layer, "scale", norm.scale());
                checkFinite(layer, "shift", norm.shift());
                if (!(norm.epsilon() > 0)) {
                    throw fail(layer, "epsilon=" + norm.epsilon() + ": expected a number > 0");
                }
            }
            case Layer.MatMul _, Layer.Softmax _, Layer.Reshape _, Layer.Slice _, Layer.Transpose _ ->
                requireUniform(layer);
            case Layer.Attention _ -> {
                if (quantized) {
                    throw fail(layer, "computes in float32 only; quantise the model without joining its attention");
                }
            }
            case Layer.Constant constant -> checkFinite(layer, "value", constant.values());
            case Layer.Activate _,
                    Layer.Pool _,
                    Layer.GlobalAveragePool _,
                    Layer.Concat _,
                    Layer.Upsample _,
                    Layer.Quantize _,
                    Layer.Dequantize _ -> {}
        }
    }

    /** One scale per channel means axis 1; layers that treat axes otherwise take one scale per tensor only. */
    private void requireUniform(Layer layer) {
        boolean perChannel = tensors.get(layer.output()).isQuantized()
                && (tensors.get(layer.output()).quant().isPerChannel()
                        || layer.inputs().stream()
                                .anyMatch(i -> tensors.get(i).quant().isPerChannel()));
        if (perChannel) {
            throw fail(layer, "takes tensors with one scale only, not one per channel");
        }
    }

    private void checkFused(Layer layer, Activation activation) {
        if (!activation.isPiecewiseLinear()) {
            throw fail(layer, "activation=" + activation + " cannot be fused; use an Activate layer behind it");
        }
    }

    private void checkWeights(Layer layer, Weights weights, int outputs, boolean quantized) {
        if (weights.biases() != 0 && weights.biases() != outputs) {
            throw fail(layer, "biases=" + weights.biases() + ": expected 0 or " + outputs);
        }
        switch (weights) {
            case Weights.Float32 floats -> {
                if (quantized) {
                    throw fail(layer, "has float32 weights between quantised tensors");
                }
                checkFinite(layer, "weight", floats.values());
                checkFinite(layer, "bias", floats.bias());
            }
            case Weights.Int8 int8 -> {
                if (int8.accumulatorScale().length != outputs) {
                    throw fail(layer, "accumulatorScales=" + int8.accumulatorScale().length + ": expected " + outputs);
                }
                checkFinite(layer, "accumulatorScale", int8.accumulatorScale());
            }
        }
    }

    private void checkFinite(Layer layer, String what, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw fail(layer, what + "[" + i + "]=" + values[i] + ": expected a finite number");
            }
        }
    }

    private String nameOf(int tensor) {
        return tensor >= 0 && tensor < tensors.size() ? tensors.get(tensor).name() : "#" + tensor;
    }

    private AcceleratorException fail(Layer layer, String what) {
        return fail("layer " + layer.name() + " ("
                + layer.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ") " + what);
    }

    private AcceleratorException fail(String what) {
        return new AcceleratorException("model " + model + ": " + what);
    }
}
