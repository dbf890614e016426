package org.flatgaze.runtime.vitcod;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.plan.CostModel;
import org.flatgaze.accel.vitcod.plan.HeadPlan;
import org.flatgaze.accel.vitcod.plan.PairedTiming;
import org.flatgaze.accel.vitcod.plan.Planner;

/** Plans and measures every head of a mask file and sums up what that means for the model. */
public final class MaskBench {

    private final MaskStack masks;

    private final int depth;
    private final int valueDepth;
    private final List<HeadPlan> plans = new ArrayList<>();

    private MaskBench(MaskStack masks, int depth, int valueDepth) {
        this.masks = masks;
        this.depth = depth;
        this.valueDepth = valueDepth;
    }

    /**
     * Measures.
     *
     * @param biased whether scores get an additive bias, as LeViT's do
     * @param pairs interleaved pairs per head
     * @param progress told each plan
     */
    public static MaskBench run(
            MaskStack masks,
            int depth,
            int valueDepth,
            boolean biased,
            CostModel model,
            int pairs,
            Consumer<HeadPlan> progress) {
        MaskBench bench = new MaskBench(masks, depth, valueDepth);
        Planner planner = new Planner(model, pairs);
        for (int layer = 0; layer < masks.layers(); layer++) {
            for (int head = 0; head < masks.heads(); head++) {
                HeadMask mask = masks.mask(layer, head);
                float[] bias = biased ? bias(mask) : null;
                HeadPlan plan = planner.plan(layer, head, mask, bias, depth, valueDepth);
                bench.plans.add(plan);
                progress.accept(plan);
            }
        }
        return bench;
    }

    private static float[] bias(HeadMask mask) {
        Random random = new Random(7);
        float[] bias = new float[mask.queries() * mask.keys()];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = 2 * random.nextFloat() - 1;
        }
        return bias;
    }

    /** The masks that were measured. */
    public MaskStack masks() {
        return masks;
    }

    /** All heads, layer by layer. */
    public List<HeadPlan> plans() {
        return List.copyOf(plans);
    }

    /** The chosen patterns by layer and head, without the bias they were timed with. */
    public AttentionPattern[][] unbiasedPatterns() {
        AttentionPattern[][] patterns = new AttentionPattern[masks.layers()][masks.heads()];
        for (HeadPlan plan : plans) {
            AttentionPattern chosen = plan.pattern();
            patterns[plan.layer()][plan.head()] = AttentionPattern.compile(chosen.variant(), chosen.mask(), null);
        }
        return patterns;
    }

    /** Columns of q and k. */
    public int depth() {
        return depth;
    }

    /** Columns of v. */
    public int valueDepth() {
        return valueDepth;
    }

    /** Sum of the heads' median microseconds, dense. */
    public double denseMicros() {
        return plans.stream().mapToDouble(plan -> plan.measured().firstMicros()).sum();
    }

    /** Sum of the heads' median microseconds, as planned. */
    public double plannedMicros() {
        return plans.stream()
                .mapToDouble(plan -> plan.measured().secondMicros())
                .sum();
    }

    /** Attention core of the whole file: dense over planned. */
    public double speedup() {
        return denseMicros() / plannedMicros();
    }

    /** The least speed-up of any head. */
    public double worstSpeedup() {
        return plans.stream()
                .mapToDouble(plan -> plan.measured().speedup())
                .min()
                .orElse(0);
    }

    /** The middle head's speed-up. */
    public double medianSpeedup() {
        return PairedTiming.median(
                plans.stream().mapToDouble(plan -> plan.measured().speedup()).toArray());
    }

    /** What a transformer layer around this attention computes, in multiply-accumulates. */
    public LayerMacs layerMacs(double mlpRatio) {
        double embedding = (double) masks.heads() * valueDepth;
        double queries = masks.queries();
        double keys = masks.keys();
        double core = masks.heads() * queries * keys * (depth + valueDepth);
        double projections = embedding * masks.heads() * (queries * depth + keys * (depth + valueDepth));
        double rest = queries * embedding * embedding + 2 * queries * embedding * embedding * mlpRatio;
        return new LayerMacs(core, core + projections + rest);
    }

    /**
     * Multiply-accumulates of one layer.
     *
     * @param core scores and weighted values
     * @param layer core, projections and feed-forward part
     */
    public record LayerMacs(double core, double layer) {

        /** Share of the attention core, 0..1. */
        public double share() {
            return core / layer;
        }

        /** Model speed-up if the core took no time at all, all else equally efficient. */
        public double ceiling() {
            return 1 / (1 - share());
        }

        /** Model speed-up for a given one of the core, all else equally efficient. */
        public double model(double coreSpeedup) {
            return 1 / (1 - share() + share() / coreSpeedup);
        }
    }
}
