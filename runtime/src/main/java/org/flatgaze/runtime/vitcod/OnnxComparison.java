package org.flatgaze.runtime.vitcod;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.flatgaze.accel.vitcod.plan.PairedTiming;

/**
 * Our dense kernel beside ONNX Runtime's attention, one thread each, in interleaved pairs over one layer.
 *
 * @param unfused ONNX Runtime (first) against ours (second), separate operators
 * @param fused the same with its fused operator
 */
public record OnnxComparison(PairedTiming unfused, PairedTiming fused) {

    private static final int WARM_RUNS = 200;

    /** Ours against the faster of the two: above 1 ours is faster. */
    public double speedup() {
        return Math.min(unfused.speedup(), fused.speedup());
    }

    /** Measures one layer. */
    public static OnnxComparison measure(int heads, int queries, int keys, int depth, int valueDepth, int pairs) {
        AttentionPattern pattern = AttentionPattern.compile(Variant.DENSE, HeadMask.full(queries, keys), null);
        HeadLayout layout = HeadLayout.contiguous(depth, valueDepth);
        SparseAttention kernel = SparseAttention.best();
        Random random = new Random(1);
        float[][] q = uniform(random, heads, queries * depth);
        float[][] k = uniform(random, heads, keys * depth);
        float[][] v = uniform(random, heads, keys * valueDepth);
        float[][] out = new float[heads][queries * valueDepth];
        float scale = (float) (1 / Math.sqrt(depth));
        Runnable ours = () -> {
            for (int head = 0; head < heads; head++) {
                kernel.run(pattern, layout, q[head], k[head], v[head], scale, out[head]);
            }
        };
        PairedTiming unfused =
                against(AttentionModel.unfused(heads, queries, keys, depth, valueDepth), random, ours, pairs);
        PairedTiming fused =
                against(AttentionModel.fused(heads, queries, keys, depth, valueDepth), random, ours, pairs);
        return new OnnxComparison(unfused, fused);
    }

    private static PairedTiming against(ModelSource model, Random random, Runnable ours, int pairs) {
        try (Accelerator onnx = Accelerators.byId("onnx").open();
                Program program = onnx.compile(model, CompileOptions.singleThreaded());
                Execution execution = program.newExecution()) {
            for (int i = 0; i < program.inputs().size(); i++) {
                ByteBuffer input = execution.input(i);
                FloatBuffer floats = input.asFloatBuffer();
                while (floats.hasRemaining()) {
                    floats.put(2 * random.nextFloat() - 1);
                }
            }
            for (int i = 0; i < WARM_RUNS; i++) {
                execution.run();
                ours.run();
            }
            return PairedTiming.of(execution::run, ours, pairs, 1);
        }
    }

    private static float[][] uniform(Random random, int heads, int length) {
        float[][] values = new float[heads][length];
        for (float[] head : values) {
            for (int i = 0; i < length; i++) {
                head[i] = 2 * random.nextFloat() - 1;
            }
        }
        return values;
    }
}
