package org.flatgaze.accel.vitcod.attention;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarity;

/**
 * The patterns of a model in a file, so that choosing variants happens once. A {@code .npz} with {@code kept} (bool,
 * layers x heads x queries x keys), {@code variant} (uint8, layers x heads, index into {@link Variant}) and, where scores
 * get one, {@code bias} (float32, as kept). The layout for the machine's registers is rebuilt on reading, in milliseconds,
 * so a file made on one machine runs on another.
 */
public final class CompiledMasks {

    private static final String KEPT = "kept";
    private static final String VARIANT = "variant";
    private static final String BIAS = "bias";

    private CompiledMasks() {}

    /**
     * Writes patterns by layer and head.
     *
     * @throws MaskException if shapes differ, or only some of them have a bias
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, AttentionPattern[][] patterns) throws IOException {
        int layers = patterns.length;
        int heads = patterns[0].length;
        HeadMask[][] masks = new HeadMask[layers][heads];
        byte[] variants = new byte[layers * heads];
        int perHead = patterns[0][0].queries() * patterns[0][0].keys();
        boolean biased = patterns[0][0].hasBias();
        float[] biases = biased ? new float[Math.multiplyExact(layers * heads, perHead)] : null;
        for (int i = 0; i < variants.length; i++) {
            AttentionPattern pattern = patterns[i / heads][i % heads];
            masks[i / heads][i % heads] = pattern.mask();
            variants[i] = (byte) pattern.variant().ordinal();
            if (pattern.hasBias() != biased) {
                throw new MaskException(
                        MaskStack.at(i / heads, i % heads) + ": expected a bias in all heads or in none");
            }
            if (biased) {
                System.arraycopy(pattern.bias(), 0, biases, i * perHead, perHead);
            }
        }
        MaskStack stack = new MaskStack(masks);
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put(KEPT, stack.toArray(Polarity.TRUE_IS_KEPT));
        arrays.put(VARIANT, NpyArray.ofBytes(variants, layers, heads));
        if (biased) {
            arrays.put(BIAS, NpyArray.ofFloats(biases, layers, heads, stack.queries(), stack.keys()));
        }
        Npz.write(file, arrays, Map.of(), Npz.Compression.DEFLATED);
    }

    /**
     * Reads patterns back, by layer and head.
     *
     * @throws IOException if the file is missing, an array in it is, or its contents do not fit together, naming layer
     *     and head where there is one
     */
    public static AttentionPattern[][] read(Path file) throws IOException {
        Map<String, NpyArray> arrays = Npz.read(file);
        if (!arrays.containsKey(KEPT) || !arrays.containsKey(VARIANT)) {
            throw new IOException(file + ": holds " + arrays.keySet() + ": expected kept and variant");
        }
        try {
            return patterns(arrays);
        } catch (MaskException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static AttentionPattern[][] patterns(Map<String, NpyArray> arrays) {
        MaskStack masks = MaskStack.of(arrays.get(KEPT), Polarity.TRUE_IS_KEPT);
        NpyArray variants = arrays.get(VARIANT);
        int perHead = masks.queries() * masks.keys();
        int heads = masks.heads();
        if (variants.type().isFloating() || variants.size() != masks.layers() * heads) {
            throw new MaskException("variant is " + variants + ": expected one integer per layer and head");
        }
        NpyArray bias = arrays.get(BIAS);
        if (bias != null && bias.size() != variants.size() * perHead) {
            throw new MaskException("bias is " + bias + ": expected the shape of kept, " + arrays.get(KEPT));
        }
        float[] biases = bias == null ? null : bias.floats();
        int[] indices = variants.ints();
        AttentionPattern[][] patterns = new AttentionPattern[masks.layers()][heads];
        for (int i = 0; i < indices.length; i++) {
            String place = MaskStack.at(i / heads, i % heads);
            if (indices[i] < 0 || indices[i] >= Variant.values().length) {
                throw new MaskException(
                        place + ": variant is " + indices[i] + ", expected 0.." + (Variant.values().length - 1));
            }
            float[] own = null;
            if (biases != null) {
                own = new float[perHead];
                System.arraycopy(biases, i * perHead, own, 0, perHead);
            }
            try {
                HeadMask mask = masks.mask(i / heads, i % heads);
                patterns[i / heads][i % heads] = AttentionPattern.compile(Variant.values()[indices[i]], mask, own);
            } catch (MaskException e) {
                throw new MaskException(place + ": " + e.getMessage(), e);
            }
        }
        return patterns;
    }
}
