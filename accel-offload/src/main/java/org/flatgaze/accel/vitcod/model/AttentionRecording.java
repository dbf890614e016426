package org.flatgaze.accel.vitcod.model;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.vitcod.attention.AveragedAttention;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.mask.MaskException;

/**
 * Averages the attention of a model over pictures: run {@link #graph} on a picture, {@link #add} the execution, and take
 * {@link #averages} at the end. What is averaged is the attention before any mask. One thread; off the hot path.
 */
public final class AttentionRecording {

    private final LayerGraph graph;
    private final List<Layer.Attention> blocks;
    private final List<Integer> recorded = new ArrayList<>();
    private final int ownOutputs;
    private final float[][] tensors;
    private final AveragedAttention sums;

    /**
     * Prepares a model.
     *
     * @param model with its attention blocks joined ({@link AttentionFusion#require})
     * @throws MaskException if blocks differ in heads or tokens, naming the layer
     */
    public AttentionRecording(LayerGraph model) {
        blocks = AttentionFusion.blocks(model);
        if (blocks.isEmpty()) {
            throw new MaskException("model " + model.name() + " has no attention block");
        }
        AttentionForm first = blocks.getFirst().form();
        for (int layer = 0; layer < blocks.size(); layer++) {
            AttentionForm form = blocks.get(layer).form();
            if (form.heads().size() != first.heads().size()
                    || form.queries() != first.queries()
                    || form.keys() != first.keys()) {
                throw new MaskException("layer " + layer + " ("
                        + blocks.get(layer).name() + ") has "
                        + form.heads().size() + " heads of " + form.queries() + " x " + form.keys() + ", layer 0 has "
                        + first.heads().size() + " of " + first.queries() + " x " + first.keys()
                        + ": expected one shape in all layers");
            }
            for (int tensor : List.of(blocks.get(layer).q(), blocks.get(layer).k())) {
                if (!recorded.contains(tensor)) {
                    recorded.add(tensor);
                }
            }
        }
        ownOutputs = model.outputs().size();
        List<Integer> outputs = new ArrayList<>(model.outputs());
        outputs.addAll(recorded);
        graph = new LayerGraph(model.name(), model.tensors(), model.layers(), model.inputs(), outputs);
        tensors = recorded.stream()
                .map(t -> new float[model.tensors().get(t).shape().elements()])
                .toArray(float[][]::new);
        sums = new AveragedAttention(blocks.size(), first.heads().size(), first.queries(), first.keys());
    }

    /** The model with q and k as further outputs. */
    public LayerGraph graph() {
        return graph;
    }

    /**
     * Adds what a run has left in an execution of {@link #graph}.
     *
     * @throws MaskException if a score is not finite, naming layer, head and row
     */
    public void add(Execution execution) {
        for (int i = 0; i < tensors.length; i++) {
            execution.output(ownOutputs + i).asFloatBuffer().get(tensors[i]);
        }
        for (int layer = 0; layer < blocks.size(); layer++) {
            Layer.Attention block = blocks.get(layer);
            AttentionForm form = block.form();
            for (int head = 0; head < form.heads().size(); head++) {
                HeadLayout layout = new HeadLayout(
                        form.depth(),
                        form.valueDepth(),
                        form.q().start(head),
                        form.q().tokenStep(),
                        form.k().start(head),
                        form.k().tokenStep(),
                        0,
                        form.valueDepth(),
                        0,
                        form.valueDepth());
                float[] q = tensors[recorded.indexOf(block.q())];
                float[] k = tensors[recorded.indexOf(block.k())];
                sums.add(
                        layer,
                        head,
                        layout,
                        q,
                        k,
                        form.scale(),
                        form.heads().get(head).bias());
            }
        }
    }

    /**
     * Averaged softmax outputs, float32 of shape (layers, heads, queries, keys).
     *
     * @throws MaskException if no picture was added
     */
    public NpyArray averages() {
        return sums.toArray();
    }
}
