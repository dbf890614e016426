package org.flatgaze.runtime.evaluate;

import java.util.ArrayList;
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

/**
 * The compiled networks of one way of looking at a set: a segmentation network and the gaze networks that follow it.
 * Immutable; every thread runs them through an {@link EyeChain} of its own.
 *
 * @param segmentation finds the region
 * @param gaze networks that see the region, in the order of the report
 */
record NetworkSet(Network segmentation, List<Network> gaze) implements AutoCloseable {

    static final String SEGMENTATION_MODEL = "ritnet-128";
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

    /** The networks as they were trained. */
    static NetworkSet inFloat(Accelerator accelerator, ModelStore store) {
        return compile(accelerator, store, "");
    }

    /** The twins trained on lens pictures; empty unless there is one of the segmentation and at least one of a gaze net. */
    static Optional<NetworkSet> ofLens(Accelerator accelerator, ModelStore store) {
        boolean isComplete = store.ids().contains(SEGMENTATION_MODEL + LENS_SUFFIX)
                && gazeModels(store).stream().anyMatch(id -> store.ids().contains(id + LENS_SUFFIX));
        return isComplete ? Optional.of(compile(accelerator, store, LENS_SUFFIX)) : Optional.empty();
    }

    private static NetworkSet compile(Accelerator accelerator, ModelStore store, String suffix) {
        List<Network> gaze = new ArrayList<>();
        for (String id : gazeModels(store)) {
            if (store.ids().contains(id + suffix)) {
                gaze.add(new Network(id, store.entry(id + suffix), store.compile(accelerator, id + suffix)));
            }
        }
        String segmentation = SEGMENTATION_MODEL + suffix;
        return new NetworkSet(
                new Network(SEGMENTATION_MODEL, store.entry(segmentation), store.compile(accelerator, segmentation)),
                gaze);
    }

    /** The networks in 8 bits on a backend that runs integers; empty unless the segmentation network has its ranges. */
    static Optional<NetworkSet> inInt8(Accelerator accelerator, ModelStore store, Int8Models int8) {
        Optional<LayerGraph> segmentation = int8.graph(SEGMENTATION_MODEL);
        if (segmentation.isEmpty()) {
            return Optional.empty();
        }
        List<Network> gaze = new ArrayList<>();
        for (String id : gazeModels(store)) {
            int8.graph(id).ifPresent(graph -> gaze.add(inInt8(accelerator, store, id, graph)));
        }
        return Optional.of(new NetworkSet(inInt8(accelerator, store, SEGMENTATION_MODEL, segmentation.get()), gaze));
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
