package org.flatgaze.accel.vitcod.engine;

import java.util.Arrays;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarised;

/**
 * The same array and memory as {@link PaperEngine}, counted without its short cuts: every head's own mask, rectangular
 * masks and other value depths, softmax, indices and the stored output. Our own estimate, not a published figure.
 *
 * <p>Assumed: heads run one after the other on the whole array; its lines are split between denser and sparser part in
 * proportion to each head's work, at least one line to a part that has any; each line finishes one softmax entry a cycle
 * and passes over them twice; one byte per kept column index up to 256 keys, two beyond, two per row start.
 */
public final class FairEngine {

    private static final int SOFTMAX_PASSES = 2;

    private final EngineProfile profile;

    public FairEngine(EngineProfile profile) {
        this.profile = profile;
    }

    /**
     * Cycles of all layers.
     *
     * @param depth columns of q and k per head
     * @param valueDepth columns of v per head
     * @param columnThreshold kept entries above which a column is global, 0 or more
     * @param compressedHeads heads of q and k left by the encoder, 1..heads; equal to heads for none
     * @throws MaskException if an argument is out of range
     */
    public EngineCycles cycles(MaskStack masks, int depth, int valueDepth, int columnThreshold, int compressedHeads) {
        if (compressedHeads < 1 || compressedHeads > masks.heads() || depth < 1 || valueDepth < 1) {
            throw new MaskException("compressedHeads=" + compressedHeads + ", depth=" + depth + ", valueDepth="
                    + valueDepth + ": expected 1.." + masks.heads() + " heads and depths of at least 1");
        }
        EngineCycles sum = EngineCycles.NONE;
        for (int layer = 0; layer < masks.layers(); layer++) {
            double indexBytes = 0;
            for (int head = 0; head < masks.heads(); head++) {
                Polarised split = Polarised.of(masks.mask(layer, head), columnThreshold);
                sum = sum.plus(head(split, depth, valueDepth));
                indexBytes += split.keptInSparserPart() * (masks.keys() <= 256 ? 1.0 : 2.0) + 2.0 * masks.queries();
            }
            sum = sum.plus(memory(masks, depth, valueDepth, compressedHeads, indexBytes));
        }
        return sum;
    }

    /** The same without masks and encoder. */
    public EngineCycles dense(MaskStack masks, int depth, int valueDepth) {
        HeadMask[][] full = new HeadMask[masks.layers()][masks.heads()];
        for (HeadMask[] layer : full) {
            Arrays.fill(layer, HeadMask.full(masks.queries(), masks.keys()));
        }
        return cycles(new MaskStack(full), depth, valueDepth, 0, masks.heads());
    }

    /** Traffic of one layer, and its decoder. */
    private EngineCycles memory(MaskStack masks, int depth, int valueDepth, int compressedHeads, double indexBytes) {
        double tokens = masks.queries() + (double) masks.keys();
        double bytes = tokens * compressedHeads * depth
                + ((double) masks.keys() + masks.queries()) * masks.heads() * valueDepth
                + indexBytes;
        double products = compressedHeads == masks.heads() ? 0 : tokens * depth * compressedHeads * masks.heads();
        double decode = Math.ceil(products / ((double) profile.macLines() * profile.macLines()));
        return new EngineCycles(profile.loadCycles(bytes, 1), decode, 0, 0, 0);
    }

    private EngineCycles head(Polarised split, int depth, int valueDepth) {
        double denser = (double) split.globalTokens() * split.reordered().queries();
        double sparser = split.keptInSparserPart();
        int lines = profile.macLines();
        int denserLines = (int) Math.round(lines * denser / (denser + sparser));
        if (denser > 0) {
            denserLines = Math.max(1, denserLines);
        }
        if (sparser > 0) {
            denserLines = Math.min(lines - 1, denserLines);
        }
        double scores = longer(denser * depth, denserLines, sparser * depth);
        double values = longer(denser * valueDepth, denserLines, sparser * valueDepth);
        double softmax = Math.ceil(SOFTMAX_PASSES * (denser + sparser) / lines);
        return new EngineCycles(0, 0, scores, softmax, values);
    }

    /** Cycles of the slower part, each on its own lines. */
    private double longer(double denserProducts, int denserLines, double sparserProducts) {
        int lines = profile.macLines();
        double denser = denserProducts == 0 ? 0 : Math.ceil(denserProducts / ((double) denserLines * lines));
        double sparser =
                sparserProducts == 0 ? 0 : Math.ceil(sparserProducts / ((double) (lines - denserLines) * lines));
        return Math.max(denser, sparser);
    }
}
