package org.flatgaze.tests.bench;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.cpu.CpuAccelerator;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.flatgaze.accel.graph.Window;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Single layers of FBNet-C100 on our own CPU backend; reading and writing the graph's ends is included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ConvolutionBenchmark {

    /** Kernel, stride, input channels, output channels, rows and columns in; depth-wise where the kernel is not 1. */
    @Param({
        "1,1,16,96,48,80",
        "1,1,32,192,12,20",
        "1,1,112,672,6,10",
        "1,1,1104,184,3,5",
        "3,2,96,96,48,80",
        "5,1,192,192,12,20",
        "5,1,672,672,6,10"
    })
    public String layer;

    @Param({"cpu-vector", "cpu-scalar"})
    public String backend;

    private Program program;
    private Execution execution;

    @Setup
    public void compile() {
        int[] n = java.util.Arrays.stream(layer.split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        Window window = Window.square(n[0], n[1], n[0] / 2);
        int groups = n[0] == 1 ? 1 : n[2];
        Random random = new Random(1);
        float[] factors = new float[n[3] * (n[2] / groups) * n[0] * n[0]];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = random.nextFloat() - 0.5f;
        }
        Layer.Conv conv = new Layer.Conv(
                "layer", 0, 1, window, groups, new Weights.Float32(factors, new float[n[3]]), Activation.NONE);
        LayerGraph graph = new LayerGraph(
                layer,
                List.of(
                        Tensor.ofFloats("in", Shape.of(1, n[2], n[4], n[5])),
                        Tensor.ofFloats("out", Shape.of(1, n[3], window.outRows(n[4]), window.outColumns(n[5])))),
                List.of(conv),
                List.of(0),
                List.of(1));
        CpuAccelerator accelerator = (CpuAccelerator) Accelerators.byId(backend).open();
        program = accelerator.compile(graph);
        execution = program.newExecution();
        FloatBuffer in = execution.input(0).asFloatBuffer();
        for (int i = 0; i < in.limit(); i++) {
            in.put(i, random.nextFloat() - 0.5f);
        }
    }

    @TearDown
    public void close() {
        execution.close();
        program.close();
    }

    @Benchmark
    public Execution run() {
        execution.run();
        return execution;
    }
}
