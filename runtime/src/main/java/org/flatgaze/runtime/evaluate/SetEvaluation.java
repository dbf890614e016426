package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.DatasetReader;
import org.flatgaze.runtime.dataset.DatasetReader.Pictures;

/**
 * What every committed network made of a labelled set: as it was trained, in 8 bits, and its twin behind a lens.
 *
 * @param set folder of the set
 * @param filterId filter of its reconstructions
 * @param store the models
 * @param segmentation id of the segmentation network in front of all gaze networks
 * @param flatCam in float32 on the reconstructions
 * @param int8Backend id of the backend that ran the networks in 8 bits
 * @param int8 in 8 bits on the reconstructions; empty without ranges
 * @param lens the lens twins on the lens pictures; empty without twins
 * @param micros microseconds of one run on one thread by model, in float32
 * @param int8Micros the same in 8 bits
 * @param checkedFrames frames on which the emulator gave the 8-bit outputs again, bit by bit; 0 when there are none
 * @param worst the frames the first gaze network was most wrong about, with their pictures
 */
record SetEvaluation(
        Path set,
        String filterId,
        ModelStore store,
        String segmentation,
        SetRun flatCam,
        String int8Backend,
        Optional<SetRun> int8,
        Optional<SetRun> lens,
        Map<String, Double> micros,
        Map<String, Double> int8Micros,
        int checkedFrames,
        List<WorstFrame> worst) {

    private static final int PICTURE = DatasetFormat.PICTURE * DatasetFormat.PICTURE;

    /** The emulator takes half a second for a segmentation. */
    private static final int CHECKED_FRAMES = 3;

    /**
     * Evaluates.
     *
     * @param set folder of the set
     * @param models folder of the models, or null for the committed ones
     * @param segmentation id of the segmentation network
     * @param int8Backend id of the backend of the 8-bit pass
     * @param threads worker threads, at least 1
     * @param worst how many of the worst frames to keep
     * @param progress hears one line after every shard
     * @throws IOException if the set cannot be read
     * @throws ModelException if the models cannot be used with this set, or the backends disagree about a model in 8 bits
     */
    static SetEvaluation of(
            Path set,
            Path models,
            String segmentation,
            String int8Backend,
            int threads,
            int worst,
            Consumer<String> progress)
            throws IOException {
        DatasetReader reader = DatasetReader.open(set);
        Path folder = Installation.models(models);
        ModelStore store = ModelStore.open(folder);
        requireUsable(store, segmentation, folder, reader);
        Int8Models int8 = new Int8Models(store, folder);
        Run asTrained;
        Optional<Run> inInt8;
        Optional<Run> behindLens;
        int checked;
        try (Accelerator onnx = Accelerators.byId("onnx").open();
                Accelerator cpu = Accelerators.byId("cpu").open();
                Accelerator emulator = Accelerators.byId("emulator").open();
                Accelerator eightBits = Accelerators.byId(int8Backend).open()) {
            checked = check(
                    reader,
                    NetworkSet.inInt8(cpu, store, segmentation, int8),
                    NetworkSet.inInt8(emulator, store, segmentation, int8));
            Evaluator evaluator = new Evaluator(reader, threads, progress);
            // First, as a backend may refuse a network in 8 bits.
            inInt8 = evaluator.run(
                    "int8", NetworkSet.inInt8(eightBits, store, segmentation, int8), Pictures.RECONSTRUCTION);
            asTrained =
                    evaluator.run("float32", NetworkSet.inFloat(onnx, store, segmentation), Pictures.RECONSTRUCTION);
            behindLens = evaluator.run("lens", NetworkSet.ofLens(onnx, store, segmentation), Pictures.LENS);
        }
        return new SetEvaluation(
                set,
                reader.filterId(),
                store,
                segmentation,
                asTrained.results(),
                int8Backend,
                inInt8.map(Run::results),
                behindLens.map(Run::results),
                asTrained.micros(),
                inInt8.map(Run::micros).orElse(Map.of()),
                checked,
                WorstFrame.of(asTrained.results().gaze().firstEntry().getValue(), reader, worst));
    }

    private static void requireUsable(ModelStore store, String segmentation, Path folder, DatasetReader reader) {
        List<String> ids = new ArrayList<>(NetworkSet.gazeModels(store));
        if (ids.isEmpty()) {
            throw new ModelException(folder + ": holds no gaze network; expected one of " + NetworkSet.GAZE_MODELS);
        }
        if (!NetworkSet.segments(store.entry(segmentation))) {
            throw new ModelException("model " + segmentation
                    + " draws no label map; give a segmentation network, such as " + Networks.PAPER.segmentation());
        }
        ids.addFirst(segmentation);
        ids.forEach(id -> store.requireFilter(id, reader.filterId()));
    }

    /** Runs a few frames through both and compares every output of every network. */
    private static int check(DatasetReader reader, Optional<NetworkSet> fast, Optional<NetworkSet> oracle)
            throws IOException {
        if (fast.isEmpty() || oracle.isEmpty()) {
            return 0;
        }
        try (NetworkSet fastNetworks = fast.get();
                NetworkSet oracleNetworks = oracle.get();
                EyeChain fastChain = new EyeChain(fastNetworks);
                EyeChain oracleChain = new EyeChain(oracleNetworks)) {
            DatasetReader.Shard shard = reader.shard(0, Pictures.RECONSTRUCTION);
            int frames = Math.min(CHECKED_FRAMES, shard.frames());
            for (int i = 0; i < frames; i++) {
                int offset = (int) ((long) i * shard.frames() / frames) * PICTURE;
                for (EyeChain chain : List.of(fastChain, oracleChain)) {
                    chain.segment(shard.pictures(), offset);
                    chain.look(shard.pictures(), offset, chain.estimate().roiX, chain.estimate().roiY);
                }
                if (!fastChain.agrees(oracleChain)) {
                    throw new ModelException(
                            "the backends cpu and emulator differ about a model in 8 bits; please report this");
                }
            }
            return frames;
        }
    }

    /** Results and times of one set of networks. */
    private record Run(SetRun results, Map<String, Double> micros) {}

    /** Runs one set of networks after the other over the same set. */
    private record Evaluator(DatasetReader reader, int threads, Consumer<String> progress) {

        Optional<Run> run(String what, Optional<NetworkSet> networks, Pictures pictures) throws IOException {
            return networks.isEmpty() ? Optional.empty() : Optional.of(run(what, networks.get(), pictures));
        }

        Run run(String what, NetworkSet networks, Pictures pictures) throws IOException {
            try (networks) {
                SetRun results = SetRun.of(
                        networks, reader, pictures, threads, done -> progress.accept(what + ", " + done + " frames"));
                try (EyeChain chain = new EyeChain(networks)) {
                    DatasetReader.Shard shard = reader.shard(0, pictures);
                    chain.segment(shard.pictures(), 0);
                    chain.look(shard.pictures(), 0, chain.estimate().roiX, chain.estimate().roiY);
                    return new Run(results, InferenceTimer.micros(networks, chain));
                }
            }
        }
    }

    /** Results of one model in 8 bits; empty if there are none. */
    Optional<FrameResults> int8(String model) {
        return int8.map(run -> run.gaze().get(model));
    }

    /** Results of the lens twin of one model; empty if there are none. */
    Optional<FrameResults> lens(String model) {
        return lens.map(run -> run.gaze().get(model));
    }

    /** Any model's frames, for what does not depend on the gaze network. */
    FrameResults frames() {
        return flatCam.gaze().firstEntry().getValue();
    }
}
