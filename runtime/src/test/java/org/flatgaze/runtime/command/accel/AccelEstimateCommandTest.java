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
import org.flatgaze.runtime.command.UsageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class AccelEstimateCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldWriteRowsFittedAndProfileWhenAskedForTheAblation() throws Exception {
        Path json = folder.resolve("out.json");
        Path page = folder.resolve("lanes.html");
        assertEquals(
                0,
                run(
                        "--preset",
                        "eyecod-isca22-fit",
                        "--ablation",
                        "--json",
                        json.toString(),
                        "--timeline",
                        page.toString()));
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(5, result.get("rows").size());
        double[] published = {96.34, 191.94, 233.64, 299.04, 385.66};
        for (int i = 0; i < published.length; i++) {
            JsonNode row = result.get("rows").get(i);
            assertEquals(published[i], row.get("paper_fps").asDouble());
            assertEquals(published[i], row.get("fps").asDouble(), 0.03 * published[i]);
            assertTrue(row.get("cycles").asDouble() > 0);
            assertTrue(row.get("energy_mj").asDouble() > 0);
            assertTrue(row.get("name").isTextual());
        }
        assertTrue(result.get("fitted").toString().contains("weightBytesPerCycle"));
        assertEquals(128, result.get("profile").get("lanes").asInt());
        assertTrue(Files.readString(page).contains("</html>"));
    }

    @Test
    void shouldCompareWithTheUnchangedProfileWhenAskedWhatIf() throws Exception {
        Path json = folder.resolve("out.json");
        assertEquals(0, run("--what-if", "lanes=256,weightBytesPerCycle=8", "--json", json.toString()));
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        for (JsonNode row : result.get("rows")) {
            assertTrue(row.get("fps").asDouble() > row.get("unchanged_fps").asDouble(), row.toString());
        }
        assertEquals(256, result.get("changed").get("lanes").asInt());
        assertFalse(result.get("fitted").toString().contains("weightBytesPerCycle"), "the user's choice is no fit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--preset nonesuch",
                "--profile none.yaml",
                "--what-if lanes=0",
                "--what-if lane=4",
                "--gaze none.json",
                "--gaze none.onnx",
                "--energy-table coal",
                "--deadline-fps 0",
                "--ablation --gaze none.json",
                "--timeline no/such/folder/x.html",
            })
    void shouldBlameTheUserInOneLineWhenInputIsWrong(String arguments) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        CommandLine line = new CommandLine(new AccelCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            failure.set(e);
            return 2;
        });
        assertEquals(2, line.execute(("estimate " + arguments).split(" ", -1)));
        UsageError error = assertInstanceOf(UsageError.class, failure.get());
        assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    }

    private static int run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "estimate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        CommandLine line = new CommandLine(new AccelCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        return line.execute(all);
    }
}
