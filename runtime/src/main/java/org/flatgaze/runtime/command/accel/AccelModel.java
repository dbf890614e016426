package org.flatgaze.runtime.command.accel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Option;

/** The options {@code --model} and {@code --models}: a file, or a committed model by its id; and its 8-bit form. */
final class AccelModel {

    private static final int CALIBRATION_INPUTS = 8;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "ONNX file, compiled graph or model id.")
    private String name;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of the models (default: the committed ones).")
    private Path folder;

    /**
     * Reads the model.
     *
     * @throws UsageError if it is neither a file nor an id
     */
    ModelSource load() {
        if (isId()) {
            return ModelStore.open(Installation.models(folder)).load(name);
        }
        Path file = Path.of(name);
        try {
            return ModelSource.read(file);
        } catch (IOException e) {
            throw new UsageError("--model " + name + ": cannot be read; name an ONNX file, or a model id", e);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--model " + name + ": the file is empty", e);
        }
    }

    /** What {@link #quantized} calibrated with. */
    record Quantized(LayerGraph graph, String calibration) {}

    private boolean isId() {
        return !name.contains("/") && !name.contains(".") && !Files.isRegularFile(Path.of(name));
    }

    /**
     * The 8-bit form of a float32 graph: a committed model's by the ranges beside it, any other's calibrated on normally
     * distributed numbers.
     *
     * @param graph what {@link #load} read
     */
    Quantized quantized(LayerGraph graph, long seed) {
        if (isId()) {
            Path models = Installation.models(folder);
            Optional<LayerGraph> committed = new Int8Models(ModelStore.open(models), models).graph(name);
            if (committed.isPresent()) {
                return new Quantized(committed.get(), "the ranges of " + name + ".int8.json");
            }
        }
        List<float[][]> samples = new ArrayList<>();
        Random random = new Random(seed);
        for (int i = 0; i < CALIBRATION_INPUTS; i++) {
            samples.add(inputs(graph, random));
        }
        return new Quantized(
                Quantizer.quantize(graph, samples, Quantizer.Options.standard()),
                CALIBRATION_INPUTS + " random inputs: good for comparing backends, not for accuracy");
    }

    /** Normally distributed numbers for every float32 input. */
    static float[][] inputs(LayerGraph graph, Random random) {
        float[][] inputs = new float[graph.inputs().size()][];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] =
                    new float[graph.tensors().get(graph.inputs().get(i)).shape().elements()];
            for (int e = 0; e < inputs[i].length; e++) {
                inputs[i][e] = (float) random.nextGaussian();
            }
        }
        return inputs;
    }
}
