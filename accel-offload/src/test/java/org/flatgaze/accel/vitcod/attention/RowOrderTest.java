package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.flatgaze.accel.vitcod.VitcodData;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.junit.jupiter.api.Test;

final class RowOrderTest {

    @Test
    void shouldHoldEveryQueryOnceWhenClustered() {
        HeadMask mask = SparseAttentionContract.randomMask(new Random(3), 37, 50, 0.2);
        int[] order = RowOrder.clustered(mask, 16);
        int[] expected = new int[37];
        Arrays.setAll(expected, i -> i);
        Arrays.sort(order);
        assertArrayEquals(expected, order);
    }

    @Test
    void shouldPutEqualRowsTogetherWhenTheyAreInterleaved() {
        boolean[] kept = new boolean[32 * 64];
        for (int query = 0; query < 32; query++) {
            Arrays.fill(kept, query * 64 + query % 2 * 32, query * 64 + query % 2 * 32 + 32, true);
        }
        TilePattern pattern = new TilePattern(Variant.TILES, new HeadMask(32, 64, kept), null, 16, TilePattern.NEVER);
        assertEquals(1, pattern.fill());
    }

    @Test
    void shouldNeedFewerTilesThanRasterOrderWhenMaskIsTrained() {
        MaskStack masks = VitcodData.levitMasks("0.9", "dpt0");
        int raster = 0;
        int clustered = 0;
        int[] inOrder = new int[masks.queries()];
        Arrays.setAll(inOrder, i -> i);
        for (int head = 0; head < masks.heads(); head++) {
            raster += tiles(masks.mask(1, head), inOrder);
            clustered += tiles(masks.mask(1, head), RowOrder.clustered(masks.mask(1, head), 16));
        }
        assertTrue(clustered < 0.9 * raster, clustered + " of " + raster);
    }

    private static int tiles(HeadMask mask, int[] order) {
        int tiles = 0;
        for (int from = 0; from < order.length; from += 16) {
            for (int key = 0; key < mask.keys(); key++) {
                boolean any = false;
                for (int i = from; i < Math.min(from + 16, order.length); i++) {
                    any |= mask.keeps(order[i], key);
                }
                tiles += any ? 1 : 0;
            }
        }
        return tiles;
    }
}
