package org.flatgaze.runtime.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flatgaze.runtime.bench.Baseline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a user who mistypes is told, in one line, before anything slow begins. */
final class BenchUsageTest {

    private static final String MANIFEST = """
            {"format": "flatgaze-models", "version": 1, "models": {"other": {
              "file": "other.onnx", "sha256": "%s",
              "input": {"name": "x", "shape": [1, 1, 96, 160], "normalisation": "none"},
              "output": {"name": "y", "shape": [1, 3]}, "filter_id": "f", "licence": "Apache-2.0"}}}
            """.formatted("0".repeat(64));

    @TempDir
    private Path folder;

    @Test
    void shouldNameTheKnownModelsWhenTheModelIsMissing() throws Exception {
        Files.writeString(folder.resolve("manifest.json"), MANIFEST);
        String line = fail("--model", "compact", "--models", folder.toString());
        assertTrue(line.contains("model compact: not in ") && line.contains("known models: other"), line);
    }

    @Test
    void shouldExitWithThreeWhenAFigureGotWorse() {
        Baseline.Movement better = new Baseline.Movement("fps", 300, 400, 9, true);
        Baseline.Movement worse = new Baseline.Movement("fps", 300, 200, 9, true);
        Baseline.Movement noise = new Baseline.Movement("fps", 300, 295, 9, true);
        assertEquals(0, BenchCommand.exitCode(true, List.of()));
        assertEquals(0, BenchCommand.exitCode(true, List.of(better, noise)));
        assertEquals(3, BenchCommand.exitCode(true, List.of(better, worse)));
        assertEquals(1, BenchCommand.exitCode(false, List.of(worse)));
    }

    @Test
    void shouldSayWhichOptionIsWrong() {
        assertContains(fail("--fps", "0.1"), "--fps 0.1");
        assertContains(fail("--frames", "0"), "--frames 0");
        assertContains(fail("--runs", "0"), "--runs 0");
        assertContains(fail("--fifo", "100"), "--fifo 100");
        assertContains(fail("--fifo", "0"), "--fifo 0");
        assertContains(fail("--broker", "tcp://x:1", "--no-mqtt"), "exclude each other");
        assertContains(fail("--frames", "5", "--seconds", "5"), "exclude each other");
        assertContains(fail("--seconds", "5"), "--mode paced");
        assertContains(fail("--roi", "sliced"), "--mode paced");
        assertContains(fail("--mode", "paced", "--seconds", "-1"), "--seconds -1");
        assertContains(fail("--mode", "paced", "--frame-threads", "3"), "--frame-threads '3': expected auto, 1 or 2");
        assertContains(fail("--frame-threads", "1"), "--frame-threads needs --mode paced");
        assertContains(fail("--mode", "paced", "--frame-threads", "2", "--roi", "sliced"), "neither with --roi sliced");
        assertContains(fail("--background", "vit.graph"), "--background needs --mode paced");
        assertContains(fail("--json", folder.resolve("none/x.json").toString()), "create it first");
        assertContains(fail("--baseline", folder.resolve("none.json").toString()), "no such file");
    }

    private static void assertContains(String line, String part) {
        assertTrue(line.contains(part), line);
        assertEquals(1, line.strip().lines().count(), line);
    }

    private static String fail(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(new BenchCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setErr(new PrintWriter(err));
        line.setExecutionExceptionHandler((e, failed, parsed) -> {
            failed.getErr().println(e instanceof RuntimeException ? e.getMessage() : e.toString());
            return 2;
        });
        assertEquals(2, line.execute(arguments));
        return err.toString();
    }
}
