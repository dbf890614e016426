package org.flatgaze.runtime.command.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.command.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code accel run} and {@code accel compile} on small models. */
final class AccelRunCommandTest {

    private static final Path MODELS =
            Installation.home().resolve("accel-offload/src/test/resources/org/flatgaze/accel/graph");

    @TempDir
    private Path folder;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private int accel(String... args) {
        CommandLine line = new CommandLine(new AccelCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            failure.set(e);
            return 2;
        });
        return line.execute(args);
    }

    private JsonNode run(String model, String... more) throws Exception {
        Path json = folder.resolve("out.json");
        String[] args = new String[5 + more.length];
        args[0] = "run";
        args[1] = "--model";
        args[2] = model;
        args[3] = "--json";
        args[4] = json.toString();
        System.arraycopy(more, 0, args, 5, more.length);
        assertEquals(0, accel(args), () -> String.valueOf(failure.get()));
        return new ObjectMapper().readTree(json.toFile());
    }

    private static String model(String name) {
        return MODELS.resolve(name + ".onnx").toString();
    }

    private String refusal(String... args) {
        assertEquals(2, accel(args));
        return assertInstanceOf(UsageError.class, failure.get()).getMessage();
    }

    @Test
    void shouldFindNoDifferenceBetweenEightBitBackends() throws Exception {
        for (String name : new String[] {"mini-fbnet", "mini-ritnet-qdq", "mini-vit"}) {
            JsonNode result = run(model(name), "--backend", "emulator", "--compare", "device", "--inputs", "3");
            assertEquals(0, result.get("mismatches").asLong(), name);
            assertEquals(0, result.get("max_abs_diff").asDouble(), name);
            assertTrue(result.get("outputs").asLong() > 0, name);
            assertTrue(result.get("precision").asText().startsWith("int8"), name);
        }
    }

    @Test
    void shouldWriteAnOnnxFileThatOthersRunTheSame() throws Exception {
        Path file = folder.resolve("mini.onnx");
        assertEquals(
                0,
                accel("compile", "--model", model("mini-fbnet"), "--out", file.toString()),
                () -> String.valueOf(failure.get()));
        JsonNode result = run(file.toString(), "--backend", "emulator", "--compare", "onnx");
        assertTrue(result.get("precision").asText().startsWith("int8"), result.toString());
        assertTrue(result.get("max_abs_diff").asDouble() < 0.01, result.toString());
        Path refused = folder.resolve("vit.onnx");
        String message = refusal("compile", "--model", model("mini-vit"), "--out", refused.toString());
        assertTrue(message.contains("only layers of convolutional networks are written"), message);
        assertFalse(Files.exists(refused));
    }

    @Test
    void shouldStayWithinOneStepOfOnnxRuntimeOnAQuantisedModel() throws Exception {
        JsonNode result = run(model("mini-ritnet-qdq"), "--backend", "emulator", "--compare", "onnx", "--seed", "7");
        for (JsonNode tensor : result.get("tensors")) {
            assertTrue(tensor.get("max_steps").asDouble() <= 1.001, result.toString());
        }
        assertTrue(result.get("equal_share").asDouble() > 0.9, result.toString());
    }

    @Test
    void shouldReportTheSmallDifferenceOfFloatBackends() throws Exception {
        JsonNode result = run(model("mini-fbnet"), "--backend", "cpu", "--compare", "onnx");
        assertTrue(result.get("max_abs_diff").asDouble() < 1e-3, result.toString());
        assertEquals("float32", result.get("precision").asText());
    }

    @Test
    void shouldWriteAProgramThatRunsAsTheModelDoes() throws Exception {
        Path program = folder.resolve("mini.graph");
        Path json = folder.resolve("program.json");
        assertEquals(
                0,
                accel(
                        "compile",
                        "--model",
                        model("mini-fbnet"),
                        "--out",
                        program.toString(),
                        "--json",
                        json.toString()));
        JsonNode listing = new ObjectMapper().readTree(json.toFile());
        assertTrue(listing.get("predicted_cycles").asLong() > 0);
        assertEquals(Files.size(program), listing.get("program_bytes").asLong());
        assertEquals(
                0,
                run(program.toString(), "--backend", "cpu-scalar", "--compare", "device")
                        .get("mismatches")
                        .asLong());
    }

    @Test
    void shouldNameNodeAndRemedyWhenAModelCannotBeCompiled() {
        assertTrue(refusal("compile", "--model", model("bad-operator")).contains("bad-operator"));
        assertTrue(refusal("compile", "--model", model("bad-dynamic")).contains("has dynamic dimension"));
        String nan = refusal("compile", "--model", model("bad-nan"));
        assertTrue(nan.contains("finite"), nan);
        String absent = refusal("run", "--model", folder.resolve("absent.onnx").toString());
        assertTrue(absent.endsWith("cannot be read; name an ONNX file, or a model id"), absent);
        String backend = refusal("run", "--model", model("mini-fbnet"), "--backend", "gpu");
        assertTrue(backend.startsWith("backend=gpu: expected one of "), backend);
    }

    @Test
    void shouldNameTensorBytesAndStripesWhenTheBuffersAreTooSmall() throws Exception {
        Path profile = folder.resolve("small.yaml");
        Files.writeString(
                profile,
                org.flatgaze.accel.cost.ProfileFile.text(org.flatgaze.accel.cost.Presets.byId("eyecod-isca22-fit")
                        .with("activationBufferBytes", 512)));
        String one = refusal(
                "compile", "--model", model("mini-ritnet"), "--profile", profile.toString(), "--max-stripes", "1");
        assertTrue(
                one.matches(
                        "model mini-ritnet.onnx: layer \\S+: its (in|out)put \\(\\d+x\\d+x\\d+\\) takes \\d+ bytes.*"
                                + "hold \\d+: .*"),
                one);
    }
}
