package org.flatgaze.pipeline.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.emulator.ActivationRanges;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.Layer;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.Shape;
import org.flatgaze.accel.graph.Tensor;
import org.flatgaze.accel.graph.Weights;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8ModelsTest {

    private static final List<float[][]> SAMPLES = List.of(new float[][] {{1, -2}}, new float[][] {{0.3f, 0.1f}});

    @TempDir
    Path directory;

    private LayerGraph graph;
    private ActivationRanges ranges;
    private Int8Models int8;

    @BeforeEach
    void writeStore() throws Exception {
        graph = graph(1);
        ranges = ActivationRanges.measure(graph, SAMPLES);
        int8 = store(graph);
    }

    private static LayerGraph graph(float weight) {
        return new LayerGraph(
                "net",
                List.of(Tensor.ofFloats("x", Shape.of(1, 2)), Tensor.ofFloats("y", Shape.of(1, 1))),
                List.of(new Layer.Linear(
                        "fc",
                        0,
                        1,
                        new Weights.Float32(new float[] {weight, 0.3f}, new float[] {0.1f}),
                        Activation.NONE)),
                List.of(0),
                List.of(1));
    }

    private Int8Models store(LayerGraph model) throws Exception {
        byte[] bytes = GraphFile.write(model);
        Files.write(directory.resolve("net.onnx"), bytes);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        Files.writeString(directory.resolve("manifest.json"), """
                {"format": "flatgaze-models", "version": 1, "models": {"net": {"file": "net.onnx", "sha256": "%s",
                "input": {"name": "x", "shape": [1, 2], "normalisation": "none"},
                "output": {"name": "y", "shape": [1, 1]}}}}
                """.formatted(digest));
        return new Int8Models(ModelStore.open(directory), directory);
    }

    private String complaint() {
        String message =
                assertThrows(ModelException.class, () -> int8.graph("net")).getMessage();
        assertFalse(message.contains("\n"), message);
        assertTrue(message.contains("net.int8.json") && message.contains("accel quantize --model net"), message);
        return message;
    }

    private void edit(String from, String to) throws IOException {
        Path file = int8.file("net");
        int8.write(file, "net", ranges, Map.of("frames", 2));
        String text = Files.readString(file);
        assertTrue(text.contains(from), text);
        Files.writeString(file, text.replace(from, to));
    }

    @Test
    void shouldHaveNoGraphWhenNoRangesStandBesideTheModel() {
        assertTrue(int8.graph("net").isEmpty());
    }

    @Test
    void shouldGiveTheQuantisersGraphWhenRangesWereWritten() {
        int8.write(int8.file("net"), "net", ranges, Map.of("frames", 2));
        LayerGraph expected = Quantizer.quantize(graph, ranges);
        assertArrayEquals(
                GraphFile.write(expected), GraphFile.write(int8.graph("net").orElseThrow()));
    }

    @Test
    void shouldRefuseRangesWhenTheModelWasTrainedAnew() throws Exception {
        int8.write(int8.file("net"), "net", ranges, Map.of());
        int8 = store(graph(2));
        assertTrue(complaint().contains("another net"));
    }

    @Test
    void shouldExplainInOneLineWhenTheFileIsNotWhatItShouldBe() throws IOException {
        edit("\"version\" : 1", "\"version\" : 7");
        assertTrue(complaint().contains("version 7"));
        edit("\"y\"", "\"z\"");
        assertTrue(complaint().contains("tensor y"));
        edit("\"y\" : [", "\"y\" : [ 1,");
        assertTrue(complaint().contains("ranges.y"));
        edit("}", "");
        assertTrue(complaint().contains("damaged"));
    }

    @Test
    void shouldNameTheFileWhenItCannotBeWritten() {
        Path nowhere = directory.resolve("missing").resolve("net.int8.json");
        String message = assertThrows(ModelException.class, () -> int8.write(nowhere, "net", ranges, Map.of()))
                .getMessage();
        assertTrue(message.contains(nowhere.toString()), message);
    }
}
