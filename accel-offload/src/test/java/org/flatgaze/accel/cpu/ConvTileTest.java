package org.flatgaze.accel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every register block against plain loops, also those this machine would not choose. */
final class ConvTileTest {

    /** The signature the bodies share. */
    interface Block {
        void run(
                float[] a,
                int aOffset,
                int aStep,
                int rows,
                int[] taps,
                int firstTap,
                int tapCount,
                int run,
                float[] panel,
                int panelOffset,
                float[] bias,
                int biasOffset,
                float slope,
                float[] c,
                int cOffset,
                int cStep);
    }

    record Body(String name, int pixels, int vectors, Block block) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Body> bodies() {
        return List.of(
                new Body("six", 6, 2, WideConvTile::six),
                new Body("five", 5, 2, WideConvTile::five),
                new Body("twelve", 12, 1, WideConvTile::twelve),
                new Body("three", 3, 3, NarrowConvTile::three),
                new Body("three pointwise", 3, 3, ConvTileTest::pointwise),
                new Body("four", 4, 2, NarrowConvTile::four),
                new Body("nine", 9, 1, NarrowConvTile::nine));
    }

    private static void pointwise(
            float[] a,
            int aOffset,
            int aStep,
            int rows,
            int[] taps,
            int firstTap,
            int tapCount,
            int run,
            float[] panel,
            int panelOffset,
            float[] bias,
            int biasOffset,
            float slope,
            float[] c,
            int cOffset,
            int cStep) {
        if (tapCount == 1) {
            NarrowConvTile.threePointwise(
                    a,
                    aOffset + taps[firstTap],
                    aStep,
                    rows,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        } else {
            NarrowConvTile.three(
                    a,
                    aOffset,
                    aStep,
                    rows,
                    taps,
                    firstTap,
                    tapCount,
                    run,
                    panel,
                    panelOffset,
                    bias,
                    biasOffset,
                    slope,
                    c,
                    cOffset,
                    cStep);
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void shouldEqualPlainLoopsWhateverTheExtents(Body body) {
        Random random = new Random(7);
        int width = body.vectors * ConvTile.LANES;
        for (int run : new int[] {1, 2, 5, 16, 33}) {
            for (int tapCount : new int[] {1, 3}) {
                for (int rows = 1; rows <= body.pixels; rows++) {
                    check(body, random, width, run, tapCount, rows);
                }
            }
        }
    }

    private static void check(Body body, Random random, int width, int run, int tapCount, int rows) {
        int step = run + 3;
        int[] taps = {9, 0, 4 + step, 2};
        float[] a = floats(random, 11 + taps[2] + body.pixels * step + run);
        float[] panel = floats(random, 5 + tapCount * run * width);
        float[] bias = floats(random, 2 + width);
        float slope = random.nextBoolean() ? 1 : 0.1f;
        float[] c = new float[3 + body.pixels * (width + 2)];
        body.block.run(a, 11, step, rows, taps, 1, tapCount, run, panel, 5, bias, 2, slope, c, 3, width + 2);
        for (int i = 0; i < body.pixels; i++) {
            for (int o = 0; o < width; o++) {
                double sum = bias[2 + o];
                for (int t = 0; t < tapCount; t++) {
                    for (int p = 0; p < run; p++) {
                        sum += (double) a[11 + Math.min(i, rows - 1) * step + taps[1 + t] + p]
                                * panel[5 + (t * run + p) * width + o];
                    }
                }
                String where =
                        body + " run=" + run + " taps=" + tapCount + " rows=" + rows + " pixel=" + i + " output=" + o;
                assertEquals(Math.max(sum, slope * sum), c[3 + i * (width + 2) + o], 1e-4, where);
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

    @Test
    void shouldCoverEveryChannelOnceAndNoMoreVectorsThanNeeded() {
        for (int channels = 1; channels < 20 * ConvTile.LANES; channels++) {
            int vectors = 0;
            for (int left = channels; left > 0; ) {
                int panel = ConvTile.panelVectors(left);
                assertTrue(panel >= 1 && panel <= ConvTile.VECTORS, "channels=" + channels + " panel=" + panel);
                vectors += panel;
                left -= panel * ConvTile.LANES;
            }
            assertEquals((channels + ConvTile.LANES - 1) / ConvTile.LANES, vectors, "channels=" + channels);
        }
    }
}
