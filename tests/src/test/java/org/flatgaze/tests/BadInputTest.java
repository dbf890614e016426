package org.flatgaze.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user sees after a mistake: exit code 2 and one line that says what, where and what to do. */
final class BadInputTest {

    private static final int SECONDS = 90;

    @TempDir
    private Path folder;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("unknown command", List.of("dmeo"), "dmeo"),
                Arguments.of("no command", List.of(), "command"),
                Arguments.of("unknown option", List.of("demo", "--frmes", "10"), "--frmes"),
                Arguments.of("not a number", List.of("demo", "--frames", "many"), "--frames"),
                Arguments.of("no frames", List.of("demo", "--frames", "0"), "frames"),
                Arguments.of("broker not a URI", List.of("demo", "--frames", "10", "--broker", "nonsense"), "nonsense"),
                Arguments.of(
                        "json in a folder that does not exist",
                        List.of("demo", "--frames", "10", "--json", "/nonexistent/x.json"),
                        "/nonexistent"),
                Arguments.of("missing config", List.of("run", "--config", "/nonexistent/f.yml"), "/nonexistent/f.yml"),
                Arguments.of("models missing", List.of("demo", "--frames", "10", "--models", "/nonexistent"), "models"),
                Arguments.of(
                        "calibration missing",
                        List.of("reconstruct", "--calibration", "/nonexistent", "--raw", "x.png", "--out", "y.png"),
                        "/nonexistent"),
                Arguments.of(
                        "no people", List.of("dataset", "--people", "0", "--frames", "2", "--out", "x"), "people=0"),
                Arguments.of(
                        "a segmentation that is none",
                        List.of("bench", "--segmentation", "compact", "--no-mqtt", "--frames", "10"),
                        "model compact"),
                Arguments.of(
                        "an empty model beside",
                        List.of("bench", "--mode", "paced", "--background", "/dev/null", "--no-mqtt", "--frames", "10"),
                        "--background /dev/null"),
                Arguments.of(
                        "no such segmentation",
                        List.of("bench", "--segmentation", "none", "--no-mqtt", "--frames", "10"),
                        "none"),
                Arguments.of("set missing", List.of("evaluate", "--set", "/nonexistent"), "/nonexistent"),
                Arguments.of("neither set nor pictures", List.of("evaluate"), "--pictures"),
                Arguments.of(
                        "both set and pictures", List.of("evaluate", "--set", "a", "--pictures", "b"), "--pictures"),
                Arguments.of("pictures missing", List.of("evaluate", "--pictures", "/nonexistent"), "/nonexistent"),
                Arguments.of("no picture", List.of("evaluate", "--pictures", "/proc/sys/kernel/random"), "no picture"),
                Arguments.of(
                        "page in a folder that does not exist",
                        List.of("evaluate", "--set", "a", "--html", "/nonexistent/x.html"),
                        "/nonexistent"),
                Arguments.of(
                        "8 bits on a backend that has none",
                        List.of("evaluate", "--set", "a", "--int8-backend", "onnx"),
                        "int8-backend=onnx"),
                Arguments.of(
                        "8 bits for pictures, which have no such pass",
                        List.of("evaluate", "--pictures", "b", "--int8-backend", "cpu"),
                        "--int8-backend"),
                Arguments.of(
                        "set for ranges missing",
                        List.of("accel", "quantize", "--model", "ritnet-128", "--set", "/nonexistent"),
                        "/nonexistent"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void shouldExplainInOneLineWhenTheUserIsMistaken(String what, List<String> arguments, String named)
            throws Exception {
        CommandRun run = CommandRun.of(SECONDS, arguments.toArray(String[]::new));
        assertOneLine(run, named);
    }

    @Test
    void shouldRefuseTheModelWhenItsFileWasChanged() throws Exception {
        Path models = copyModels();
        Path onnx = models.resolve("fbnet-c100.onnx");
        byte[] bytes = Files.readAllBytes(onnx);
        bytes[bytes.length / 2] ^= 1;
        Files.write(onnx, bytes);

        CommandRun run = CommandRun.of(SECONDS, "demo", "--frames", "10", "--models", models.toString());

        assertOneLine(run, "sha256");
    }

    @Test
    void shouldNameTheFileAndLineWhenAConfigKeyIsUnknown() throws Exception {
        Path config = folder.resolve("f.yml");
        Files.writeString(config, "device: bench-1\nsorce:\n  kind: simulator\n");

        CommandRun run = CommandRun.of(SECONDS, "run", "--config", config.toString());

        assertOneLine(run, "f.yml:2");
        assertTrue(run.err().contains("sorce"), run.err());
    }

    @Test
    void shouldLeaveNothingHalfWrittenWhenTheRawFrameIsTruncated() throws Exception {
        Path raw = folder.resolve("raw.png");
        Files.write(raw, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0});
        Path calibration = Files.createDirectory(folder.resolve("calibration"));
        Path picture = folder.resolve("picture.png");

        CommandRun run = CommandRun.of(
                SECONDS,
                "reconstruct",
                "--calibration",
                calibration.toString(),
                "--raw",
                raw.toString(),
                "--out",
                picture.toString());

        assertEquals(2, run.exitCode(), run.err());
        assertFalse(Files.exists(picture));
    }

    private static void assertOneLine(CommandRun run, String named) {
        assertEquals(2, run.exitCode(), run.err());
        assertEquals(1, run.complaints().size(), run.err());
        assertTrue(run.complaints().getFirst().contains(named), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }

    private Path copyModels() throws IOException {
        Path models = Files.createDirectory(folder.resolve("models"));
        try (Stream<Path> files = Files.list(CommandRun.home().resolve("pipeline/models"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, models.resolve(file.getFileName()));
            }
        }
        return models;
    }
}
