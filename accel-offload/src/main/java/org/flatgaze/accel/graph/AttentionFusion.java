package org.flatgaze.accel.graph;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;

/**
 * Finds attention in a float32 graph, spelled out as {@code q k^T}, scale, softmax and the product with v, and makes each
 * block one {@link Layer.Attention} that reads q, k and v where a projection wrote them: the transposes, slices and
 * reshapes between vanish. Blocks are numbered in the order they run: these are the layers of masks.
 */
public final class AttentionFusion {

    private final LayerGraph graph;
    private final List<Layer> layers;
    private final AttentionTrace trace;

    private AttentionFusion(LayerGraph graph) {
        this.graph = graph;
        this.layers = new ArrayList<>(graph.layers());
        this.trace = new AttentionTrace(graph);
    }

    /** The graph with every attention that is found as one layer; what is not recognised stays as it is. */
    public static LayerGraph fuse(LayerGraph graph) {
        AttentionFusion fusion = new AttentionFusion(graph);
        int found = 0;
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Softmax softmax && !graph.output(softmax).isQuantized()) {
                found += fusion.fuseIfFound(softmax) ? 1 : 0;
            }
        }
        return found == 0 ? graph : fusion.finish();
    }

    /** Other networks use softmax elsewhere: what is not attention stays as it is. */
    private boolean fuseIfFound(Layer.Softmax softmax) {
        try {
            fuse(softmax);
            return true;
        } catch (NotAttention e) {
            return false;
        }
    }

    /**
     * The same, where every softmax has to be one of an attention block.
     *
     * @throws AcceleratorException if a block is not recognised or there is none, naming layer, head and node
     */
    public static LayerGraph require(LayerGraph graph) {
        if (graph.isQuantized()) {
            throw new AcceleratorException("model " + graph.name()
                    + ": attention not found: its layers are quantised; give the float32 model");
        }
        AttentionFusion fusion = new AttentionFusion(graph);
        int block = 0;
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Attention) {
                block++;
            } else if (layer instanceof Layer.Softmax softmax) {
                try {
                    fusion.fuse(softmax);
                } catch (NotAttention e) {
                    int heads = graph.output(softmax).shape().rank() < 3
                            ? 1
                            : graph.output(softmax)
                                    .shape()
                                    .outer(graph.output(softmax).shape().rank() - 2);
                    throw new AcceleratorException(
                            "model " + graph.name() + ": layer " + block + " heads 0.." + (heads - 1)
                                    + ": attention not found at node " + softmax.name() + ": " + e.getMessage(),
                            e);
                }
                block++;
            }
        }
        if (block == 0) {
            throw new AcceleratorException(
                    "model " + graph.name() + ": layer 0 head 0: attention not found: none of its "
                            + graph.layers().size() + " layers is a softmax");
        }
        return fusion.finish();
    }

    /** The attention blocks of a graph in the order they run: block i is layer i of a mask. */
    public static List<Layer.Attention> blocks(LayerGraph graph) {
        return graph.layers().stream()
                .filter(Layer.Attention.class::isInstance)
                .map(Layer.Attention.class::cast)
                .toList();
    }

    private void fuse(Layer.Softmax softmax) {
        Layer.MatMul product = trace.valueProduct(softmax);
        AttentionTrace.Scores scores = trace.scores(softmax);
        Shape weights = graph.output(softmax).shape();
        int queries = weights.extent(-2);
        int keys = weights.extent(-1);
        int heads = weights.elements() / (queries * keys);
        int depth = scores.product().depth();
        int valueDepth = graph.output(product).shape().extent(-1);
        AttentionTrace.Operand q = trace.operand("q", scores.product().left(), heads, queries, depth, false);
        AttentionTrace.Operand k = trace.operand("k", scores.product().right(), heads, keys, depth, true);
        AttentionTrace.Operand v = trace.operand("v", product.right(), heads, keys, valueDepth, false);
        AttentionTrace.Operand out = trace.result(product, heads, queries, valueDepth);
        if (v.scale() != 1) {
            throw new NotAttention("v is scaled by " + v.scale() + ": expected its projection as it is");
        }
        List<AttentionForm.Head> kept = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            kept.add(new AttentionForm.Head(null, scores.bias(head, queries * keys), ""));
        }
        AttentionForm form = new AttentionForm(
                queries,
                keys,
                depth,
                valueDepth,
                (float) (scores.scale() * q.scale() * k.scale()),
                q.rows(),
                k.rows(),
                v.rows(),
                out.rows(),
                kept);
        replace(
                product,
                out,
                new Layer.Attention(product.name(), q.tensor(), k.tensor(), v.tensor(), out.tensor(), form));
    }

    /** Puts the block where the last product stood; what only moved its result goes. */
    private void replace(Layer.MatMul product, AttentionTrace.Operand out, Layer.Attention attention) {
        int tensor = product.output();
        while (tensor != out.tensor()) {
            Layer move = trace.onlyReader(tensor);
            layers.remove(move);
            tensor = move.output();
        }
        layers.set(layers.indexOf(product), attention);
    }

    private LayerGraph finish() {
        GraphDraft draft = new GraphDraft(graph.name());
        draft.tensors.addAll(graph.tensors());
        draft.layers.addAll(layers);
        draft.inputs.addAll(graph.inputs());
        draft.outputs.addAll(graph.outputs());
        return draft.finish();
    }

    /** Why a softmax is not one of an attention block. */
    static final class NotAttention extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotAttention(String message) {
            super(message);
        }
    }
}
