package org.flatgaze.tests.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.SensorFormat;
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

/** What a frame costs before the networks: unpacking, the two products of the region, standardising. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FrameKernelsBenchmark {

    private static final int ROWS = 96;
    private static final int COLUMNS = 160;

    @Param({"best", "scalar"})
    public String set;

    private final SensorFormat format = SensorFormat.REFERENCE;
    private final byte[] raw = new byte[format.frameBytes()];
    private final float[] plane = new float[format.samples()];
    private final float[] left = new float[ROWS * format.height()];
    private final float[] right = new float[format.width() * COLUMNS];
    private final float[] half = new float[ROWS * format.width()];
    private final float[] picture = new float[ROWS * COLUMNS];
    private final float[] standard = new float[ROWS * COLUMNS];
    private KernelSet kernels;

    @Setup
    public void fill() {
        Random random = new Random(1);
        random.nextBytes(raw);
        fill(random, plane);
        fill(random, left);
        fill(random, right);
        fill(random, half);
        fill(random, picture);
        kernels = set.equals("best") ? KernelSet.best() : KernelSet.scalar();
    }

    private static void fill(Random random, float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
    }

    /** RAW10 of 480 x 640 to floats. */
    @Benchmark
    public float[] unpack() {
        kernels.unpackRaw10(raw, 0, format.samples(), 1f / 1023, plane, 0);
        return plane;
    }

    /** 96 x 480 times 480 x 640: the rows of the region. */
    @Benchmark
    public float[] leftProduct() {
        int k = format.height();
        int n = format.width();
        kernels.sgemm(ROWS, n, k, left, 0, k, plane, 0, n, half, 0, n);
        return half;
    }

    /** 96 x 640 times 640 x 160: its columns. */
    @Benchmark
    public float[] rightProduct() {
        int k = format.width();
        kernels.sgemm(ROWS, COLUMNS, k, half, 0, k, right, 0, COLUMNS, picture, 0, COLUMNS);
        return picture;
    }

    /** 96 x 160 to mean 0 and deviation 1. */
    @Benchmark
    public float[] standardise() {
        kernels.standardize(picture, 0, picture.length, standard, 0);
        return standard;
    }
}
