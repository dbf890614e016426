package org.flatgaze.accel.cpu;

import java.util.Arrays;
import java.util.List;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.QuantParams;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;

/** A linear layer whose sum does not fit into the 24 bits of a float's fraction. */
final class LargeSums {

    static final int INPUTS = 1001;
    private static final int WEIGHT = 127;

    private LargeSums() {}

    static long expected() {
        return 255L * WEIGHT * INPUTS + 1;
    }

    static LayerGraph graph() {
        byte[] values = new byte[INPUTS];
        Arrays.fill(values, (byte) WEIGHT);
        Weights weights = new Weights.Int8(values, new int[] {1}, new float[] {1});
        return new LayerGraph(
                "large-sums",
                List.of(
                        Tensor.ofFloats("x", Shape.of(1, INPUTS)),
                        new Tensor("q", Shape.of(1, INPUTS), QuantParams.uniform(false, 1, 0)),
                        Tensor.ofFloats("y", Shape.of(1, 1))),
                List.of(new Layer.Quantize("quantize", 0, 1), new Layer.Linear("fc", 1, 2, weights, Activation.NONE)),
                List.of(0),
                List.of(2));
    }
}
