package org.flatgaze.accel.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.ModelSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OnnxImportTest {

    @Test
    void shouldFoldAndFuseWhenModelIsFloat() {
        LayerGraph graph = OnnxImport.read(TestModels.small("mini-fbnet"));
        assertFalse(graph.isQuantized());
        assertEquals(0, count(graph, Layer.ChannelAffine.class), "batch normalisation is folded");
        assertEquals(0, count(graph, Layer.Activate.class), "activations are fused");
        assertEquals(14, count(graph, Layer.Conv.class));
        assertEquals(2, count(graph, Layer.Add.class));
        assertEquals(
                Shape.of(1, 3), graph.tensors().get(graph.outputs().getFirst()).shape());
        assertEquals(1_177_896, graph.macs());
    }

    @Test
    void shouldKeepBatchNormalisationBehindActivationAsAffine() {
        LayerGraph graph = OnnxImport.read(TestModels.small("mini-ritnet"));
        assertEquals(1, count(graph, Layer.ChannelAffine.class));
        Layer.Conv first = (Layer.Conv) graph.layers().getFirst();
        assertEquals(Activation.leakyRelu(0.01f), first.activation());
        assertEquals(3, count(graph, Layer.Concat.class));
    }

    @Test
    void shouldRecogniseSpelledOutGeluAndSilu() {
        LayerGraph graph = OnnxImport.read(TestModels.small("mini-vit"));
        List<Activation> found = graph.layers().stream()
                .filter(Layer.Activate.class::isInstance)
                .map(l -> ((Layer.Activate) l).activation())
                .toList();
        assertEquals(List.of(Activation.GELU, Activation.SILU), found);
        assertEquals(2, count(graph, Layer.MatMul.class));
        assertEquals(2, count(graph, Layer.LayerNorm.class));
        assertEquals(5, count(graph, Layer.Linear.class));
    }

    @Test
    void shouldMakeIntegerLayersWhenModelIsQuantised() {
        LayerGraph graph = OnnxImport.read(TestModels.small("mini-fbnet-qdq"));
        assertTrue(graph.isQuantized());
        for (Layer layer : graph.layers()) {
            if (layer instanceof Layer.Conv conv) {
                assertTrue(conv.weights() instanceof Weights.Int8, conv.name());
            }
        }
        assertEquals(1, count(graph, Layer.Quantize.class));
        assertEquals(1, count(graph, Layer.Dequantize.class));
        assertEquals(1_177_896, graph.macs());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bad-operator|model bad-operator: node squash (Tanh) uses operator Tanh which is not supported; nearest",
                "bad-nan|model bad-nan: layer c (conv) weight[0]=NaN: expected a finite number",
                "bad-dynamic|model bad-dynamic: input x has dynamic dimension 'batch'; export the model with fixed",
                "bad-batch|model bad-batch: input x has batch 2; export the model with batch 1",
                "bad-shape|model bad-shape: node sum (Add) adds 1x4 and 1x5: expected equal shapes",
                "bad-resize|model bad-resize: node r (Resize) mode=linear",
            })
    void shouldRefuseInOneLineWhenModelCannotRun(String name, String start) {
        refuse(TestModels.small(name), start);
    }

    @Test
    void shouldRefuseInOneLineWhenFileIsDamagedAnywhere() {
        byte[] whole = TestModels.small("mini-ritnet").onnx();
        for (int length = 1; length < whole.length; length += 97) {
            refuse(new ModelSource("cut", Arrays.copyOf(whole, length)), "model cut: ");
        }
        refuse(
                new ModelSource("text", "not a model at all".getBytes(StandardCharsets.UTF_8)),
                "model text: not an ONNX");
        java.util.Random random = new java.util.Random(9);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 1 + round % 4; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                OnnxImport.read(new ModelSource("damaged", damaged));
            } catch (AcceleratorException e) {
                assertFalse(e.getMessage().contains("\n"), e.getMessage());
            }
        }
    }

    private static void refuse(ModelSource source, String start) {
        AcceleratorException refusal = assertThrows(AcceleratorException.class, () -> OnnxImport.read(source));
        assertTrue(refusal.getMessage().startsWith(start), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    /** The published tables count batch normalisation (two numbers a channel); here it is folded into a bias (one). */
    @ParameterizedTest
    @CsvSource({"fbnet-c100, fbnetc100_1x96x160", "ritnet-128, ritnet_1x128x128"})
    void shouldEqualPublishedLayerTableWhenTrainedModelIsThere(String name, String table) throws IOException {
        ModelSource model = TestModels.trained(name);
        Path file = TestModels.shared("data/eyecod/layers/" + table + ".json");
        Assumptions.assumeTrue(model != null && file != null, "trained model or layer table is not there");
        LayerGraph graph = OnnxImport.read(model);
        String json = Files.readString(file);
        String layers = json.substring(json.indexOf("\"layers\": [") + 11);
        long[] macs = numbers(layers, "\"macs\": (\\d+)");
        long[] own = graph.layers().stream()
                .mapToLong(graph::macs)
                .filter(m -> m > 0)
                .toArray();
        assertArrayEquals(Arrays.stream(macs).filter(m -> m > 0).toArray(), own);
        long folded = Pattern.compile(
                        "\\{[^{}]*\"type\": \"\\w*conv\"[^{}]*\"cout\": (\\d+)[^{}]*\"bn\": true[^{}]*\\}")
                .matcher(layers)
                .results()
                .mapToLong(r -> Long.parseLong(r.group(1)))
                .sum();
        assertEquals(Arrays.stream(numbers(layers, "\"params\": (\\d+)")).sum() - folded, graph.parameters());
    }

    private static long[] numbers(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.results().mapToLong(r -> Long.parseLong(r.group(1))).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mini-fbnet", "mini-vit", "mixed", "mixed-qdq"})
    void shouldGiveEveryLayerItsOwnName(String name) {
        LayerGraph graph = OnnxImport.read(TestModels.small(name));
        assertEquals(
                graph.layers().size(),
                graph.layers().stream().map(Layer::name).distinct().count());
    }

    private static long count(LayerGraph graph, Class<? extends Layer> kind) {
        return graph.layers().stream().filter(kind::isInstance).count();
    }
}
