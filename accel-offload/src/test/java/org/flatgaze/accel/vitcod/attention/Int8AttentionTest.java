package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 8-bit attention: both kernels against the closed form written out once more, bit for bit. */
final class Int8AttentionTest {

    private static final Int8Scales SCALES = new Int8Scales(0.02f, 0.015f, 0.01f, 0.25f);
    private static final float GUARD = 12345f;

    /** One head with room around its rows. */
    private static final class Head {
        final HeadMask mask;
        final float[] bias;
        final HeadLayout shape;
        final byte[] q;
        final byte[] k;
        final byte[] v;

        Head(Random random, int queries, int keys, int depth, int valueDepth, double density, boolean biased) {
            boolean[] kept = new boolean[queries * keys];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = random.nextDouble() < density || i % keys == i / keys % keys;
            }
            mask = new HeadMask(queries, keys, kept);
            shape = new HeadLayout(depth, valueDepth, 3, depth + 2, 1, depth + 5, 2, valueDepth + 1, 7, valueDepth + 3);
            q = bytes(random, 3 + queries * shape.qStride());
            k = bytes(random, 1 + keys * shape.kStride());
            v = bytes(random, 2 + keys * shape.vStride());
            bias = biased ? new float[kept.length] : null;
            for (int i = 0; biased && i < bias.length; i++) {
                bias[i] = 4 * random.nextFloat() - 2;
            }
        }

        private static byte[] bytes(Random random, int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }

        float[] run(Int8Attention kernel, Variant variant) {
            float[] out = new float[7 + mask.queries() * shape.outStride()];
            Arrays.fill(out, GUARD);
            kernel.run(AttentionPattern.compile(variant, mask, bias), shape, q, k, v, SCALES, out);
            return out;
        }

