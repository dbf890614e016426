package org.flatgaze.accel.shiftadd.convert;

import java.util.Set;
import java.util.stream.Collectors;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.shiftadd.ShiftFormat;

/**
 * Which layers become shift layers, and with how many bits. The rest stays as it is. There is no choice "adder": distances
 * to weights that were trained as factors mean nothing, an adder layer has to be trained as one.
 *
 * @param weightBits 3..5 bits a weight, one code of which is zero (DeepShift-PS)
 * @param keepFirst leave the first product as it is, as AdderNet and DeepShift do
 * @param keepLast leave the last product as it is
 * @param keepDepthwise leave depth-wise convolutions as they are: few weights, large errors
 * @param keep names of further layers to leave
 */
public record ShiftPolicy(
        int weightBits, boolean keepFirst, boolean keepLast, boolean keepDepthwise, Set<String> keep) {

    public ShiftPolicy {
        if (weightBits < 3 || weightBits > 5) {
            throw new IllegalArgumentException("weightBits=" + weightBits + ": expected 3..5");
        }
        keep = Set.copyOf(keep);
    }

    /** Four bits, first, last and depth-wise layers kept. */
    public static ShiftPolicy standard() {
        return new ShiftPolicy(4, true, true, true, Set.of());
    }

    /**
     * Converts the layers that lose nothing by it and leaves the rest: a network whose layers were trained as powers of two
     * with one factor an output.
     *
     * @param graph the network in float32
     * @throws IllegalArgumentException if no layer was trained like that
     */
    public static ShiftPolicy trained(LayerGraph graph, int weightBits) {
        Set<String> others =
                ShiftConversion.products(graph).stream().map(Layer::name).collect(Collectors.toSet());
        int products = others.size();
        ShiftConversion.trainedLayers(graph, weightBits).forEach(layer -> others.remove(layer.layer()));
        if (others.size() == products) {
            throw new IllegalArgumentException(graph.name() + ": no layer's weights are powers of two of " + weightBits
                    + " bits; convert it with a loss, by a policy that says which layers");
        }
        return new ShiftPolicy(weightBits, false, false, false, others);
    }

    /** Powers of two of the format; what is smaller than half the smallest becomes zero. */
    ShiftFormat format() {
        int lowest = ShiftFormat.ps(weightBits).minExponent();
        return new ShiftFormat(lowest, Math.scalb(1f, lowest - 1));
    }
}
