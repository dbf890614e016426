package org.flatgaze.accel.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both heights of the matrix product's block, also the one this machine would not choose. */
final class SgemmTileTest {

    private static final int COLUMNS = SgemmTile.COLUMNS;

    @Test
    void shouldEqualPlainLoopsAtBothHeights() {
        Random random = new Random(5);
        for (int depth : new int[] {1, 2, 7, 40}) {
            for (int rows = 1; rows <= 6; rows++) {
                check(random, depth, rows, 6, false);
                check(random, depth, rows, 6, true);
                check(random, depth, Math.min(rows, 4), 4, false);
                check(random, depth, Math.min(rows, 4), 4, true);
            }
        }
    }

    private static void check(Random random, int depth, int rows, int height, boolean add) {
        int lda = depth + 3;
        float[] a = floats(random, 2 + height * lda);
        float[] panel = floats(random, depth * COLUMNS);
        float[] c = floats(random, 1 + height * (COLUMNS + 2));
        float[] before = c.clone();
        if (height == 4) {
            SgemmTile.four(depth, a, 2, lda, rows, panel, c, 1, COLUMNS + 2, add);
        } else {
            SgemmTile.six(depth, a, 2, lda, rows, panel, c, 1, COLUMNS + 2, add);
        }
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < COLUMNS; j++) {
                int at = 1 + i * (COLUMNS + 2) + j;
                double sum = add ? before[at] : 0;
                for (int p = 0; p < depth; p++) {
                    sum += (double) a[2 + Math.min(i, rows - 1) * lda + p] * panel[p * COLUMNS + j];
                }
                assertEquals(sum, c[at], 1e-4, "height=" + height + " rows=" + rows + " row=" + i + " column=" + j);
            }
        }
    }

    private static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }
}
