package org.flatgaze.runtime.command.vitcod;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.runtime.command.UsageError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A small vision transformer (12 x 16 pictures, 13 tokens, 2 blocks of 2 heads) through prune, compile, run and bench. */
class VitcodModelCommandTest {

    private static final int PICTURES = 5;
    private static final int SIZE = 12 * 16;

    @TempDir
    private Path folder;

    private Path model;
    private Path pictures;
    private Path labels;
    private Path out;
    private Path mask;
    private Path graph;
    private Path json;

    @BeforeEach
    void setUp() throws Exception {
        model = copy("tiny-vit.onnx");
        pictures = folder.resolve("pictures.npy");
        labels = folder.resolve("labels.npy");
        out = folder.resolve("pruned");
        mask = out.resolve("mask.npy");
        graph = folder.resolve("vit.graph");
        json = folder.resolve("result.json");
        Random random = new Random(6);
        float[] values = new float[PICTURES * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Npy.write(pictures, NpyArray.ofFloats(values, PICTURES, 1, 12, 16));
        float[] vectors = new float[PICTURES * 3];
        for (int i = 0; i < PICTURES; i++) {
            vectors[3 * i] = 0.6f;
            vectors[3 * i + 2] = -0.8f;
        }
        Npy.write(labels, NpyArray.ofFloats(vectors, PICTURES, 3));
    }

    private Path copy(String name) throws Exception {
        Path file = folder.resolve(name);
        try (InputStream in = VitcodModelCommandTest.class.getResourceAsStream(name)) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private JsonNode prune(String info) throws Exception {
        call(
                "prune",
                "--model",
                model.toString(),
                "--pictures",
                pictures.toString(),
                "--info",
                info,
                "--keep-class-token",
                "--out",
                out.toString(),
                "--json",
                json.toString());
        return new ObjectMapper().readTree(json.toFile());
    }

    private void compile() throws Exception {
        call(
                "compile",
                "--model",
                model.toString(),
                "--mask",
                mask.toString(),
                "--pairs",
                "1",
                "--cost-model",
                folder.resolve("cost").toString(),
                "--out",
                graph.toString(),
                "--json",
                json.toString());
    }

    @Test
    void shouldGoFromModelToPrunedModelWhenPicturesFit() throws Exception {
        JsonNode pruned = prune("0.5");
        assertArrayEquals(new int[] {2, 2, 13, 13}, Npy.read(mask).shape());
        assertTrue(pruned.get("sparsity").asDouble() > 0.2);
        assertTrue(pruned.get("attention_kept").asDouble() >= 0.5);
        double difference = pruned.get("max_abs_diff").asDouble();
        assertTrue(difference > 1e-3, "masks without training change the outputs: " + difference);

        compile();
        JsonNode compiled = new ObjectMapper().readTree(json.toFile());
        assertEquals(4, compiled.get("rows").size());
        assertTrue(compiled.get("macs").asLong() < compiled.get("dense_macs").asLong());

        Path outputs = folder.resolve("out.npy");
        model("run", "--labels", labels.toString(), "--out", outputs.toString());
        JsonNode run = new ObjectMapper().readTree(json.toFile());
        assertEquals(difference, run.get("max_abs_diff").asDouble(), 1e-5);
        assertArrayEquals(new int[] {PICTURES, 3}, Npy.read(outputs).shape());
        double turned = run.get("turned_deg").asDouble();
        double apart = run.get("pruned_error_deg").asDouble()
                - run.get("dense_error_deg").asDouble();
        assertTrue(Math.abs(apart) <= turned, "errors " + apart + " apart, vectors turned by " + turned);

        model("bench", "--pairs", "1");
        JsonNode bench = new ObjectMapper().readTree(json.toFile());
        assertTrue(
                bench.get("dense_us").asDouble() > 0 && bench.get("pruned_us").asDouble() > 0);
        assertTrue(bench.get("model_ceiling_predicted").asDouble() > 1);
        assertEquals(pruned.get("sparsity").asDouble(), bench.get("sparsity").asDouble(), 1e-9);
    }

    @Test
    void shouldChangeNothingWhenThresholdIsAboveOne() throws Exception {
        JsonNode pruned = prune("2");
        assertEquals(0, pruned.get("sparsity").asDouble());
        assertEquals(0, pruned.get("max_abs_diff").asDouble());
    }

    @Test
    void shouldStandardiseWhenPicturesAreBytes() throws Exception {
        byte[] bytes = new byte[SIZE];
        new Random(2).nextBytes(bytes);
        Npy.write(pictures, NpyArray.ofBytes(bytes, 1, 12, 16));
        assertEquals(1, prune("0.5").get("pictures").asInt());
    }

    @Test
    void shouldExplainInOneLineWhenInputsAreWrong() throws Exception {
        prune("0.5");
        compile();
        refused("cannot read model", "prune", "--model", "no.onnx", "--pictures", pictures.toString(), "--out", "x");
        refused(
                "layer 0 heads 0..1: attention not found at node soft",
                "prune",
                "--model",
                copy("bad-attention.onnx").toString(),
                "--pictures",
                pictures.toString(),
                "--out",
                out.toString());
        refused("threshold=NaN", prunes("--info", "NaN"));
        refused(
                "it is a file",
                "prune",
                "--model",
                model.toString(),
                "--pictures",
                pictures.toString(),
                "--out",
                model.toString());
        refused("expected gaze vectors of shape (5, 3)", prunes("--labels", mask.toString()));

        Path other = folder.resolve("other.npy");
        Npy.write(other, NpyArray.ofFloats(new float[100], 1, 100));
        refused("pictures of 192 numbers each", models("run", "--pictures", other.toString()));
        float[] nan = new float[SIZE];
        nan[7] = Float.NaN;
        Npy.write(other, NpyArray.ofFloats(nan, 1, SIZE));
        refused("picture 0 holds NaN at 7", models("run", "--pictures", other.toString()));
        Npy.write(other, NpyArray.ofFloats(new float[15], 5, 3));
        refused("row 0 has length 0.0", prunes("--labels", other.toString()));

        Npy.write(other, NpyArray.ofBooleans(new boolean[3 * 2 * 13 * 13], 3, 2, 13, 13));
        refused("layer 2 head 0 of the masks has no block", compiles(other));
        Npy.write(other, NpyArray.ofBooleans(new boolean[2 * 2 * 9 * 9], 2, 2, 9, 9));
        refused("layer 0 head 0", compiles(other));
        refused("keeps nothing", compiles(other, "--polarity", "true_is_kept"));
        refused("--pairs 0", compiles(mask, "--pairs", "0"));
        refused(
                "attention not found",
                "bench",
                "--model",
                model.toString(),
                "--pruned",
                copy("bad-attention.onnx").toString());
        refused(
                "are for masks alone",
                models("bench", "--report", folder.resolve("r.html").toString()));
        refused("no set in", models("run", "--pictures", folder.toString()));
        refused("has its own", models("run", "--pictures", folder.toString(), "--labels", labels.toString()));
        refused("--frames 0", models("run", "--pictures", folder.toString(), "--frames", "0"));
        refused("expected --model beside it", "run", "--mask", mask.toString(), "--out", other.toString());
        assertFalse(Files.exists(Path.of("x")));
    }

    private String[] prunes(String... more) {
        return with(
                more, "prune", "--model", model.toString(), "--pictures", pictures.toString(), "--out", out.toString());
    }

    private String[] compiles(Path masks, String... more) {
        return with(
                more, "compile", "--model", model.toString(), "--mask", masks.toString(), "--out", graph.toString());
    }

    private String[] models(String command, String... more) {
        return with(more, command, "--model", model.toString(), "--pruned", graph.toString());
    }

    private void model(String command, String... more) throws Exception {
        call(with(
                with(more, "--pictures", pictures.toString(), "--json", json.toString()),
                command,
                "--model",
                model.toString(),
                "--pruned",
                graph.toString()));
    }

    private static String[] with(String[] more, String... first) {
        String[] all = new String[first.length + more.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private static void refused(String expected, String... arguments) {
        UsageError error = assertThrows(UsageError.class, () -> call(arguments));
        assertTrue(error.getMessage().contains(expected), error.getMessage());
        assertFalse(error.getMessage().contains("\n"), error.getMessage());
    }

    private static void call(String... arguments) throws Exception {
        CommandLine line = new CommandLine(new VitcodCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        Exception[] thrown = new Exception[1];
        line.setExecutionExceptionHandler((e, _, _) -> {
            thrown[0] = e;
            return 2;
        });
        int code = line.execute(arguments);
        if (thrown[0] != null) {
            throw thrown[0];
        }
        assertEquals(0, code);
    }
}
