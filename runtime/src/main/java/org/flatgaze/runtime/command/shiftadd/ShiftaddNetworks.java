package org.flatgaze.runtime.command.shiftadd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.shiftadd.convert.GraphShapes;
import org.flatgaze.accel.shiftadd.convert.ShiftConversion;
import org.flatgaze.accel.shiftadd.cost.LayerShape;
import org.flatgaze.runtime.command.UsageError;

/** Layer tables of models for the cost model and the mapper. */
final class ShiftaddNetworks {

    private static final int WEIGHT_BITS = 4;

    private ShiftaddNetworks() {}

    /** Layers of a float32 ONNX model; those that were trained as powers of two are shift layers. */
    static List<LayerShape> layers(Path model) {
        try {
            LayerGraph graph = OnnxImport.read(ModelSource.read(model));
            return GraphShapes.of(graph, ShiftConversion.trainedLayers(graph, WEIGHT_BITS));
        } catch (IOException e) {
            throw new UsageError("cannot read " + model + ": " + e, e);
        } catch (IllegalArgumentException | AcceleratorException e) {
            throw new UsageError(model + ": " + e.getMessage(), e);
        }
    }
}
