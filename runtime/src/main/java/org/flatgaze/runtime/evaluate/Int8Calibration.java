package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.emulator.ActivationRanges;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.models.Int8Models;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.dataset.DatasetFormat;
import org.flatgaze.runtime.dataset.DatasetReader;

/**
 * Measures the ranges that the 8-bit form of a network needs, on pictures that reach it as on the frame path: frames spread
 * evenly over a set, their regions found by the segmentation network.
 */
public final class Int8Calibration {

    private Int8Calibration() {}

    /**
     * Measures the ranges of one model and writes them.
     *
     * @param id of the segmentation network or a gaze network
     * @param set folder of a set that is not the test set: what is measured on it must not be judged on it
     * @param frames frames to look at, at least 1
     * @param models folder of the models, or null for the committed ones
     * @param out file to write, or null for the place beside the model where it is found
     * @return the file written
     * @throws IOException if the set cannot be read or is the test set
     * @throws ModelException if the model cannot be used
     */
    public static Path write(String id, Path set, int frames, Path models, Path out) throws IOException {
        DatasetReader reader = DatasetReader.open(set);
        if (reader.split().equals("test")) {
            throw new IOException(set + " is a test set: ranges measured on it could not be judged on it; make one with"
                    + " --split validation");
        }
        Path folder = Installation.models(models);
        ModelStore store = ModelStore.open(folder);
        store.requireFilter(id, reader.filterId());
        String segmentation =
                NetworkSet.segments(store.entry(id)) ? id : Networks.of(id).segmentation();
        List<float[][]> samples;
        try (Accelerator accelerator = Accelerators.byId("onnx").open();
                NetworkSet networks = NetworkSet.inFloat(accelerator, store, segmentation);
                EyeChain chain = new EyeChain(networks)) {
            samples = samples(chain, position(networks, id), reader, frames);
        }
        Int8Models int8 = new Int8Models(store, folder);
        Path file = out == null ? int8.file(id) : out;
        Map<String, Object> measuredOn = new LinkedHashMap<>();
        measuredOn.put("split", reader.split());
        measuredOn.put("seed", reader.seed());
        measuredOn.put("frames", samples.size());
        int8.write(file, id, ActivationRanges.measure(OnnxImport.read(store.load(id)), samples), measuredOn);
        return file;
    }

    private static int position(NetworkSet networks, String id) {
        if (id.equals(networks.segmentation().id())) {
            return 0;
        }
        for (int i = 0; i < networks.gaze().size(); i++) {
            if (networks.gaze().get(i).id().equals(id)) {
                return i + 1;
            }
        }
        throw new ModelException("model " + id + ": neither a segmentation network nor one of " + NetworkSet.GAZE_MODELS
                + "; ranges are measured for those");
    }

    private static List<float[][]> samples(EyeChain chain, int position, DatasetReader set, int frames)
            throws IOException {
        int picture = DatasetFormat.PICTURE * DatasetFormat.PICTURE;
        List<float[][]> samples = new ArrayList<>();
        for (int i = 0; i < set.shards(); i++) {
            // Whole shards take turns, so that one is in memory at a time.
            int from = frames * i / set.shards();
            int wanted = frames * (i + 1) / set.shards() - from;
            if (wanted == 0) {
                continue;
            }
            DatasetReader.Shard shard = set.shard(i, DatasetReader.Pictures.RECONSTRUCTION);
            for (int k = 0; k < Math.min(wanted, shard.frames()); k++) {
                int frame = (int) ((long) k * shard.frames() / Math.min(wanted, shard.frames()));
                chain.segment(shard.pictures(), frame * picture);
                chain.look(shard.pictures(), frame * picture, chain.estimate().roiX, chain.estimate().roiY);
                samples.add(new float[][] {chain.input(position)});
            }
        }
        return samples;
    }
}
