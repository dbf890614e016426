package org.flatgaze.accel.vitcod.engine;

import java.util.List;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarised;

/**
 * The closed form of ViTCoD's released simulator, for square masks: equal to what the program prints in every case it
 * can run (DeiT, 8-bit operands). Source: our own derivation, project notes on ViTCoD, section 2.3.
 *
 * <p>It is a statement about that program, not about a chip: see {@link #defects()}.
 */
public final class PaperEngine {

    private final EngineProfile profile;

    public PaperEngine(EngineProfile profile) {
        this.profile = profile;
    }

    /** What the released simulator leaves out or gets wrong, one sentence each. */
    public static List<String> defects() {
        return List.of(
                "Only head 0's mask of each layer is read; all heads are taken to run in step with it.",
                "The array has lines x lanes = 64 x 64 products a cycle in attention, but 64 x 8 in linear layers.",
                "No softmax, index traffic, output store or reordering is counted.",
                "The re-load factor is used only where there is no global token, and then multiplies the loads of q.",
                "It divides by zero without global tokens, with only global tokens, or when the denser part gets no line.",
                "A buffer overflow is printed and then fails on a variable that was never set.",
                "K and V are taken to be as wide as Q and as many as the mask has rows, which is wrong for LeViT.",
                "Weight loads of feed-forward layers are 0 because their number of tiles is rounded down.");
    }

    /**
     * Cycles of all layers.
     *
     * @param masks square masks
     * @param depth columns of q and k per head
     * @param columnThreshold kept entries above which a column is global; the published driver uses 50
     * @param compressedHeads heads left by the encoder, 1..heads; the decoder is counted even if equal to heads
     * @throws MaskException if the masks are rectangular
     */
    public EngineCycles cycles(MaskStack masks, int depth, int columnThreshold, int compressedHeads) {
        requireSquare(masks);
        if (compressedHeads < 1 || compressedHeads > masks.heads()) {
            throw new MaskException(
                    "compressedHeads=" + compressedHeads + ": expected 1.." + masks.heads() + ", the number of heads");
        }
        EngineCycles sum = EngineCycles.NONE;
        for (int layer = 0; layer < masks.layers(); layer++) {
            Polarised split = Polarised.of(masks.mask(layer, 0), columnThreshold);
            sum = sum.plus(layer(
                    masks.heads(),
                    compressedHeads,
                    masks.keys(),
                    depth,
                    split.globalTokens(),
                    split.keptInSparserPart()));
        }
        return sum;
    }

    /** The same without mask and encoder: every token global. The released program cannot run this case. */
    public EngineCycles dense(MaskStack masks, int depth) {
        requireSquare(masks);
        EngineCycles sum = EngineCycles.NONE;
        for (int layer = 0; layer < masks.layers(); layer++) {
            sum = sum.plus(layer(masks.heads(), masks.heads(), masks.keys(), depth, masks.keys(), 0));
        }
        return sum;
    }

    private static void requireSquare(MaskStack masks) {
        if (masks.queries() != masks.keys()) {
            throw new MaskException("mask is " + masks.queries() + " x " + masks.keys()
                    + ": expected a square one; the released simulator knows no other");
        }
    }

    private EngineCycles layer(int heads, int compressed, int tokens, int depth, int global, int sparse) {
        double width = profile.loadCycles((double) compressed * depth, 1);
        double column = profile.loadCycles(compressed, heads);
        double reloads = (double) tokens * sparse / tokens;
        double load = global > 0 ? (global + tokens) * width + 2 * column : reloads * width + column;
        load += (tokens - global) * width + column + tokens * profile.loadCycles((double) heads * depth, 1);

        int lines = profile.macLines();
        int decoders = lines * lines / heads;
        double perVector = Math.ceil((double) compressed * depth / decoders);
        double decode = perVector * (global > 0 ? global + tokens : reloads) + perVector * (tokens - global);

        double share = (double) global * tokens / (sparse + (double) global * tokens);
        int denserLines = (int) (lines * share);
        int sparserLines = lines - denserLines;
        double steps = Math.ceil(depth / ((double) lines / heads));
        double denserScores = global == 0 ? 0 : global * Math.ceil((double) tokens / denserLines) * steps;
        double sparserScores = sparse == 0 ? 0 : Math.ceil((double) sparse / sparserLines) * steps;
        // The published program divides whole numbers here.
        int denserUnits = denserLines * lines / heads;
        int sparserUnits = sparserLines * lines / heads;
        double denserValues = global == 0 ? 0 : Math.ceil((double) tokens * depth * global / denserUnits);
        double sparserValues = sparse == 0 ? 0 : Math.ceil((double) sparse * depth / sparserUnits);
        return new EngineCycles(
                load, decode, Math.max(denserScores, sparserScores), 0, Math.max(denserValues, sparserValues));
    }
}
