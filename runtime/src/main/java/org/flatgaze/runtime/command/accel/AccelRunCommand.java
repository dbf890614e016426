package org.flatgaze.runtime.command.accel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flatgaze accel run}: a model on one backend or two, the results compared number by number. */
@Command(
        name = "run",
        description = "Run a model on a backend, time it, and compare its outputs with another backend's.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A float32 model is quantised first when a backend is an 8-bit one (onnx-int8, emulator, device) or with --int8;",
            "onnx always runs the model as it is. 8-bit results of our own backends (cpu, cpu-scalar, cpu-vector, emulator,",
            "device) are equal bit by bit; those of onnx-int8 and float32 ones differ by rounding.",
            "Example: ./flatgaze accel run --model fbnet-c100 --backend emulator --compare device --inputs 3"
        })
public final class AccelRunCommand implements Callable<Integer> {

    @Mixin
    private AccelModel model;

    @Option(names = "--backend", defaultValue = "cpu", paramLabel = "ID", description = "Backend (${DEFAULT-VALUE}).")
    private String backend;

    @Option(names = "--compare", paramLabel = "ID", description = "Another backend for the same inputs.")
    private String compare;

    @Option(names = "--inputs", defaultValue = "10", paramLabel = "N", description = "Inputs (${DEFAULT-VALUE}).")
    private int inputs;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the inputs (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--int8", description = "Quantise a float32 model also for backends that could run it in float32.")
    private boolean int8;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        if (inputs < 1 || inputs > 1_000_000) {
            throw new UsageError("--inputs " + inputs + ": expected 1..1000000");
        }
        try {
            Map<String, Object> result = runAll();
            if (json != null) {
                JsonOutput.write(json, result);
            }
            return 0;
        } catch (AcceleratorException | IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private Map<String, Object> runAll() {
        List<AcceleratorProvider> providers = new ArrayList<>();
        providers.add(provider(backend));
        if (compare != null) {
            providers.add(provider(compare));
        }
        ModelSource source = model.load();
        LayerGraph graph = OnnxImport.read(source);
        boolean wantsInt8 = int8 || providers.stream().anyMatch(AcceleratorProvider::isInt8);
        ModelSource ours = source;
        String precision = graph.isQuantized() ? "int8, as the model is" : "float32";
        boolean quantise = wantsInt8 && !graph.isQuantized();
        if (quantise) {
            AccelModel.Quantized quantized = model.quantized(graph, seed);
            graph = quantized.graph();
            ours = new ModelSource(source.name(), GraphFile.write(graph));
            precision = "int8, calibrated on " + quantized.calibration();
        }
        System.out.printf(Locale.ROOT, "%s: %s, %d inputs, seed %d%n", source.name(), precision, inputs, seed);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("model", source.name());
        result.put("precision", precision);
        result.put("backend", backend);
        result.put("compare", compare);
        result.put("inputs", inputs);
        result.put("seed", seed);
        List<float[][][]> outputs = new ArrayList<>();
        Map<String, Object> millis = new LinkedHashMap<>();
        List<TensorSpec> specs = List.of();
        for (AcceleratorProvider provider : providers) {
            boolean asItIs = provider.id().equals("onnx");
            if (asItIs && quantise) {
                System.out.println("onnx runs the model as it is, in float32: the difference is that of quantisation");
            }
            try (Accelerator accelerator = provider.open();
                    Program program = accelerator.compile(asItIs ? source : ours, CompileOptions.singleThreaded())) {
                specs = program.outputs();
                outputs.add(run(program, graph, provider.id(), millis));
            }
        }
        result.put("millis", millis);
        OutputComparison comparison = new OutputComparison(specs, outputs.getFirst(), outputs.getLast(), steps(graph));
        System.out.print(comparison.text(compare == null ? null : backend + " against " + compare));
        comparison.toJson(result, compare != null);
        return result;
    }

    private static AcceleratorProvider provider(String id) {
        AcceleratorProvider provider = Accelerators.byId(id);
        AcceleratorProvider.Probe probe = provider.probe();
        if (!probe.usable()) {
            throw new UsageError("backend " + id + " is not usable: " + probe.detail());
        }
        return provider;
    }

    /** All outputs of all inputs: [input][output][element]. */
    private float[][][] run(Program program, LayerGraph graph, String id, Map<String, Object> millis) {
        float[][][] results = new float[inputs][program.outputs().size()][];
        Random random = new Random(seed);
        long fastest = Long.MAX_VALUE;
        long sum = 0;
        try (Execution execution = program.newExecution()) {
            for (int n = 0; n < inputs; n++) {
                float[][] numbers = AccelModel.inputs(graph, random);
                for (int i = 0; i < numbers.length; i++) {
                    execution.input(i).asFloatBuffer().put(numbers[i]);
                }
                long begun = System.nanoTime();
                execution.run();
                long nanos = System.nanoTime() - begun;
                fastest = Math.min(fastest, nanos);
                sum += nanos;
                for (int o = 0; o < results[n].length; o++) {
                    results[n][o] = floats(program.outputs().get(o), execution.output(o));
                }
            }
        }
        System.out.printf(
                Locale.ROOT, "  %-12s %9.2f ms a run, fastest %.2f ms%n", id, sum * 1e-6 / inputs, fastest * 1e-6);
        millis.put(id, Map.of("mean", sum * 1e-6 / inputs, "fastest", fastest * 1e-6));
        return results;
    }

    private static float[] floats(TensorSpec spec, ByteBuffer bytes) {
        float[] values = new float[spec.elements()];
        switch (spec.type()) {
            case FLOAT32 -> {
                FloatBuffer view = bytes.asFloatBuffer();
                view.get(values);
            }
            case INT8 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.get(i);
                }
            }
            case UINT8 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Byte.toUnsignedInt(bytes.get(i));
                }
            }
            case INT32, INT64 ->
                throw new UsageError("output " + spec.name() + " is " + spec.type() + ": expected FLOAT32 or 8 bits");
        }
        return values;
    }

    /** The quantisation step of each output that is one: the largest of its scales; 0 elsewhere. */
    private static double[] steps(LayerGraph graph) {
        double[] steps = new double[graph.outputs().size()];
        for (Layer layer : graph.layers()) {
            int position = graph.outputs().indexOf(layer.output());
            if (position >= 0 && layer instanceof Layer.Dequantize) {
                for (float scale : graph.input(layer, 0).quant().scales()) {
                    steps[position] = Math.max(steps[position], scale);
                }
            }
        }
        return steps;
    }
}
