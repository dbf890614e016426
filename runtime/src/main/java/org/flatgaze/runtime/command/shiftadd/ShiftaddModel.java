package org.flatgaze.runtime.command.shiftadd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.shiftadd.convert.ShiftConversion;
import org.flatgaze.accel.shiftadd.convert.ShiftPolicy;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.dataset.DatasetReader;
import org.flatgaze.runtime.evaluate.EyeRegions;
import org.flatgaze.runtime.shiftadd.GazeForms;
import picocli.CommandLine.Option;

/** The options that convert and run share: a model, how it is rounded, and what it is tried on. */
final class ShiftaddModel {

    private static final int DEFAULT_SAMPLES = 4;
    private static final int REGION_SAMPLES = 16;

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

    @Option(
            names = "--trained",
            description = "Convert the layers that were trained as powers of two, exactly, and no other.")
    private boolean trained;

    @Option(names = "--int8", description = "Quantise to 8 bits first; shift layers are then exact in integers.")
    private boolean int8;

    @Option(
            names = "--input",
            paramLabel = "F.npy",
            description = "Inputs to compare on, float32 (default: seeded noise, which says little about accuracy).")
    private Path input;

    @Option(
            names = "--set",
            paramLabel = "DIR",
            description = "Compare on the eye regions of a set made by 'flatgaze dataset' (gaze networks). --int8 then"
                    + " takes the ranges beside the model.")
    private Path set;

    @Option(
            names = "--frames",
            defaultValue = "600",
            description = "With --set: frames, spread evenly over it (${DEFAULT-VALUE}).")
    private int frames;

    private ModelStore store;
    private ModelEntry entry;
    private EyeRegions regions;
    private LayerGraph graph;
    private ShiftPolicy policy;
    private LayerGraph original;
    private ShiftConversion conversion;
    private List<float[][]> samples;

    /** Reads, quantises if asked, and converts. */
    void load() {
        try {
            graph = OnnxImport.read(ModelSource.read(model));
            policy = policy();
            if (set != null) {
                findRegions();
            }
            samples = inputs();
            original = int8 ? quantized() : graph;
            conversion = ShiftConversion.of(original, policy);
        } catch (IOException e) {
            throw new UsageError("cannot read " + model + ": " + e, e);
        } catch (IllegalArgumentException | AcceleratorException e) {
            throw new UsageError(model + ": " + e.getMessage(), e);
        }
    }

    private ShiftPolicy policy() {
        if (!trained) {
            return new ShiftPolicy(bits, !convertEnds, !convertEnds, !convertDepthwise, Set.copyOf(keep));
        }
        if (convertEnds || convertDepthwise || !keep.isEmpty()) {
            throw new UsageError(
                    "--trained finds its layers itself: expected no --keep and no --convert-... beside it");
        }
        return ShiftPolicy.trained(graph, bits);
    }

    private void findRegions() {
        if (input != null) {
            throw new UsageError("--set " + set + ": expected no --input beside it");
        }
        if (frames < 1) {
            throw new UsageError("--frames " + frames + ": expected at least 1");
        }
        Path folder = model.toAbsolutePath().getParent();
        store = ModelStore.open(folder);
        String file = model.getFileName().toString();
        entry = store.ids().stream()
                .map(store::entry)
                .filter(one -> one.file().equals(file))
                .findFirst()
                .orElseThrow(() -> new UsageError(
                        "--model " + model + ": the manifest of " + folder + " does not name it, which --set needs"));
        try {
            store.requireFilter(entry.id(), DatasetReader.open(set).filterId());
            regions = EyeRegions.of(set, folder, frames);
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private LayerGraph quantized() {
        if (set == null) {
            return Quantizer.quantize(graph, samples, Quantizer.Options.standard());
        }
        return rangesBeside()
                .orElseThrow(() -> new UsageError("--int8: no ranges beside " + model
                        + "; make them: flatgaze accel quantize --model " + entry.id()));
    }

    private Optional<LayerGraph> rangesBeside() {
        return new Int8Models(store, model.toAbsolutePath().getParent()).graph(entry.id());
    }

    /** Whether the model is tried on the regions of a set. */
    boolean isOnSet() {
        return set != null;
    }

    /** The network in all its forms, on the regions of the set. */
    GazeForms forms() {
        if (int8) {
            throw new UsageError("--int8: expected without --set, beside which both widths are run");
        }
        try {
            return GazeForms.of(graph, rangesBeside().orElse(null), policy, entry.normalisation(), regions);
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
        return set != null ? "regions of " + set : input == null ? "seeded noise" : input.toString();
    }

    private List<float[][]> inputs() throws IOException {
        if (input != null) {
            return read(graph);
        }
        return set == null ? noise(graph) : ofRegions();
    }

    private List<float[][]> ofRegions() {
        List<float[][]> inputs = new ArrayList<>();
        int count = Math.min(REGION_SAMPLES, regions.count());
        for (int i = 0; i < count; i++) {
            float[] grey = regions.grey((int) ((long) i * regions.count() / count));
            float[] standardised = new float[grey.length];
            KernelSet.best().standardize(grey, 0, grey.length, standardised, 0);
            inputs.add(new float[][] {standardised});
        }
        return inputs;
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
