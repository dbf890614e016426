package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.shiftadd.convert.ShiftConversion;
import org.flatgaze.accel.shiftadd.convert.ShiftPolicy;
import picocli.CommandLine.Option;

/** The options that convert and run share: a model, how it is rounded, and what it is tried on. */
final class ShiftaddModel {

    private static final int DEFAULT_SAMPLES = 4;

    @Option(names = "--model", required = true, paramLabel = "F.onnx", description = "A trained float32 network.")
    private Path model;

    @Option(names = "--bits", defaultValue = "4", description = "Bits of a shift weight, 3..5 (${DEFAULT-VALUE}).")
    private int bits;

    @Option(names = "--keep", split = ",", paramLabel = "LAYER", description = "Layers that go on multiplying.")
    private List<String> keep = new ArrayList<>();

    @Option(names = "--convert-ends", description = "Convert the first and the last product as well.")
    private boolean convertEnds;

    @Option(names = "--convert-depthwise", description = "Convert depth-wise convolutions as well.")
    private boolean convertDepthwise;

    @Option(names = "--int8", description = "Quantise to 8 bits first; shift layers are then exact in integers.")
    private boolean int8;

    @Option(
            names = "--input",
            paramLabel = "F.npy",
            description = "Inputs to compare on, float32 (default: seeded noise, which says little about accuracy).")
    private Path input;

    private LayerGraph original;
    private ShiftConversion conversion;
    private List<float[][]> samples;

    /** Reads, quantises if asked, and converts. */
    void load() {
        try {
            LayerGraph graph =
                    OnnxImport.read(new ModelSource(model.getFileName().toString(), Files.readAllBytes(model)));
            samples = input == null ? noise(graph) : read(graph);
            original = int8 ? Quantizer.quantize(graph, samples, Quantizer.Options.standard()) : graph;
            ShiftPolicy policy =
                    new ShiftPolicy(bits, !convertEnds, !convertEnds, !convertDepthwise, java.util.Set.copyOf(keep));
            conversion = ShiftConversion.of(original, policy);
        } catch (IOException e) {
            throw new UsageError("cannot read " + model + ": " + e, e);
        } catch (IllegalArgumentException | AcceleratorException e) {
            throw new UsageError(model + ": " + e.getMessage(), e);
        }
    }

    LayerGraph original() {
        return original;
    }

    ShiftConversion conversion() {
        return conversion;
    }

    List<float[][]> samples() {
        return samples;
    }

    String sampleNote() {
        return input == null ? "seeded noise" : input.toString();
    }

    private static List<float[][]> noise(LayerGraph graph) {
        Random random = new Random(1);
        List<float[][]> samples = new ArrayList<>();
        for (int s = 0; s < DEFAULT_SAMPLES; s++) {
            float[][] sample = new float[graph.inputs().size()][];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = new float
                        [graph.tensors().get(graph.inputs().get(i)).shape().elements()];
                for (int e = 0; e < sample[i].length; e++) {
                    sample[i][e] = (float) random.nextGaussian();
                }
            }
            samples.add(sample);
        }
        return samples;
    }

    private List<float[][]> read(LayerGraph graph) throws IOException {
        if (graph.inputs().size() != 1) {
            throw new UsageError("--input " + input + ": expected a model with one input, " + model + " has "
                    + graph.inputs().size());
        }
        int size = graph.tensors().get(graph.inputs().getFirst()).shape().elements();
        float[] values = Npy.read(input).floats();
        if (values.length == 0 || values.length % size != 0) {
            throw new UsageError(
                    "--input " + input + ": " + values.length + " numbers: expected a multiple of " + size);
        }
        List<float[][]> samples = new ArrayList<>();
        for (int from = 0; from < values.length; from += size) {
            samples.add(new float[][] {Arrays.copyOfRange(values, from, from + size)});
        }
        return samples;
    }
}
