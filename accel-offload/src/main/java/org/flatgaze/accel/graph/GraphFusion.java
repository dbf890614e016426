package org.flatgaze.accel.graph;

import java.util.List;
import org.flatgaze.accel.AcceleratorException;

/** Rewrites of a float32 draft that leave its result as it is up to rounding: fewer layers, fewer passes over memory. */
final class GraphFusion {

    private GraphFusion() {}

    static void run(GraphDraft draft) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Layer layer : List.copyOf(draft.layers)) {
                changed |= switch (layer) {
                    case Layer.ChannelAffine affine -> dropIdentity(draft, affine) || foldAffine(draft, affine);
                    case Layer.Activate activate -> fuseActivation(draft, activate);
                    default -> false;
                };
            }
        }
        refuseOpenErfs(draft);
    }

    private static boolean dropIdentity(GraphDraft draft, Layer.ChannelAffine affine) {
        if (!DecomposedActivations.isConstant(affine, 1, 0) || !isExactIdentity(affine)) {
            return false;
        }
        bypass(draft, affine, affine.input());
        return true;
    }

    private static boolean isExactIdentity(Layer.ChannelAffine affine) {
        for (int c = 0; c < affine.scale().length; c++) {
            if (affine.scale()[c] != 1 || affine.shift()[c] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Lets everyone who read the layer's output read this tensor instead. */
    private static void bypass(GraphDraft draft, Layer layer, int instead) {
        int old = layer.output();
        draft.remove(layer);
        draft.layers.replaceAll(
                l -> l.inputs().contains(old) ? LayerRewrites.renumber(l, t -> t == old ? instead : t) : l);
        draft.outputs.replaceAll(t -> t == old ? instead : t);
    }

    /** Into the convolution, linear or affine layer before, if nobody else reads what lies between. */
    @SuppressWarnings("ReferenceEquality") // equal records are different layers
    private static boolean foldAffine(GraphDraft draft, Layer.ChannelAffine affine) {
        Layer before = draft.producer(affine.input());
        if (before == null || draft.onlyConsumer(affine.input()) != affine) {
            return false;
        }
        int rank = draft.tensors.get(affine.output()).shape().rank();
        Layer folded = switch (before) {
            case Layer.Conv conv
            when conv.activation().isNone() && affine.axis() == 1 ->
                new Layer.Conv(
                        conv.name(),
                        conv.input(),
                        affine.output(),
                        conv.window(),
                        conv.groups(),
                        scaled((Weights.Float32) conv.weights(), affine),
                        Activation.NONE);
            case Layer.Linear linear
            when linear.activation().isNone() && affine.axis() == rank - 1 ->
                new Layer.Linear(
                        linear.name(),
                        linear.input(),
                        affine.output(),
                        scaled((Weights.Float32) linear.weights(), affine),
                        Activation.NONE);
            case Layer.LayerNorm norm when affine.axis() == rank - 1 -> scaled(norm, affine);
            case Layer.ChannelAffine first when first.axis() == affine.axis() -> joined(first, affine);
            default -> null;
        };
        if (folded == null) {
            return false;
        }
        draft.remove(affine);
        draft.replace(before, folded);
        return true;
    }

    private static Weights scaled(Weights.Float32 weights, Layer.ChannelAffine affine) {
        int outputs = affine.scale().length;
        int perOutput = weights.values().length / outputs;
        float[] values = new float[weights.values().length];
        float[] bias = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            for (int i = o * perOutput; i < (o + 1) * perOutput; i++) {
                values[i] = weights.values()[i] * affine.scale()[o];
            }
            float old = weights.bias().length == 0 ? 0 : weights.bias()[o];
            bias[o] = old * affine.scale()[o] + affine.shift()[o];
        }
        return new Weights.Float32(values, bias);
    }

    private static Layer scaled(Layer.LayerNorm norm, Layer.ChannelAffine affine) {
        float[] scale = norm.scale().clone();
        float[] shift = norm.shift().clone();
        for (int c = 0; c < scale.length; c++) {
            scale[c] *= affine.scale()[c];
            shift[c] = shift[c] * affine.scale()[c] + affine.shift()[c];
        }
        return new Layer.LayerNorm(norm.name(), norm.input(), affine.output(), scale, shift, norm.epsilon());
    }

    private static Layer joined(Layer.ChannelAffine first, Layer.ChannelAffine second) {
        float[] scale = first.scale().clone();
        float[] shift = first.shift().clone();
        for (int c = 0; c < scale.length; c++) {
            scale[c] *= second.scale()[c];
            shift[c] = shift[c] * second.scale()[c] + second.shift()[c];
        }
        return new Layer.ChannelAffine(first.name(), first.input(), second.output(), first.axis(), scale, shift);
    }

    @SuppressWarnings("ReferenceEquality") // equal records are different layers
    private static boolean fuseActivation(GraphDraft draft, Layer.Activate activate) {
        Layer before = draft.producer(activate.input());
        if (before == null
                || activate.name().startsWith(DecomposedActivations.ERF)
                || draft.onlyConsumer(activate.input()) != activate) {
            return false;
        }
        Layer fused = LayerRewrites.withActivation(before, activate.activation(), activate.output());
        if (fused == null) {
            return false;
        }
        draft.remove(activate);
        draft.replace(before, fused);
        return true;
    }

    private static void refuseOpenErfs(GraphDraft draft) {
        for (Layer layer : draft.layers) {
            boolean open = layer.name().startsWith(DecomposedActivations.ERF) && isNeeded(draft, layer.output());
            if (open) {
                throw new AcceleratorException("model " + draft.name + ": node "
                        + layer.name().substring(DecomposedActivations.ERF.length())
                        + " (Erf) is not supported alone; nearest supported form: GELU, x * (erf(x / sqrt 2) + 1) / 2");
            }
        }
    }

    private static boolean isNeeded(GraphDraft draft, int tensor) {
        boolean[] needed = new boolean[draft.tensors.size()];
        draft.outputs.forEach(t -> needed[t] = true);
        Layer[] layers = draft.layers.toArray(Layer[]::new);
        for (int i = layers.length - 1; i >= 0; i--) {
            if (needed[layers[i].output()]) {
                layers[i].inputs().forEach(t -> needed[t] = true);
            }
        }
        return needed[tensor];
    }
}
