package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.CacheFolder;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.int8.CalibrationPictures;
import org.flatgaze.runtime.int8.QuantizingAccelerator;

/** What {@code --model} names: a file, or a committed model by its id; and its 8-bit form. */
final class AccelModel {

    private static final int CALIBRATION_INPUTS = 8;

    private AccelModel() {}

    /**
     * Reads the model.
     *
     * @param name path of an ONNX file or a compiled graph, or an id
     * @param folder of the models, or null for the committed ones
     * @throws UsageError if it is neither
     */
    static ModelSource load(String name, Path folder) {
        Path file = Path.of(name);
        boolean isPath = name.contains("/") || name.contains(".") || Files.isRegularFile(file);
        if (!isPath) {
            return ModelStore.open(Installation.models(folder)).load(name);
        }
        try {
            return new ModelSource(String.valueOf(file.getFileName()), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UsageError("--model " + name + ": cannot be read; name an ONNX file, or a model id", e);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--model " + name + ": the file is empty", e);
        }
    }

    /** What {@link #quantized} calibrated with. */
    record Quantized(LayerGraph graph, String calibration) {}

    /**
     * The 8-bit form of a float32 graph: calibrated on simulated pictures where the input is one of the pipeline's, else on
     * normally distributed numbers.
     */
    static Quantized quantized(ModelSource model, LayerGraph graph, long seed) {
        Shape input = graph.tensors().get(graph.inputs().getFirst()).shape();
        if (graph.inputs().size() == 1 && CalibrationPictures.fit(input)) {
            try (QuantizingAccelerator maker = new QuantizingAccelerator(
                    Accelerators.byId("cpu-scalar").open(),
                    CacheFolder.standard(),
                    line -> System.err.println("accel: " + line))) {
                return new Quantized(maker.quantized(model), CalibrationPictures.PEOPLE + " simulated pictures");
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
