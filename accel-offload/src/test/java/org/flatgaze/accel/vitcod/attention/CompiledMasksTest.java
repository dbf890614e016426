package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompiledMasksTest {

    @TempDir
    private Path folder;

    @Test
    void shouldReadBackSamePatternsWhenWritten() throws IOException {
        Path file = folder.resolve("model.npz");
        AttentionPattern[][] patterns = patterns(true);
        CompiledMasks.write(file, patterns);
        AttentionPattern[][] back = CompiledMasks.read(file);
        for (int head = 0; head < 4; head++) {
            assertEquals(patterns[0][head].variant(), back[0][head].variant());
            assertEquals(patterns[0][head].mask(), back[0][head].mask());
            assertArrayEquals(patterns[0][head].bias(), back[0][head].bias());
        }
    }

    @Test
    void shouldExplainWhenContentsDoNotFit() throws IOException {
        Path file = folder.resolve("model.npz");
        NpyArray kept = NpyArray.ofBooleans(new boolean[] {true, true, true, true}, 1, 1, 2, 2);
        assertUnreadable(file, Map.of("kept", kept), "expected kept and variant");
        NpyArray wrong = NpyArray.ofBytes(new byte[] {9}, 1, 1);
        assertUnreadable(file, Map.of("kept", kept, "variant", wrong), "layer 0 head 0: variant is 9");
        NpyArray dense = NpyArray.ofBytes(new byte[] {0}, 1, 1);
        NpyArray shortBias = NpyArray.ofFloats(new float[2], 2);
        assertUnreadable(file, Map.of("kept", kept, "variant", dense, "bias", shortBias), "bias is float32[2]");
        NpyArray nan = NpyArray.ofFloats(new float[] {0, Float.NaN, 0, 0}, 1, 1, 2, 2);
        assertUnreadable(file, Map.of("kept", kept, "variant", dense, "bias", nan), "layer 0 head 0: bias[0, 1]=NaN");
    }

    @Test
    void shouldRefuseWhenOnlySomeHeadsAreBiased() {
        AttentionPattern[][] mixed = {{patterns(true)[0][0], patterns(false)[0][1]}};
        assertThrows(MaskException.class, () -> CompiledMasks.write(folder.resolve("x.npz"), mixed));
    }

    private static void assertUnreadable(Path file, Map<String, NpyArray> arrays, String expected) throws IOException {
        Npz.write(file, arrays);
        String message =
                assertThrows(IOException.class, () -> CompiledMasks.read(file)).getMessage();
        assertTrue(message.contains(expected), message);
    }

    private static AttentionPattern[][] patterns(boolean biased) {
        Random random = new Random(2);
        AttentionPattern[][] patterns = new AttentionPattern[1][4];
        for (Variant variant : Variant.values()) {
            float[] bias = biased ? SparseAttentionContract.uniform(random, 9 * 11) : null;
            patterns[0][variant.ordinal()] =
                    AttentionPattern.compile(variant, SparseAttentionContract.randomMask(random, 9, 11, 0.3), bias);
        }
        return patterns;
    }
}
