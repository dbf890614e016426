package org.flatgaze.tests.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.vitcod.attention.AttentionPattern;
import org.flatgaze.accel.vitcod.attention.HeadLayout;
import org.flatgaze.accel.vitcod.attention.Int8Attention;
import org.flatgaze.accel.vitcod.attention.Int8Scales;
import org.flatgaze.accel.vitcod.attention.SparseAttention;
import org.flatgaze.accel.vitcod.attention.Variant;
import org.flatgaze.accel.vitcod.mask.HeadMask;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One head under a random mask: every variant of the float kernels, and the 8-bit one, scalar and vector. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBenchmark {

    /** Tokens, depth and value depth: DeiT, LeViT-128's first stage, the ViT gaze net. */
    @Param({"197x64x64", "196x16x32", "61x32x32"})
    public String shape;

    /** Share of kept pairs; 1 is what dense kernels do anyway. */
    @Param({"1", "0.2", "0.05"})
    public double kept;

    @Param({"DENSE", "HYBRID", "TILES", "CSR"})
    public Variant variant;

    @Param({"vector", "scalar"})
    public String kernel;

    private AttentionPattern pattern;
    private AttentionPattern tiles;
    private HeadLayout layout;
    private SparseAttention floats;
    private Int8Attention bytes;
    private Int8Scales scales;
    private float[][] qkv;
    private byte[][] steps;
    private float[] out;
    private float scale;

    /** Makes the mask and inputs. */
    @Setup
    public void prepare() {
        String[] extents = shape.split("x", -1);
        int tokens = Integer.parseInt(extents[0]);
        int depth = Integer.parseInt(extents[1]);
        int valueDepth = Integer.parseInt(extents[2]);
        Random random = new Random(1);
        boolean[] mask = new boolean[tokens * tokens];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextDouble() < kept || i % tokens == i / tokens;
        }
        HeadMask head = new HeadMask(tokens, tokens, mask);
        pattern = AttentionPattern.compile(variant, head, null);
        tiles = AttentionPattern.compile(Variant.TILES, head, null);
        layout = HeadLayout.contiguous(depth, valueDepth);
        floats = kernel.equals("vector") ? SparseAttention.best() : SparseAttention.scalar();
        bytes = kernel.equals("vector") ? Int8Attention.best() : Int8Attention.scalar();
        scale = (float) (1 / Math.sqrt(depth));
        scales = new Int8Scales(0.02f, 0.02f, 0.02f, scale);
        qkv = new float[3][];
        steps = new byte[3][];
        for (int m = 0; m < 3; m++) {
            steps[m] = new byte[tokens * (m == 2 ? valueDepth : depth)];
            random.nextBytes(steps[m]);
            qkv[m] = new float[steps[m].length];
            for (int i = 0; i < qkv[m].length; i++) {
                qkv[m][i] = steps[m][i] / 128f;
            }
        }
        out = new float[tokens * valueDepth];
    }

    /** Float32. */
    @Benchmark
    public float[] attention() {
        floats.run(pattern, layout, qkv[0], qkv[1], qkv[2], scale, out);
        return out;
    }

    /** 8 bits; always by tiles, whatever the variant says. */
    @Benchmark
    public float[] attentionInt8() {
        bytes.run(tiles, layout, steps[0], steps[1], steps[2], scales, out);
        return out;
    }
}
