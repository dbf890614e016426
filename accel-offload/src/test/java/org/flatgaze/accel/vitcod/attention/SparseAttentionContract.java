package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.flatgaze.accel.vitcod.VitcodData;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every attention kernel must do, each variant held against double precision. */
abstract class SparseAttentionContract {

    private static final double TOLERANCE = 1e-6;
    private static final long SEED = 20261120;
    private static final float GUARD = 12345.5f;

    abstract SparseAttention kernel();

    @ParameterizedTest
    @CsvSource({
        "1, 1, 16, 16, 1",
        "5, 7, 16, 32, 0.5",
        "16, 49, 16, 64, 0.3",
        "49, 196, 16, 64, 0.1",
        "33, 17, 32, 64, 0.02",
        "197, 197, 64, 64, 0.05",
        "40, 65, 64, 64, 0.9",
        "31, 50, 32, 128, 0.4",
        "18, 20, 7, 5, 0.5",
        "20, 33, 24, 40, 0.2",
        "64, 64, 64, 64, 1",
        "17, 9, 1, 1, 0.6",
        "49, 196, 32, 128, 0.0"
    })
    void shouldMatchDoubleReferenceWhenMaskIsRandom(int queries, int keys, int depth, int valueDepth, double density) {
        Random random = new Random(SEED + queries);
        HeadMask mask = randomMask(random, queries, keys, density);
        check(mask, null, depth, valueDepth, random, Variant.values());
        check(mask, uniform(random, queries * keys), depth, valueDepth, random, Variant.values());
    }

    /** Layers of each mask file to check; the heads take turns. */
    abstract int layersPerFile();

    @Test
    void shouldMatchDoubleReferenceWhenMaskIsFromFile() {
        Random random = new Random(SEED);
        for (VitcodData.Named file : VitcodData.all()) {
            boolean levit = file.name().startsWith("LeViT");
            int depth = levit ? 16 : 64;
            int valueDepth = levit ? (file.name().contains("subsample") ? 64 : 32) : 64;
            for (int layer = 0; layer < Math.min(layersPerFile(), file.masks().layers()); layer++) {
                HeadMask mask = file.masks().mask(layer, layer % file.masks().heads());
                float[] bias = levit ? uniform(random, mask.queries() * mask.keys()) : null;
                check(mask, bias, depth, valueDepth, random, Variant.values());
            }
        }
    }

    private void check(HeadMask mask, float[] bias, int depth, int valueDepth, Random random, Variant... variants) {
        HeadLayout shape =
                new HeadLayout(depth, valueDepth, 3, depth + 2, 1, depth + 5, 2, valueDepth + 1, 7, valueDepth + 3);
        float[] q = uniform(random, 3 + mask.queries() * shape.qStride());
        float[] k = uniform(random, 1 + mask.keys() * shape.kStride());
        float[] v = uniform(random, 2 + mask.keys() * shape.vStride());
        float scale = (float) (1 / Math.sqrt(depth));
        double[] expected = MaskedReference.attention(mask, bias, shape, q, k, v, scale);
        for (Variant variant : variants) {
            float[] out = new float[7 + mask.queries() * shape.outStride()];
            Arrays.fill(out, GUARD);
            kernel().run(AttentionPattern.compile(variant, mask, bias), shape, q, k, v, scale, out);
            assertRows(variant + " " + mask, shape, expected, out);
        }
    }