        /** The closed form in whole numbers; only the exponential is the kernel's own. */
        float[] expected() {
            float[] out = new float[7 + mask.queries() * shape.outStride()];
            Arrays.fill(out, GUARD);
            float factor = 0.02f * 0.015f * 0.25f * 1.442695f;
            for (int i = 0; i < mask.queries(); i++) {
                float[] t = new float[mask.keys()];
                float largest = Float.NEGATIVE_INFINITY;
                for (int j = 0; j < mask.keys(); j++) {
                    long s = 0;
                    for (int c = 0; c < shape.depth(); c++) {
                        s += (long) q[3 + i * shape.qStride() + c] * k[1 + j * shape.kStride() + c];
                    }
                    float b = bias == null ? 0 : bias[i * mask.keys() + j] * 1.442695f;
                    t[j] = Math.fma((float) s, factor, b);
                    largest = mask.keeps(i, j) ? Math.max(largest, t[j]) : largest;
                }
                for (int column = 0; column < shape.valueDepth(); column++) {
                    long sum = 0;
                    long total = 0;
                    for (int j = 0; j < mask.keys(); j++) {
                        if (mask.keeps(i, j)) {
                            long w = (long) Math.rint(FastExp.powerOfTwo(t[j] - largest) * 255f);
                            sum += w * v[2 + j * shape.vStride() + column];
                            total += w;
                        }
                    }
                    out[7 + i * shape.outStride() + column] = (float) sum * (0.01f / (float) total);
                }
            }
            return out;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "13, 13, 8, 8, 0.3, false",
        "61, 61, 32, 32, 0.2, false",
        "61, 61, 64, 64, 0.05, true",
        "49, 196, 16, 64, 0.1, true",
        "17, 5, 3, 1, 0.5, true",
        "1, 1, 1, 1, 1, false",
        "16, 514, 5, 7, 1, false"
    })
    void shouldGiveTheBitsOfTheClosedForm(int queries, int keys, int depth, int valueDepth, double density, boolean b) {
        Head head = new Head(new Random(keys), queries, keys, depth, valueDepth, density, b);
        float[] expected = head.expected();
        for (Variant variant : Variant.values()) {
            assertArrayEquals(expected, head.run(Int8Attention.scalar(), variant), 0f, "scalar " + variant);
        }
        if (VectorSupport.isUsable()) {
            assertArrayEquals(expected, head.run(Int8Attention.best(), Variant.TILES), 0f);
            assertArrayEquals(expected, head.run(Int8Attention.best(), Variant.HYBRID), 0f);
        }
    }

    @Test
    void shouldAgreeWhenShapesAreRandom() {
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        Random random = new Random(9);
        Int8Attention scalar = Int8Attention.scalar();
        Int8Attention vector = Int8Attention.best();
        for (int i = 0; i < 200; i++) {
            Head head = new Head(
                    random,
                    1 + random.nextInt(40),
                    1 + random.nextInt(60),
                    1 + random.nextInt(40),
                    1 + random.nextInt(40),
                    random.nextDouble(),
                    random.nextBoolean());
            Variant variant = random.nextBoolean() ? Variant.TILES : Variant.HYBRID;
            assertArrayEquals(head.run(scalar, variant), head.run(vector, variant), 0f, "shape " + head.shape);
        }
    }

    @Test
    void shouldStayNearFloatAttentionWhenScoresAreOfUnitScale() {
        Head head = new Head(new Random(4), 61, 61, 32, 32, 0.3, false);
        float[] out = head.run(Int8Attention.best(), Variant.TILES);
        float[] q = real(head.q, 0.02f);
        float[] k = real(head.k, 0.015f);
        float[] v = real(head.v, 0.01f);
        double[] reference = MaskedReference.attention(head.mask, null, head.shape, q, k, v, 0.25f);
        double worst = 0;
        for (int i = 0; i < reference.length; i++) {
            int at = 7 + i / 32 * head.shape.outStride() + i % 32;
            worst = Math.max(worst, Math.abs(out[at] - reference[i]));
        }
        assertTrue(worst < 0.01, "one step of v is 0.01, worst=" + worst);
    }

    private static float[] real(byte[] steps, float scale) {
        float[] values = new float[steps.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = steps[i] * scale;
        }
        return values;
    }

    @Test
    void shouldRefuseWhatItCannotComputeExactly() {
        Int8Attention kernel = Int8Attention.best();
        Head wide = new Head(new Random(1), 2, 2, 1025, 1, 1, false);
        assertRefused("depth=1025", () -> wide.run(kernel, Variant.TILES));
        Head many = new Head(new Random(1), 2, 515, 1, 1, 1, false);
        assertRefused("keys=515", () -> many.run(kernel, Variant.TILES));
        assertRefused("q=0.0", () -> new Int8Scales(0, 1, 1, 1));
        assertRefused("v=NaN", () -> new Int8Scales(1, 1, Float.NaN, 1));
        Head fine = new Head(new Random(1), 4, 4, 2, 2, 1, false);
        AttentionPattern pattern = AttentionPattern.compile(Variant.TILES, fine.mask, null);
        assertRefused(
                "k.length=1",
                () -> kernel.run(pattern, fine.shape, fine.q, new byte[1], fine.v, SCALES, new float[99]));
        Assumptions.assumeTrue(VectorSupport.isUsable(), VectorSupport.reason());
        assertRefused("pattern.variant=CSR", () -> fine.run(kernel, Variant.CSR));
    }

    private static void assertRefused(String expected, Runnable run) {
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, run::run);
        assertTrue(error.getMessage().contains(expected), error.getMessage());
    }

    @Test
    void shouldAllocateNothingWhenWarm() {
        Head head = new Head(new Random(3), 61, 61, 32, 32, 0.2, false);
        AttentionPattern pattern = AttentionPattern.compile(Variant.TILES, head.mask, null);
        float[] out = new float[7 + 61 * head.shape.outStride()];
        Int8Attention kernel = Int8Attention.best();
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 60 && least > 0; round++) {
            long before = thread.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                kernel.run(pattern, head.shape, head.q, head.k, head.v, SCALES, out);
            }
            least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }
}
