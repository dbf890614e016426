package org.flatgaze.accel.vitcod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.junit.jupiter.api.Assumptions;

/** The published and synthetic masks; a test that asks for them is skipped where they are not installed. */
public final class VitcodData {

    /** LeViT stages in the order of the published thresholds. */
    public static final List<String> LEVIT_STAGES = List.of("dpt0", "subsample0", "dpt1", "subsample1", "dpt2");

    private VitcodData() {}

    /** A file below the data folder. */
    public static Path file(String name) {
        String property = System.getProperty("flatgaze.shared");
        Path shared = property == null ? null : Path.of(property);
        for (Path up = Path.of("").toAbsolutePath(); shared == null && up != null; up = up.getParent()) {
            Path sibling = up.resolveSibling("shared");
            shared = Files.exists(sibling.resolve("DESIGN.md")) ? sibling : null;
        }
        Path file =
                shared == null ? null : shared.resolve("data").resolve("vitcod").resolve(name);
        Assumptions.assumeTrue(file != null && Files.exists(file), "no data file " + name);
        return file;
    }

    public static NpyArray array(String name) {
        try {
            return Npy.read(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Published masks of DeiT-Tiny, 94.67 % pruned. */
    public static MaskStack deitTiny() {
        return MaskStack.of(array("simulator/deit_tiny_lowrank/info_0.95.npy"), Polarity.TRUE_IS_PRUNED);
    }

    public static NpyArray levitMap(String stage) {
        return array("levit/attn/LeViT_128_lowrank/attention_score_" + stage + ".npy");
    }

    public static NpyArray levitMaskFile(String level, String stage) {
        return array("levit/masks/LeViT_128_lowrank/" + level + "/mask_" + stage + ".npy");
    }

    public static MaskStack levitMasks(String level, String stage) {
        return MaskStack.of(levitMaskFile(level, stage), Polarity.TRUE_IS_PRUNED);
    }

    /** Synthetic masks, such as {@code deit_tiny_0.6}. */
    public static MaskStack synthetic(String key) {
        return unpack(synthetic().get(key).bytes(), 12, key.startsWith("deit_base") ? 12 : 3, 197);
    }

    private static Map<String, NpyArray> synthetic() {
        try {
            return Npz.read(file("synthetic/deit_masks_packedbits.npz"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MaskStack unpack(byte[] packed, int layers, int heads, int tokens) {
        HeadMask[][] masks = new HeadMask[layers][heads];
        boolean[] kept = new boolean[tokens * tokens];
        for (int i = 0; i < layers * heads; i++) {
            for (int j = 0; j < kept.length; j++) {
                int bit = i * kept.length + j;
                kept[j] = ((packed[bit >> 3] >> (7 - (bit & 7))) & 1) == 0;
            }
            masks[i / heads][i % heads] = new HeadMask(tokens, tokens, kept);
        }
        return new MaskStack(masks);
    }

    /** Every mask file there is, named. */
    public static List<Named> all() {
        List<Named> all = new ArrayList<>();
        all.add(new Named("DeiT-Tiny 94.67 %", deitTiny()));
        for (String level : List.of("0.8", "0.9")) {
            for (String stage : LEVIT_STAGES) {
                all.add(new Named("LeViT-128 " + level + " " + stage, levitMasks(level, stage)));
            }
        }
        for (String model : List.of("deit_tiny", "deit_base")) {
            for (String level : List.of("0.6", "0.7", "0.8", "0.9", "0.95")) {
                all.add(new Named(model + "_" + level, synthetic(model + "_" + level)));
            }
        }
        return all;
    }

    /** A mask file's contents and what to call it. */
    public record Named(String name, MaskStack masks) {}
}
