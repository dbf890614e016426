package org.flatgaze.accel.vitcod.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;

/** Puts masks into the attention blocks of a model. */
public final class MaskedGraph {

    private MaskedGraph() {}

    /**
     * The model with layer i of the masks in its i-th block.
     *
     * @param model with its attention blocks joined ({@link AttentionFusion#require})
     * @param variants how each head is run, by layer and head; null leaves it to the backend
     * @throws MaskException if the masks are for another model, naming layer and head
     */
    public static LayerGraph apply(LayerGraph model, MaskStack masks, Variant[][] variants) {
        List<Layer.Attention> blocks = AttentionFusion.blocks(model);
        if (blocks.size() != masks.layers()) {
            throw new MaskException("masks of " + masks.layers() + " layers: model " + model.name() + " has "
                    + blocks.size() + " attention blocks" + firstMissing(blocks, masks));
        }
        List<Layer> layers = new ArrayList<>();
        int index = 0;
        for (Layer layer : model.layers()) {
            if (layer instanceof Layer.Attention block) {
                Variant[] own = variants == null ? null : variants[index];
                layers.add(masked(block, index, masks, own));
                index++;
            } else {
                layers.add(layer);
            }
        }
        return new LayerGraph(model.name(), model.tensors(), layers, model.inputs(), model.outputs());
    }

    private static String firstMissing(List<Layer.Attention> blocks, MaskStack masks) {
        return blocks.size() > masks.layers()
                ? "; " + MaskStack.at(masks.layers(), 0) + " ("
                        + blocks.get(masks.layers()).name() + ") has no mask"
                : "; " + MaskStack.at(blocks.size(), 0) + " of the masks has no block";
    }

    private static Layer masked(Layer.Attention block, int index, MaskStack masks, Variant[] variants) {
        AttentionForm form = block.form();
        if (masks.heads() != form.heads().size()) {
            throw new MaskException(
                    MaskStack.at(index, Math.min(masks.heads(), form.heads().size())) + " ("
                            + block.name() + "): masks of " + masks.heads() + " heads, the model has "
                            + form.heads().size());
        }
        List<AttentionForm.Head> heads = new ArrayList<>();
        for (int h = 0; h < masks.heads(); h++) {
            HeadMask mask = masks.mask(index, h);
            if (mask.queries() != form.queries() || mask.keys() != form.keys()) {
                throw new MaskException(MaskStack.at(index, h) + " (" + block.name() + "): mask is " + mask.queries()
                        + " x " + mask.keys() + ", the model has " + form.queries() + " x " + form.keys() + " tokens");
            }
            int empty = mask.firstEmptyRow();
            if (empty >= 0) {
                throw new MaskException(MaskStack.at(index, h) + " row " + empty
                        + " keeps nothing: expected at least one kept entry in every row");
            }
            String variant = variants == null ? "" : variants[h].name().toLowerCase(Locale.ROOT);
            heads.add(new AttentionForm.Head(kept(mask), form.heads().get(h).bias(), variant));
        }
        return new Layer.Attention(
                block.name(), block.q(), block.k(), block.v(), block.output(), form.withHeads(heads));
    }

    /** Null where nothing is pruned, so that a full head stays the plain dense one. */
    private static boolean[] kept(HeadMask mask) {
        if (mask.keptEntries() == mask.queries() * mask.keys()) {
            return null;
        }
        boolean[] kept = new boolean[mask.queries() * mask.keys()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = mask.keeps(i / mask.keys(), i % mask.keys());
        }
        return kept;
    }
}
