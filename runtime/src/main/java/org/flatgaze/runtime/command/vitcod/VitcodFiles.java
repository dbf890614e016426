package org.flatgaze.runtime.command.vitcod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.graph.AttentionFusion;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.vitcod.mask.MaskException;
import org.flatgaze.accel.vitcod.mask.MaskStack;
import org.flatgaze.accel.vitcod.mask.Polarity;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.evaluate.EyeRegions;
import org.flatgaze.runtime.vitcod.ModelPictures;

/** Reads arrays and masks for the vitcod commands; what is wrong with a file is the user's one line. */
final class VitcodFiles {

    private VitcodFiles() {}

    static NpyArray array(Path file) {
        try {
            return Npy.read(file);
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    /** An ONNX model, or one that 'vitcod compile' wrote. */
    static ModelSource model(Path file) {
        try {
            return ModelSource.read(file);
        } catch (IOException e) {
            throw new UsageError("cannot read model " + file + ": " + e, e);
        }
    }

    /** The graph of a model with its attention blocks found. */
    static LayerGraph blocks(ModelSource model) {
        try {
            return AttentionFusion.require(OnnxImport.read(model));
        } catch (AcceleratorException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    /**
     * Pictures for the one input of a graph; seeded noise where there is no file.
     *
     * @param file an array, or the folder of a labelled set
     * @param frames frames of a set
     */
    static ModelPictures pictures(Path file, Path labels, int frames, LayerGraph graph) {
        if (graph.inputs().size() != 1) {
            throw new UsageError(
                    "model " + graph.name() + " has " + graph.inputs().size() + " inputs: expected one, a picture");
        }
        if (file == null && labels != null) {
            throw new UsageError("--labels " + labels + ": expected --pictures beside it");
        }
        int elements = graph.tensors().get(graph.inputs().getFirst()).shape().elements();
        try {
            if (file != null && Files.isDirectory(file)) {
                return ofSet(file, labels, frames, elements);
            }
            return file == null ? ModelPictures.noise(elements) : ModelPictures.read(file, labels, elements);
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private static ModelPictures ofSet(Path set, Path labels, int frames, int elements) throws IOException {
        if (labels != null) {
            throw new UsageError("--labels " + labels + ": expected none, the set " + set + " has its own");
        }
        if (frames < 1) {
            throw new UsageError("--frames " + frames + ": expected at least 1");
        }
        return ModelPictures.of(EyeRegions.of(set, Installation.models(null), frames), elements);
    }

    static MaskStack masks(Path file, Polarity polarity) {
        try {
            return MaskStack.of(array(file), polarity);
        } catch (MaskException e) {
            throw new UsageError(file + ": " + e.getMessage(), e);
        }
    }
}
