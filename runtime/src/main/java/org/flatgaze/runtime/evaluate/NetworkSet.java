package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.roi.EyeLabel;

/**
 * The compiled networks of one way of looking at a set: a segmentation network and the gaze networks that follow it.
 * Immutable; every thread runs them through an {@link EyeChain} of its own.
 *
 * @param segmentation finds the region
 * @param gaze networks that see the region, in the order of the report
 */
record NetworkSet(Network segmentation, List<Network> gaze) implements AutoCloseable {

    static final List<String> GAZE_MODELS = List.of("fbnet-c100", "compact", "vit", "shiftadd");

    /** What a twin that was trained on lens pictures adds to its model's id. */
    static final String LENS_SUFFIX = "-lens";

    /**
     * One compiled network.
     *
     * @param id of the model it stands for; a lens twin carries the id of its FlatCam model
     */
    record Network(String id, ModelEntry entry, Program program) {}

    NetworkSet {
        gaze = List.copyOf(gaze);
    }

    /** Ids of the gaze networks in a store, in the order of the report. */
    static List<String> gazeModels(ModelStore store) {
        return GAZE_MODELS.stream().filter(store.ids()::contains).toList();
    }

    /** Whether a model draws a label map, so that it can stand first. */
    static boolean segments(ModelEntry entry) {
        return Arrays.equals(entry.output().shape(), new int[] {1, EyeLabel.COUNT, EyeLabel.MAP, EyeLabel.MAP});
    }

    /** The networks as they were trained, behind one segmentation network. */
    static NetworkSet inFloat(Accelerator accelerator, ModelStore store, String segmentation) {
        return compile(accelerator, store, segmentation, "");
    }

    /** The twins trained on lens pictures; empty unless there is one of the segmentation and at least one of a gaze net. */
    static Optional<NetworkSet> ofLens(Accelerator accelerator, ModelStore store, String segmentation) {
        boolean isComplete = store.ids().contains(segmentation + LENS_SUFFIX)
                && gazeModels(store).stream().anyMatch(id -> store.ids().contains(id + LENS_SUFFIX));
        return isComplete ? Optional.of(compile(accelerator, store, segmentation, LENS_SUFFIX)) : Optional.empty();
    }

    private static NetworkSet compile(Accelerator accelerator, ModelStore store, String segmentation, String suffix) {
        List<Network> gaze = new ArrayList<>();
        for (String id : gazeModels(store)) {
            if (store.ids().contains(id + suffix)) {
                gaze.add(new Network(id, store.entry(id + suffix), store.compile(accelerator, id + suffix)));
            }
        }
        String first = segmentation + suffix;
        return new NetworkSet(new Network(segmentation, store.entry(first), store.compile(accelerator, first)), gaze);
    }

    /** The networks in 8 bits on a backend that runs integers; empty unless the segmentation network has its ranges. */
    static Optional<NetworkSet> inInt8(
            Accelerator accelerator, ModelStore store, String segmentation, Int8Models int8) {
        Optional<LayerGraph> first = int8.graph(segmentation);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        List<Network> gaze = new ArrayList<>();
        for (String id : gazeModels(store)) {
            int8.graph(id).ifPresent(graph -> gaze.add(inInt8(accelerator, store, id, graph)));
        }
        return Optional.of(new NetworkSet(inInt8(accelerator, store, segmentation, first.get()), gaze));
    }

    private static Network inInt8(Accelerator accelerator, ModelStore store, String id, LayerGraph graph) {
        ModelSource source = new ModelSource(id + " in 8 bits", GraphFile.write(graph));
        return new Network(id, store.entry(id), accelerator.compile(source, CompileOptions.singleThreaded()));
    }

    @Override
    public void close() {
        gaze.forEach(network -> network.program().close());
        segmentation.program().close();
    }
}
