package org.flatgaze.accel.emulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.graph.LayerGraph;

/**
 * The ranges of a float32 graph's tensors by name, measured once on typical inputs. They are all of a quantisation that does
 * not follow from the graph itself, so that kept beside a model they give the same 8-bit graph everywhere.
 *
 * @param byTensor name of a tensor to its range
 */
public record ActivationRanges(Map<String, Range> byTensor) {

    /**
     * Smallest and largest number of a tensor.
     *
     * @param low at most 0
     * @param high at least 0
     */
    public record Range(float low, float high) {
        public Range {
            if (!(low <= 0 && high >= 0) || Float.isInfinite(low) || Float.isInfinite(high)) {
                throw new IllegalArgumentException(
                        "low=" + low + " high=" + high + ": expected finite numbers around 0");
            }
            low += 0f; // of the two zeros only one, for equal files
        }

        private Range union(Range other) {
            return new Range(Math.min(low, other.low), Math.max(high, other.high));
        }
    }

    public ActivationRanges {
        byTensor = Map.copyOf(byTensor);
    }

    /**
     * Runs a graph over some inputs and keeps the smallest and the largest number of every tensor.
     *
     * <p>Ranges are not trimmed: of FBNet-C100's answers, cutting a ten-thousandth of the numbers off at either end moved
     * the directions five times as far as keeping all of them.
     *
     * @param samples for each sample one row-major array per input of the graph
     * @throws IllegalArgumentException if the graph is quantised already, there is no sample, or one has the wrong size
     */
    public static ActivationRanges measure(LayerGraph graph, List<float[][]> samples) {
        Quantizer.requireFloat(graph);
        Quantizer.requireSamples(samples);
        Calibration calibration = new Calibration(graph, samples, 100);
        Map<String, Range> ranges = new LinkedHashMap<>();
        for (int t = 0; t < graph.tensors().size(); t++) {
            ranges.merge(
                    graph.tensors().get(t).name(), new Range(calibration.low(t), calibration.high(t)), Range::union);
        }
        return new ActivationRanges(ranges);
    }

    /** The ranges in the order of a graph's tensors. */
    TensorRanges of(LayerGraph graph) {
        Range[] ranges = graph.tensors().stream()
                .map(tensor -> {
                    Range range = byTensor.get(tensor.name());
                    if (range == null) {
                        throw new AcceleratorException("model " + graph.name() + ": no range for tensor "
                                + tensor.name() + "; measure the ranges of this model again");
                    }
                    return range;
                })
                .toArray(Range[]::new);
        return new TensorRanges() {
            @Override
            public float low(int tensor) {
                return ranges[tensor].low();
            }

            @Override
            public float high(int tensor) {
                return ranges[tensor].high();
            }

            @Override
            public float low(int tensor, int channel) {
                return low(tensor);
            }

            @Override
            public float high(int tensor, int channel) {
                return high(tensor);
            }
        };
    }
}
