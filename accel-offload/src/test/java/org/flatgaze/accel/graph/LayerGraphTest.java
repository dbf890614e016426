package org.flatgaze.accel.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.junit.jupiter.api.Test;

final class LayerGraphTest {

    private static final Tensor PICTURE = Tensor.ofFloats("x", Shape.of(1, 2, 4, 4));

    private static String refusal(List<Tensor> tensors, Layer... layers) {
        return assertThrows(
                        AcceleratorException.class,
                        () -> new LayerGraph("m", tensors, List.of(layers), List.of(0), List.of(tensors.size() - 1)))
                .getMessage();
    }

    @Test
    void shouldNameLayerWhenShapesDoNotFollow() {
        Tensor wrong = Tensor.ofFloats("y", Shape.of(1, 2, 3, 3));
        assertEquals(
                "model m: layer p (pool) output shape=1x2x3x3: expected 1x2x2x2",
                refusal(
                        List.of(PICTURE, wrong),
                        new Layer.Pool("p", 0, 1, Layer.Pool.Kind.MAX, Window.square(2, 2, 0), false)));
    }

    @Test
    void shouldNameLayerWhenTensorIsReadBeforeItIsWritten() {
        Tensor later = Tensor.ofFloats("later", PICTURE.shape());
        Tensor out = Tensor.ofFloats("y", PICTURE.shape());
        assertEquals(
                "model m: layer sum (add) reads tensor later before it is written",
                refusal(List.of(PICTURE, later, out), new Layer.Add("sum", 0, 1, 2, Activation.NONE)));
    }

    @Test
    void shouldRefuseMixOfKinds() {
        Tensor q = new Tensor("q", PICTURE.shape(), QuantParams.uniform(false, 1, 0));
        assertEquals(
                "model m: layer a (activate) mixes float32 and quantised tensors; put Quantize or Dequantize between",
                refusal(List.of(PICTURE, q), new Layer.Activate("a", 0, 1, Activation.RELU)));
    }

    @Test
    void shouldNameWeightWhenItIsNotFinite() {
        Tensor out = Tensor.ofFloats("y", Shape.of(1, 1, 4, 4));
        Weights weights = new Weights.Float32(new float[] {1, Float.POSITIVE_INFINITY}, new float[0]);
        assertEquals(
                "model m: layer c (conv) weight[1]=Infinity: expected a finite number",
                refusal(
                        List.of(PICTURE, out),
                        new Layer.Conv("c", 0, 1, Window.square(1, 1, 0), 1, weights, Activation.NONE)));
    }

    @Test
    void shouldCountProductsAndParameters() {
        Tensor out = Tensor.ofFloats("y", Shape.of(1, 3, 4, 4));
        Weights weights = new Weights.Float32(new float[3 * 2 * 9], new float[3]);
        LayerGraph graph = new LayerGraph(
                "m",
                List.of(PICTURE, out),
                List.of(new Layer.Conv("c", 0, 1, Window.square(3, 1, 1), 1, weights, Activation.NONE)),
                List.of(0),
                List.of(1));
        assertEquals(54 * 16, graph.macs());
        assertEquals(57, graph.parameters());
    }
}
