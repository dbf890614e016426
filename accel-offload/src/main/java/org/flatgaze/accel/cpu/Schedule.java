package org.flatgaze.accel.cpu;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Weights;

/**
 * The steps of a graph in the order they run: its layers, with a float32 sum fused into the convolution before it.
 *
 * @param steps in execution order
 */
record Schedule(List<Step> steps) {

    /**
     * A layer and what was fused behind it.
     *
     * @param layer what is computed
     * @param sum the fused sum, or null
     * @param residual tensor that is added before the sum's activation, or -1
     */
    record Step(Layer layer, Layer.Add sum, int residual) {

        int output() {
            return sum == null ? layer.output() : sum.output();
        }

        List<Integer> inputs() {
            if (residual < 0) {
                return layer.inputs();
            }
            List<Integer> all = new ArrayList<>(layer.inputs());
            all.add(residual);
            return all;
        }
    }

    static Schedule of(LayerGraph graph) {
        List<Step> steps = new ArrayList<>();
        for (Layer layer : graph.layers()) {
            Step fused =
                    layer instanceof Layer.Add add && !graph.output(add).isQuantized() ? fuse(graph, steps, add) : null;
            steps.add(fused != null ? fused : new Step(layer, null, -1));
        }
        return new Schedule(List.copyOf(steps));
    }

    /** Takes the convolution behind one of the summands out of the list, if nobody else reads it. */
    private static Step fuse(LayerGraph graph, List<Step> steps, Layer.Add add) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step candidate = steps.get(i);
            int written = candidate.output();
            boolean isSummand = written == add.left() || written == add.right();
            if (isSummand
                    && add.left() != add.right()
                    && candidate.sum() == null
                    && candidate.layer() instanceof Layer.Conv conv
                    && conv.activation().isNone()
                    && conv.weights() instanceof Weights.Float32
                    && readers(graph, written) == 1) {
                steps.remove(i);
                return new Step(conv, add, written == add.left() ? add.right() : add.left());
            }
        }
        return null;
    }

    private static long readers(LayerGraph graph, int tensor) {
        long layers =
                graph.layers().stream().filter(l -> l.inputs().contains(tensor)).count();
        return layers + (graph.outputs().contains(tensor) ? 1 : 0);
    }
}
