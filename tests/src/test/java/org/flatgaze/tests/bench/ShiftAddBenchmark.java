package org.flatgaze.tests.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.shiftadd.Int8Matrix;
import org.flatgaze.accel.shiftadd.MatrixKernel;
import org.flatgaze.accel.shiftadd.ShiftAddKernels;
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

/** The int8 product (shift layers run through it) and the adder layer on one shape, scalar and vector. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ShiftAddBenchmark {

    /** Rows x inputs x outputs. */
    @Param({"1x512x512", "96x512x512"})
    public String shape;

    @Param({"vector", "scalar"})
    public String kernel;

    private int rows;
    private byte[] x;
    private int[] y;
    private MatrixKernel product;
    private MatrixKernel difference;

    /** Makes weights and inputs. */
    @Setup
    public void prepare() {
        String[] extents = shape.split("x", -1);
        rows = Integer.parseInt(extents[0]);
        int inputs = Integer.parseInt(extents[1]);
        int outputs = Integer.parseInt(extents[2]);
        Random random = new Random(1);
        byte[] weights = new byte[inputs * outputs];
        random.nextBytes(weights);
        x = new byte[rows * inputs];
        random.nextBytes(x);
        y = new int[rows * outputs];
        ShiftAddKernels kernels = kernel.equals("vector") ? ShiftAddKernels.best() : ShiftAddKernels.scalar();
        Int8Matrix matrix = new Int8Matrix(outputs, inputs, weights);
        product = kernels.product(matrix);
        difference = kernels.difference(matrix);
    }

    /** {@code y = x w^T}. */
    @Benchmark
    public int[] product() {
        product.run(rows, x, 0, y, 0);
        return y;
    }

    /** {@code y = -sum |x - w|}. */
    @Benchmark
    public int[] difference() {
        difference.run(rows, x, 0, y, 0);
        return y;
    }
}
