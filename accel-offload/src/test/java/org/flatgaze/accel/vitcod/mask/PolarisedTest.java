package org.flatgaze.accel.vitcod.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.accel.vitcod.VitcodData;
import org.junit.jupiter.api.Test;

final class PolarisedTest {

    @Test
    void shouldCountPublishedGlobalTokensWhenMaskIsDeitTiny() {
        double[] published = VitcodData.array("simulator/deit_tiny_lowrank/global_token_info_0.95.npy")
                .doubles();
        MaskStack masks = VitcodData.deitTiny();
        double[] ours = new double[published.length];
        for (int i = 0; i < ours.length; i++) {
            ours[i] = Polarised.of(masks.mask(i / 3, i % 3), Polarised.PUBLISHED_THRESHOLD)
                    .globalTokens();
        }
        assertArrayEquals(published, ours);
        assertEquals(0.9467, masks.sparsity(), 5e-5);
    }

    @Test
    void shouldExchangeTokensSymmetricallyWhenSquare() {
        // Columns 2 and 3 keep three entries each, the others one or two.
        HeadMask mask = mask(4, 4, "1011", "0011", "0111", "1000");
        Polarised split = Polarised.of(mask, 2);
        assertEquals(2, split.globalTokens());
        assertArrayEquals(new int[] {2, 3, 0, 1}, split.columnOrder());
        assertArrayEquals(split.columnOrder(), split.rowOrder());
        assertEquals(6, split.keptInDenserPart());
        assertEquals(mask.keptEntries() - 6, split.keptInSparserPart());
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(
                        mask.keeps(split.rowOrder()[i], split.columnOrder()[j]),
                        split.reordered().keeps(i, j));
            }
        }
    }

    @Test
    void shouldMoveColumnsOnlyWhenRectangular() {
        Polarised split = Polarised.of(mask(2, 3, "011", "010"), 1);
        assertArrayEquals(new int[] {1, 0, 2}, split.columnOrder());
        assertArrayEquals(new int[] {0, 1}, split.rowOrder());
    }

    @Test
    void shouldScaleThresholdWhenTokensDiffer() {
        assertEquals(50, Polarised.publishedThreshold(197));
        assertEquals(12, Polarised.publishedThreshold(49));
    }

    @Test
    void shouldRefuseWhenThresholdIsNegative() {
        assertTrue(assertThrows(MaskException.class, () -> Polarised.of(HeadMask.full(2, 2), -1))
                .getMessage()
                .startsWith("columnThreshold=-1"));
    }

    private static HeadMask mask(int queries, int keys, String... rows) {
        boolean[] kept = new boolean[queries * keys];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = rows[i / keys].charAt(i % keys) == '1';
        }
        return new HeadMask(queries, keys, kept);
    }
}