    private static void assertRows(String name, HeadLayout shape, double[] expected, float[] out) {
        for (int i = 0; i < out.length; i++) {
            int row = (i - 7) / shape.outStride();
            int column = (i - 7) % shape.outStride();
            if (i < 7 || column >= shape.valueDepth()) {
                assertEquals(GUARD, out[i], name + " wrote outside its rows at " + i);
                continue;
            }
            double want = expected[row * shape.valueDepth() + column];
            if (!(Math.abs(out[i] - want) <= TOLERANCE)) {
                assertEquals(want, out[i], TOLERANCE, name + " row " + row + " column " + column);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void shouldReturnValueRowWhenOneEntryIsKept(Variant variant) {
        boolean[] kept = new boolean[20 * 30];
        for (int query = 0; query < 20; query++) {
            kept[query * 30 + (query * 7 + 3) % 30] = true;
        }
        HeadMask mask = new HeadMask(20, 30, kept);
        Random random = new Random(SEED);
        float[] v = uniform(random, 30 * 16);
        float[] out = new float[20 * 16];
        kernel().run(
                        AttentionPattern.compile(variant, mask, null),
                        HeadLayout.contiguous(16, 16),
                        uniform(random, 20 * 16),
                        uniform(random, 30 * 16),
                        v,
                        40f,
                        out);
        for (int i = 0; i < out.length; i++) {
            assertEquals(v[(i / 16 * 7 + 3) % 30 * 16 + i % 16], out[i], 1e-6f);
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void shouldStayFiniteWhenScoresAreHuge(Variant variant) {
        Random random = new Random(SEED);
        HeadMask mask = randomMask(random, 19, 23, 0.4);
        float[] q = scaled(uniform(random, 19 * 16), 1e8f);
        float[] out = new float[19 * 16];
        kernel().run(
                        AttentionPattern.compile(variant, mask, null),
                        HeadLayout.contiguous(16, 16),
                        q,
                        scaled(uniform(random, 23 * 16), 1e8f),
                        uniform(random, 23 * 16),
                        1f,
                        out);
        for (float value : out) {
            assertTrue(Float.isFinite(value) && Math.abs(value) < 10, "value=" + value);
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void shouldHandleDenormalsWhenInputsAreTiny(Variant variant) {
        Random random = new Random(SEED);
        HeadMask mask = randomMask(random, 19, 23, 0.4);
        float[] v = new float[23 * 16];
        Arrays.fill(v, Float.MIN_NORMAL / 2);
        float[] out = new float[19 * 16];
        kernel().run(
                        AttentionPattern.compile(variant, mask, null),
                        HeadLayout.contiguous(16, 16),
                        scaled(uniform(random, 19 * 16), 1e-30f),
                        scaled(uniform(random, 23 * 16), 1e-30f),
                        v,
                        1f,
                        out);
        for (float value : out) {
            assertEquals(Float.MIN_NORMAL / 2, value, Float.MIN_NORMAL * 1e-5f);
        }
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void shouldShowNanWhenQueryHoldsOne(Variant variant) {
        Random random = new Random(SEED);
        HeadMask mask = randomMask(random, 19, 23, 0.4);
        float[] q = uniform(random, 19 * 16);
        q[5 * 16 + 3] = Float.NaN;
        float[] out = new float[19 * 16];
        kernel().run(
                        AttentionPattern.compile(variant, mask, null),
                        HeadLayout.contiguous(16, 16),
                        q,
                        uniform(random, 23 * 16),
                        uniform(random, 23 * 16),
                        0.25f,
                        out);
        for (int i = 0; i < out.length; i++) {
            assertEquals(i / 16 == 5, Float.isNaN(out[i]), variant + " row " + i / 16);
        }
    }

    @Test
    void shouldNameArrayWhenTooShort() {
        AttentionPattern pattern = AttentionPattern.compile(Variant.DENSE, HeadMask.full(4, 5), null);
        HeadLayout shape = HeadLayout.contiguous(8, 16);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> kernel().run(
                                        pattern, shape, new float[32], new float[39], new float[80], 1f, new float[64]))
                .getMessage();
        assertTrue(message.startsWith("k.length=39"), message);
    }

    @Test
    void shouldAllocateNothingWhenWarm() {
        Random random = new Random(SEED);
        HeadMask mask = randomMask(random, 50, 50, 0.2);
        SparseAttention kernel = kernel();
        HeadLayout shape = HeadLayout.contiguous(32, 32);
        float[] q = uniform(random, 1600);
        float[] k = uniform(random, 1600);
        float[] v = uniform(random, 1600);
        float[] out = new float[1600];
        AttentionPattern[] patterns = Arrays.stream(Variant.values())
                .map(variant -> AttentionPattern.compile(variant, mask, null))
                .toArray(AttentionPattern[]::new);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // The compiler works in the background; until it is done the vector code boxes its values.
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (least > 0 && System.nanoTime() - deadline < 0) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                for (AttentionPattern pattern : patterns) {
                    kernel.run(pattern, shape, q, k, v, 0.2f, out);
                }
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    @Test
    void shouldRefusePatternWhenRowIsEmptyOrBiasIsWrong() {
        boolean[] kept = {true, false, false, false};
        assertThrows(
                MaskException.class, () -> AttentionPattern.compile(Variant.TILES, new HeadMask(2, 2, kept), null));
        HeadMask full = HeadMask.full(2, 2);
        assertThrows(MaskException.class, () -> AttentionPattern.compile(Variant.CSR, full, new float[3]));
        assertThrows(
                MaskException.class,
                () -> AttentionPattern.compile(Variant.CSR, full, new float[] {0, 0, Float.NaN, 0}));
    }

    static HeadMask randomMask(Random random, int queries, int keys, double density) {
        boolean[] kept = new boolean[queries * keys];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = random.nextDouble() < density;
        }
        for (int query = 0; query < queries; query++) {
            kept[query * keys + random.nextInt(keys)] = true;
        }
        return new HeadMask(queries, keys, kept);
    }

    static float[] uniform(Random random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static float[] scaled(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }
}
