package org.flatgaze.accel.vitcod.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.Stream;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class LinearAttentionTest {

    static Stream<Arguments> cases() {
        return Stream.of(LinearKind.values())
                .flatMap(kind -> Stream.of(
                        Arguments.of(kind, 197, 197, 64, 64),
                        Arguments.of(kind, 49, 196, 16, 64),
                        Arguments.of(kind, 5, 7, 3, 9),
                        Arguments.of(kind, 1, 1, 1, 1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldMatchClosedFormWhenInputsAreRandom(LinearKind kind, int queries, int keys, int depth, int valueDepth) {
        Random random = new Random(20261120);
        HeadLayout shape = new HeadLayout(depth, valueDepth, 1, depth + 1, 2, depth, 3, valueDepth + 2, 0, valueDepth);
        float[] q = SparseAttentionContract.uniform(random, 1 + queries * shape.qStride());
        float[] k = SparseAttentionContract.uniform(random, 2 + keys * shape.kStride());
        float[] v = SparseAttentionContract.uniform(random, 3 + keys * shape.vStride());
        float scale = (float) (1 / Math.sqrt(depth));
        AttentionPattern pattern = AttentionPattern.compile(Variant.DENSE, HeadMask.full(queries, keys), null);
        for (KernelSet kernels : new KernelSet[] {KernelSet.scalar(), KernelSet.best()}) {
            float[] out = new float[queries * valueDepth];
            new LinearAttention(kind, kernels).run(pattern, shape, q, k, v, scale, out);
            for (int i = 0; i < queries; i++) {
                double[] expected = row(kind, shape, q, k, v, scale, keys, i);
                for (int j = 0; j < valueDepth; j++) {
                    assertEquals(expected[j], out[i * valueDepth + j], 2e-6, kind + " row " + i + " column " + j);
                }
            }
        }
    }

    /** One row straight from the definition, pair by pair, in double precision. */
    private static double[] row(
            LinearKind kind, HeadLayout shape, float[] q, float[] k, float[] v, double scale, int keys, int query) {
        int depth = shape.depth();
        double[] mean = new double[depth];
        for (int i = 0; i < keys * depth; i++) {
            mean[i % depth] += k[shape.kOffset() + i / depth * shape.kStride() + i % depth] / (double) keys;
        }
        double[] out = new double[shape.valueDepth()];
        double total = 0;
        for (int key = 0; key < keys; key++) {
            double dot = 0;
            double q2 = 0;
            double k2 = 0;
            for (int c = 0; c < depth; c++) {
                double a = q[shape.qOffset() + query * shape.qStride() + c];
                double b = k[shape.kOffset() + key * shape.kStride() + c];
                dot += a * (kind == LinearKind.TAYLOR ? b - mean[c] : b);
                q2 += a * a;
                k2 += b * b;
            }
            double weight = kind == LinearKind.TAYLOR ? 1 + scale * dot : 0.5 + dot / Math.sqrt(q2 * k2) / Math.PI;
            total += weight;
            for (int j = 0; j < out.length; j++) {
                out[j] += weight * v[shape.vOffset() + key * shape.vStride() + j];
            }
        }
        for (int j = 0; j < out.length; j++) {
            out[j] /= total;
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(LinearKind.class)
    void shouldRefuseWhenPatternPrunesOrAddsBias(LinearKind kind) {
        LinearAttention kernel = new LinearAttention(kind, KernelSet.scalar());
        HeadLayout shape = HeadLayout.contiguous(2, 2);
        float[] x = new float[4];
        AttentionPattern pruned = AttentionPattern.compile(
                Variant.TILES, new HeadMask(2, 2, new boolean[] {true, false, true, true}), null);
        AttentionPattern biased = AttentionPattern.compile(Variant.DENSE, HeadMask.full(2, 2), new float[4]);
        assertThrows(MaskException.class, () -> kernel.run(pruned, shape, x, x, x, 1f, new float[4]));
        assertThrows(MaskException.class, () -> kernel.run(biased, shape, x, x, x, 1f, new float[4]));
    }
}
