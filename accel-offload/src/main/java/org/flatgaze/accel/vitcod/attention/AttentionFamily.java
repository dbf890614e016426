package org.flatgaze.accel.vitcod.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.flatgaze.accel.bench.KernelFamily;
import org.flatgaze.accel.bench.KernelRow;
import org.flatgaze.accel.bench.PairedTimer;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.vitcod.mask.HeadMask;

/**
 * The attention kernels beside our dense one, on generated masks with neighbours and heavy columns as trained ones have.
 * Generated masks flatter no one by much, but real ones decide: {@code vitcod bench} takes those.
 */
public final class AttentionFamily implements KernelFamily {

    /** queries, keys, depth, value depth: DeiT, and LeViT-128's first stage and first shrinking block. */
    private static final int[][] SHAPES = {{197, 197, 64, 64}, {196, 196, 16, 32}, {49, 196, 16, 64}};

    private static final double[] DENSITIES = {0.4, 0.2, 0.1, 0.05};
    private static final double TOLERANCE = 2e-6;
    private static final long SEED = 1;

    @Override
    public String id() {
        return "vitcod";
    }

    @Override
    public List<KernelRow> measure(PairedTimer timer, Consumer<String> notes) {
        List<KernelRow> rows = new ArrayList<>();
        SparseAttention kernel = SparseAttention.best();
        if (kernel.id().equals("scalar")) {
            notes.accept("vitcod: no vector kernels on this JVM; the plain loops are measured");
        }
        for (int[] shape : SHAPES) {
            Head head = new Head(shape);
            AttentionPattern dense = AttentionPattern.compile(Variant.DENSE, HeadMask.full(shape[0], shape[1]), null);
            Runnable reference = () -> head.run(kernel, dense);
            for (double density : DENSITIES) {
                HeadMask mask = head.mask(density);
                for (Variant variant : Variant.values()) {
                    AttentionPattern pattern = AttentionPattern.compile(variant, mask, null);
                    PairedTimer.Pair pair = timer.time(() -> head.run(kernel, pattern), reference);
                    String pruned = String.format(Locale.ROOT, ", %.1f %% pruned", 100 * mask.sparsity());
                    rows.add(new KernelRow(
                            "attention",
                            head.name() + pruned,
                            variant + " vs DENSE unmasked",
                            pair.first(),
                            pair.second()));
                }
            }
            for (LinearKind kind : LinearKind.values()) {
                SparseAttention linear = new LinearAttention(kind, KernelSet.best());
                PairedTimer.Pair pair = timer.time(() -> head.run(linear, dense), reference);
                rows.add(new KernelRow(
                        "linear attention", head.name(), kind + " vs DENSE unmasked", pair.first(), pair.second()));
            }
        }
        return rows;
    }

    @Override
    public List<String> check() {
        List<String> differences = new ArrayList<>();
        for (int[] shape : SHAPES) {
            Head head = new Head(shape);
            for (double density : DENSITIES) {
                HeadMask mask = head.mask(density);
                float[] expected = head.run(
                                SparseAttention.scalar(), AttentionPattern.compile(Variant.DENSE, mask, null))
                        .clone();
                for (Variant variant : Variant.values()) {
                    float[] out = head.run(SparseAttention.best(), AttentionPattern.compile(variant, mask, null));
                    double worst = 0;
                    for (int i = 0; i < out.length; i++) {
                        double error = Math.abs((double) out[i] - expected[i]);
                        worst = error <= worst ? worst : error;
                    }
                    if (!(worst <= TOLERANCE)) {
                        differences.add("attention " + variant + " " + head.name() + " " + mask
                                + ": largest difference " + worst + ", expected at most " + TOLERANCE);
                    }
                }
            }
        }
        return differences;
    }

    /** Random inputs of unit scale for one shape. */
    private static final class Head {
        private final int queries;
        private final int keys;
        private final HeadLayout layout;
        private final Random random = new Random(SEED);
        private final float[] q;
        private final float[] k;
        private final float[] v;
        private final float[] out;

        Head(int[] shape) {
            queries = shape[0];
            keys = shape[1];
            layout = HeadLayout.contiguous(shape[2], shape[3]);
            q = uniform(queries * shape[2]);
            k = uniform(keys * shape[2]);
            v = uniform(keys * shape[3]);
            out = new float[queries * shape[3]];
        }

        String name() {
            return queries + " x " + keys + " tokens, depth " + layout.depth() + " and " + layout.valueDepth();
        }

        float[] run(SparseAttention kernel, AttentionPattern pattern) {
            kernel.run(pattern, layout, q, k, v, (float) (1 / Math.sqrt(layout.depth())), out);
            return out;
        }

        HeadMask mask(double density) {
            double[] column = new double[keys];
            for (int key = 0; key < keys; key++) {
                column[key] = Math.pow(random.nextDouble(), 3);
            }
            boolean[] kept = new boolean[queries * keys];
            for (int i = 0; i < kept.length; i++) {
                int query = i / keys;
                int key = i % keys;
                double apart = Math.abs((double) query / queries - (double) key / keys);
                kept[i] =
                        apart < density / 4 || column[i % keys] > 1 - density / 2 || random.nextDouble() < density / 4;
            }
            return new HeadMask(queries, keys, kept);
        }

        private float[] uniform(int length) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            return values;
        }
    }
}
