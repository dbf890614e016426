package org.flatgaze.runtime.command.shiftadd;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.bench.PairedTimer;
import org.flatgaze.accel.cpu.CpuAccelerator;
import org.flatgaze.accel.emulator.Int8Interpreter;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.shiftadd.GazeForms;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flatgaze shiftadd run}: the converted network on our CPU backend beside the original and the oracle. */
@Command(
        name = "run",
        description = "Run a converted network on the CPU backend: time beside the original, difference to the oracle."
                + " With --set, a gaze network: error and cost of original and converted, in float32 and int8.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "With --int8 the difference to the bit-exact interpreter is expected to be 0.",
            "Example: ./flatgaze shiftadd run --model pipeline/models/ritnet-128.onnx --int8",
            "Example: ./flatgaze shiftadd run --model pipeline/models/compact.onnx --set sets/test --frames 2400"
        })
final class ShiftaddRunCommand implements Callable<Integer> {

    @Mixin
    private ShiftaddModel model;

    @Option(
            names = "--backend",
            defaultValue = "cpu",
            description = "cpu, cpu-vector or cpu-scalar (${DEFAULT-VALUE}).")
    private String backend;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        if (!List.of("cpu", "cpu-vector", "cpu-scalar").contains(backend)) {
            throw new UsageError("--backend " + backend + ": expected cpu, cpu-vector or cpu-scalar");
        }
        model.load();
        if (model.isOnSet()) {
            GazeForms forms = model.forms();
            System.out.print(forms.text());
            if (json != null) {
                JsonOutput.write(json, forms.toJson());
            }
            return 0;
        }
        AcceleratorProvider provider = Accelerators.byId(backend);
        try (Accelerator accelerator = provider.open();
                Program before = compile(accelerator, model.original());
                Program after = compile(accelerator, model.conversion().graph());
                Execution first = before.newExecution();
                Execution second = after.newExecution()) {
            fill(first);
            fill(second);
            PairedTimer.Pair times = new PairedTimer(500, 5, 9).time(second::run, first::run);
            double difference = difference(second);
            System.out.printf(
                    Locale.ROOT,
                    "%s: converted %.1f us, original %.1f us; largest difference to the interpreter %.3g%n",
                    backend,
                    times.first(),
                    times.second(),
                    difference);
            if (json != null) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("backend", backend);
                result.put("us", times.first());
                result.put("original_us", times.second());
                result.put("max_abs_diff", difference);
                JsonOutput.write(json, result);
            }
        } catch (AcceleratorException e) {
            throw new UsageError(e.getMessage(), e);
        }
        return 0;
    }

    private static Program compile(Accelerator accelerator, LayerGraph graph) {
        return ((CpuAccelerator) accelerator).compile(graph);
    }

    private void fill(Execution execution) {
        float[][] sample = model.samples().getFirst();
        for (int i = 0; i < sample.length; i++) {
            execution.input(i).order(ByteOrder.nativeOrder()).asFloatBuffer().put(sample[i]);
        }
    }

    /** Against the interpreter, over all outputs of the graph. */
    private double difference(Execution execution) {
        LayerGraph graph = model.conversion().graph();
        Int8Interpreter oracle = new Int8Interpreter(graph);
        float[][] sample = model.samples().getFirst();
        for (int i = 0; i < sample.length; i++) {
            float[] input = oracle.floats(graph.inputs().get(i));
            System.arraycopy(sample[i], 0, input, 0, input.length);
        }
        oracle.run();
        double largest = 0;
        for (int o = 0; o < graph.outputs().size(); o++) {
            float[] expected = oracle.floats(graph.outputs().get(o));
            var actual = execution.output(o).order(ByteOrder.nativeOrder()).asFloatBuffer();
            for (int e = 0; e < expected.length; e++) {
                largest = Math.max(largest, Math.abs(expected[e] - actual.get(e)));
            }
        }
        return largest;
    }
}
