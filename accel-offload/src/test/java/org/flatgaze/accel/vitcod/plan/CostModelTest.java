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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CostModelTest {

    @Test
    void shouldReadBackSameModelWhenCached(@TempDir Path folder) throws IOException {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        Path file = folder.resolve("new").resolve("attention.cost");
        CostModel measured = CostModel.cached(file);
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

        String text = Files.readString(file, StandardCharsets.UTF_8);
        Files.writeString(file, text.replaceAll("(?m)^TILES=.*$", "TILES=1 2 x"), StandardCharsets.UTF_8);
        assertTrue(assertThrows(IOException.class, () -> CostModel.cached(file))
                .getMessage()
                .contains("TILES: expected 6 weights"));
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

    private static HeadMask diagonal(int tokens) {
        boolean[] kept = new boolean[tokens * tokens];
        for (int i = 0; i < tokens; i++) {
            kept[i * tokens + i] = true;
        }
        return new HeadMask(tokens, tokens, kept);
    }
}
