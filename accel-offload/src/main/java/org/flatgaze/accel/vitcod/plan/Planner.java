package org.flatgaze.accel.vitcod.plan;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;

/**
 * Chooses the variant of each head: the cheapest by the cost model, then measured against dense execution of the same
 * head, which is taken back if the model was wrong. So a plan is never slower than dense but for noise.
 *
 * <p>Off the hot path; one thread.
 */
public final class Planner {

    private static final int WARM_RUNS = 100;

    /** A choice has to be this much faster than dense to be kept. */
    private static final double LEAST_SPEEDUP = 1.0;

    /**
     * Slower than predicted by this factor means not compiled yet, rather than a wrong model: where other processes fill all
     * cores, the compiler gets its turn late, and warm-up takes slow code for settled.
     */
    private static final double UNSETTLED = 4;

    private static final int MOST_REPETITIONS = 3;

    private final CostModel model;
    private final int pairs;
    private final SparseAttention kernel = SparseAttention.best();
    private final Set<Variant> warmed = EnumSet.noneOf(Variant.class);

    /**
     * @param pairs interleaved pairs per measurement, 1 or more; 21 is a good median
     */
    public Planner(CostModel model, int pairs) {
        if (pairs < 1) {
            throw new IllegalArgumentException("pairs=" + pairs + ": expected at least 1");
        }
        this.model = model;
        this.pairs = pairs;
    }

    /**
     * Plans one head.
     *
     * @param bias as {@link AttentionPattern#compile(Variant, HeadMask, float[])}, or null
     * @throws MaskException if mask or bias cannot be used, naming layer and head
     */
    public HeadPlan plan(int layer, int head, HeadMask mask, float[] bias, int depth, int valueDepth) {
        AttentionPattern dense;
        AttentionPattern best;
        try {
            dense = AttentionPattern.compile(Variant.DENSE, HeadMask.full(mask.queries(), mask.keys()), bias);
            best = AttentionPattern.compile(Variant.DENSE, mask, bias);
            for (Variant variant : Variant.values()) {
                AttentionPattern pattern = AttentionPattern.compile(variant, mask, bias);
                if (model.micros(pattern, depth, valueDepth) < model.micros(best, depth, valueDepth)) {
                    best = pattern;
                }
            }
        } catch (MaskException e) {
            throw new MaskException(MaskStack.at(layer, head) + ": " + e.getMessage(), e);
        }
        Inputs inputs = new Inputs(mask, depth, valueDepth);
        PairedTiming timing = settled(inputs, dense, best, depth, valueDepth);
        if (best.variant() != Variant.DENSE && timing.speedup() < LEAST_SPEEDUP) {
            AttentionPattern masked = AttentionPattern.compile(Variant.DENSE, mask, bias);
            PairedTiming fallback = settled(inputs, dense, masked, depth, valueDepth);
            if (fallback.speedup() > timing.speedup()) {
                best = masked;
                timing = fallback;
            }
        }
        return new HeadPlan(
                layer,
                head,
                best,
                model.micros(best, depth, valueDepth),
                model.micros(dense, depth, valueDepth),
                timing);
    }

    /** Measures again while a kernel is far slower than the model says. */
    private PairedTiming settled(
            Inputs inputs, AttentionPattern dense, AttentionPattern other, int depth, int valueDepth) {
        double mostDense = UNSETTLED * model.micros(dense, depth, valueDepth);
        double mostOther = UNSETTLED * model.micros(other, depth, valueDepth);
        PairedTiming timing = inputs.time(dense, other);
        for (int i = 0; i < MOST_REPETITIONS; i++) {
            boolean late = (mostDense > 0 && timing.firstMicros() > mostDense)
                    || (mostOther > 0 && timing.secondMicros() > mostOther);
            if (!late) {
                return timing;
            }
            warmed.remove(other.variant());
            timing = inputs.time(dense, other);
        }
        return timing;
    }

    /** Random inputs of unit scale: the time of these kernels does not depend on values. */
    private final class Inputs {
        private final HeadLayout layout;
        private final float[] q;
        private final float[] k;
        private final float[] v;
        private final float[] out;

        Inputs(HeadMask mask, int depth, int valueDepth) {
            Random random = new Random(1);
            layout = HeadLayout.contiguous(depth, valueDepth);
            q = uniform(random, mask.queries() * depth);
            k = uniform(random, mask.keys() * depth);
            v = uniform(random, mask.keys() * valueDepth);
            out = new float[mask.queries() * valueDepth];
        }

        PairedTiming time(AttentionPattern dense, AttentionPattern other) {
            Runnable first = () -> kernel.run(dense, layout, q, k, v, 0.2f, out);
            Runnable second = () -> kernel.run(other, layout, q, k, v, 0.2f, out);
            if (warmed.contains(other.variant())) {
                PairedTiming.micros(first, WARM_RUNS);
                PairedTiming.micros(second, WARM_RUNS);
            } else {
                PairedTiming.warmUp(first, second);
                warmed.add(other.variant());
            }
            int repeats = dense.queries() * dense.keys() < 4096 ? 20 : 3;
            return PairedTiming.of(first, second, pairs, repeats);
        }

        private static float[] uniform(Random random, int length) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            return values;
        }
    }
}
