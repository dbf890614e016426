package org.flatgaze.accel.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.junit.jupiter.api.Test;

final class ActivationRangesTest {

    private static final List<float[][]> SAMPLES =
            List.of(new float[][] {{1, -2, 0.5f}}, new float[][] {{3, 0, -0.25f}});

    private static LayerGraph graph() {
        return new LayerGraph(
                "m",
                List.of(
                        Tensor.ofFloats("x", Shape.of(1, 3)),
                        Tensor.ofFloats("h", Shape.of(1, 2)),
                        Tensor.ofFloats("y", Shape.of(1, 1))),
                List.of(
                        new Layer.Linear(
                                "one",
                                0,
                                1,
                                new Weights.Float32(new float[] {1, 0, 0, 0, -1, 2}, new float[] {0.5f, 0}),
                                Activation.NONE),
                        new Layer.Linear(
                                "two",
                                1,
                                2,
                                new Weights.Float32(new float[] {1, 1}, new float[] {0}),
                                Activation.NONE)),
                List.of(0),
                List.of(2));
    }

    @Test
    void shouldHoldTheSmallestAndLargestNumberOfEveryTensor() {
        Map<String, ActivationRanges.Range> ranges =
                ActivationRanges.measure(graph(), SAMPLES).byTensor();
        assertEquals(new ActivationRanges.Range(-2, 3), ranges.get("x"));
        // 1.5 and 3; 3.5 and -0.5.
        assertEquals(new ActivationRanges.Range(-0.5f, 3.5f), ranges.get("h"));
        assertEquals(new ActivationRanges.Range(0, 4.5f), ranges.get("y"));
    }

    @Test
    void shouldGiveTheSameGraphWhenRangesWereMeasuredBefore() {
        LayerGraph atOnce = Quantizer.quantize(graph(), SAMPLES, Quantizer.Options.standard());
        LayerGraph later = Quantizer.quantize(graph(), ActivationRanges.measure(graph(), SAMPLES));
        assertArrayEquals(GraphFile.write(atOnce), GraphFile.write(later));
    }

    @Test
    void shouldNameTheTensorWhenItsRangeIsMissing() {
        Map<String, ActivationRanges.Range> ranges =
                new HashMap<>(ActivationRanges.measure(graph(), SAMPLES).byTensor());
        ranges.remove("h");
        ActivationRanges incomplete = new ActivationRanges(ranges);
        String message = assertThrows(AcceleratorException.class, () -> Quantizer.quantize(graph(), incomplete))
                .getMessage();
        assertTrue(message.contains("model m") && message.contains("tensor h"), message);
    }

    @Test
    void shouldRefuseARangeWhenItDoesNotHoldZero() {
        assertThrows(IllegalArgumentException.class, () -> new ActivationRanges.Range(1, 2));
        assertThrows(IllegalArgumentException.class, () -> new ActivationRanges.Range(Float.NaN, 2));
        assertThrows(IllegalArgumentException.class, () -> new ActivationRanges.Range(-1, Float.POSITIVE_INFINITY));
    }

    @Test
    void shouldHaveOneZeroOnly() {
        assertEquals(new ActivationRanges.Range(0f, 1), new ActivationRanges.Range(-0f, 1));
    }
}
