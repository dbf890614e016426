package org.flatgaze.accel.graph;

import java.util.Set;

/** Recognises SiLU and GELU where a model spells them out in elementary nodes. */
final class DecomposedActivations {

    /** Prefix of the stand-in layer for an error function whose GELU is not complete yet. */
    static final String ERF = "erf:";

    private static final double TOLERANCE = 1e-4;

    private DecomposedActivations() {}

    /** x where one factor is sigmoid(x) and the other x; -1 if not so. */
    static int siluInput(GraphDraft draft, int left, int right) {
        return gatedBySigmoid(draft, left, right) ? left : gatedBySigmoid(draft, right, left) ? right : -1;
    }

    private static boolean gatedBySigmoid(GraphDraft draft, int x, int gate) {
        return draft.producer(gate) instanceof Layer.Activate activate
                && activate.activation().equals(Activation.SIGMOID)
                && activate.input() == x;
    }

    /**
     * What a product makes of the error function: {@code factor * GELU(x)}. Exporters write {@code (x * (erf(x / sqrt 2) +
     * 1)) * 0.5}, whose first product is 2 GELU, or {@code (x * 0.5) * (erf(x / sqrt 2) + 1)}.
     */
    record Gelu(int x, float factor) {}

    /** The GELU in a product of two activations, or null. */
    static Gelu gelu(GraphDraft draft, int left, int right, Set<Integer> erfs) {
        Gelu found = geluOrdered(draft, left, right, erfs);
        return found != null ? found : geluOrdered(draft, right, left, erfs);
    }

    private static Gelu geluOrdered(GraphDraft draft, int factor, int gate, Set<Integer> erfs) {
        if (!(draft.producer(gate) instanceof Layer.ChannelAffine plusOne)
                || !isConstant(plusOne, 1, 1)
                || !erfs.contains(plusOne.input())
                || !(draft.producer(plusOne.input()) instanceof Layer.Activate erf)
                || !(draft.producer(erf.input()) instanceof Layer.ChannelAffine divided)
                || !isConstant(divided, Math.sqrt(0.5), 0)) {
            return null;
        }
        int x = divided.input();
        if (factor == x) {
            return new Gelu(x, 2);
        }
        boolean halved = draft.producer(factor) instanceof Layer.ChannelAffine half
                && half.input() == x
                && isConstant(half, 0.5, 0);
        return halved ? new Gelu(x, 1) : null;
    }

    /** Whether an affine layer has this one scale and shift everywhere. */
    static boolean isConstant(Layer.ChannelAffine affine, double scale, double shift) {
        for (int c = 0; c < affine.scale().length; c++) {
            if (Math.abs(affine.scale()[c] - scale) > TOLERANCE || Math.abs(affine.shift()[c] - shift) > TOLERANCE) {
                return false;
            }
        }
        return true;
    }
}
