package org.flatgaze.accel.cpu;

import java.util.List;
import java.util.Locale;
import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;

/** An attention block head by head, each by the kernel of its variant; a run can yield between heads. */
@SuppressWarnings("ArrayRecordComponent") // kernels are never compared
record AttentionKernel(
        AttentionPattern[] patterns, HeadLayout[] layouts, float scale, SparseAttention kernel, float[] arena)
        implements Kernel {

    static KernelMaker maker(Layer.Attention attention, TensorView q, TensorView k, TensorView v, TensorView out) {
        AttentionForm form = attention.form();
        AttentionPattern[] patterns = patterns(attention.name(), form);
        HeadLayout[] layouts = new HeadLayout[patterns.length];
        for (int head = 0; head < layouts.length; head++) {
            layouts[head] = new HeadLayout(
                    form.depth(),
                    form.valueDepth(),
                    q.offset() + form.q().start(head),
                    form.q().tokenStep(),
                    k.offset() + form.k().start(head),
                    form.k().tokenStep(),
                    v.offset() + form.v().start(head),
                    form.v().tokenStep(),
                    out.offset() + form.out().start(head),
                    form.out().tokenStep());
        }
        return memory -> new AttentionKernel(patterns, layouts, form.scale(), SparseAttention.best(), memory.arena());
    }

    /** Heads that keep everything alike share a pattern. */
    private static AttentionPattern[] patterns(String layer, AttentionForm form) {
        List<AttentionForm.Head> heads = form.heads();
        AttentionPattern[] patterns = new AttentionPattern[heads.size()];
        AttentionPattern full = null;
        for (int i = 0; i < patterns.length; i++) {
            AttentionForm.Head head = heads.get(i);
            boolean plain = head.kept() == null && head.bias() == null;
            if (plain && full != null) {
                patterns[i] = full;
                continue;
            }
            HeadMask mask = head.kept() == null
                    ? HeadMask.full(form.queries(), form.keys())
                    : new HeadMask(form.queries(), form.keys(), head.kept());
            patterns[i] = AttentionPattern.compile(variant(layer, i, head), mask, head.bias());
            full = plain ? patterns[i] : full;
        }
        return patterns;
    }

    /** Without a hint: dense where nothing is pruned, else query tiles, which win from about half pruned on. */
    private static Variant variant(String layer, int index, AttentionForm.Head head) {
        if (head.variant().isEmpty()) {
            return head.kept() == null ? Variant.DENSE : Variant.TILES;
        }
        try {
            return Variant.valueOf(head.variant().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new org.flatgaze.accel.AcceleratorException(
                    "layer " + layer + " head " + index + ": variant=" + head.variant() + ": expected one of "
                            + List.of(Variant.values()),
                    e);
        }
    }

    @Override
    public int parts() {
        return patterns.length;
    }

    @Override
    public void run(int part) {
        kernel.run(patterns[part], layouts[part], arena, arena, arena, scale, arena);
    }
}
