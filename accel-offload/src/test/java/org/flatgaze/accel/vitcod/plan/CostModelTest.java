package org.flatgaze.accel.vitcod.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CostModelTest {

    /** Measuring takes seconds, so once. */
    @TempDir
    private static Path measuredFolder;

    private static Path file;
    private static CostModel measured;

    @BeforeAll
    static void measure() throws IOException {
        if (VectorSupport.isUsable()) {
            file = measuredFolder.resolve("new").resolve("attention.cost");
            measured = CostModel.cached(file);
        }
    }

    @Test
    void shouldReadBackSameModelWhenCached() throws IOException {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        CostModel again = CostModel.cached(file);
        HeadMask mask = diagonal(64);
        for (Variant variant : Variant.values()) {
            AttentionPattern pattern = AttentionPattern.compile(variant, mask, null);
            assertTrue(measured.micros(pattern, 64, 64) > 0);
            assertEquals(measured.micros(pattern, 64, 64), again.micros(pattern, 64, 64));
        }
        HeadPlan plan = new Planner(again, 3).plan(4, 2, mask, null, 64, 64);
        assertTrue(plan.predictedMicros() <= plan.predictedDenseMicros() * 1.5);
        String message = assertThrows(
                        MaskException.class,
                        () -> new Planner(again, 3).plan(4, 2, new HeadMask(1, 2, new boolean[2]), null, 8, 8))
                .getMessage();
        assertTrue(message.startsWith("layer 4 head 2: row 0 keeps nothing"), message);
    }

    @Test
    void shouldTakeAChoiceBackWhenItMeasuresSlowerThanDense(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(VectorSupport.isUsable() && VectorSupport.bits() >= 256, VectorSupport.reason());
        // Compressed rows for nothing, on a mask that keeps almost all, where they take several times as long.
        CostModel wrong = CostModel.cached(with(folder, "CSR=0 0 0 0 0 0"));
        HeadMask mask = almostFull(128);
        assertEquals(0, wrong.micros(AttentionPattern.compile(Variant.CSR, mask, null), 64, 64));
        HeadPlan plan = new Planner(wrong, 21).plan(0, 0, mask, null, 64, 64);
        assertEquals(Variant.DENSE, plan.pattern().variant());
    }

    @Test
    void shouldRefuseWhenAWeightIsNoNumber(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        Path broken = with(folder, "TILES=1 2 x");
        assertTrue(assertThrows(IOException.class, () -> CostModel.cached(broken))
                .getMessage()
                .contains("TILES: expected 6 weights"));
    }

    /** The measured model with another line for one kernel. */
    private static Path with(Path folder, String line) throws IOException {
        String kernel = line.substring(0, line.indexOf('='));
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return Files.writeString(
                folder.resolve("other.cost"), text.replaceAll("(?m)^" + kernel + "=.*$", line), StandardCharsets.UTF_8);
    }

    @Test
    void shouldRecoverWeightsWhenFitIsExact() {
        List<double[]> terms =
                List.of(new double[] {1, 10}, new double[] {1, 200}, new double[] {1, 3000}, new double[] {1, 50});
        double[] weights = NonNegativeFit.relative(terms, List.of(7.0, 102.0, 1502.0, 27.0));
        assertArrayEquals(new double[] {2, 0.5}, weights, 1e-3);
    }

    @Test
    void shouldStayAtZeroWhenSlopeIsNegative() {
        List<double[]> terms = List.of(new double[] {1, 1}, new double[] {1, 2}, new double[] {1, 3});
        assertEquals(0, NonNegativeFit.relative(terms, List.of(3.0, 2.0, 1.0))[1]);
    }

    private static HeadMask almostFull(int tokens) {
        boolean[] kept = new boolean[tokens * tokens];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = i % 31 != 0;
        }
        return new HeadMask(tokens, tokens, kept);
    }

    private static HeadMask diagonal(int tokens) {
        boolean[] kept = new boolean[tokens * tokens];
        for (int i = 0; i < tokens; i++) {
            kept[i * tokens + i] = true;
        }
        return new HeadMask(tokens, tokens, kept);
    }
}
