package org.flatgaze.runtime.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.flatgaze.runtime.config.RunConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Wrong options and files of {@code run} and {@code demo}: found before any work begins, said in one line. */
final class RunAndDemoUsageTest {

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseNonsenseOfDemo() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEquals("frames=0: expected 1..1000000", complaint(new DemoCommand(), "--frames", "0"));
        assertTrue(
                complaint(new DemoCommand(), "--frames", "5", "--people", "6").startsWith("people=6: expected 1..5"));
        assertTrue(complaint(new DemoCommand(), "--broker", "somewhere").startsWith("url=somewhere: expected tcp://"));
        assertTrue(complaint(new DemoCommand(), "--device", "My Eye").startsWith("device=My Eye: expected"));
        String none = folder.resolve("none.npz").toString();
        assertTrue(complaint(new DemoCommand(), "--calibration", none).startsWith("--calibration: " + none));
        assertTrue(complaint(new DemoCommand(), "--no-cache", "--cache", "x").startsWith("--cache and --no-cache"));
        assertTrue(complaint(new DemoCommand(), "--save", file.toString()).endsWith("is a file; name a folder"));
        assertTrue(complaint(
                        new DemoCommand(),
                        "--json",
                        folder.resolve("no/out.json").toString())
                .contains("no writable folder"));
    }

    @Test
    void shouldSayWhichModelFolderIsMissing() {
        Path none = folder.resolve("none");
        String message = complaint(new DemoCommand(), "--models", none.toString(), "--cache", folder.toString());
        assertTrue(message.startsWith(none.resolve("manifest.json") + ": not found"), message);
    }

    @Test
    void shouldRefuseNonsenseOfRun() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.yml"), "device: a\ncolour: red\n");
        assertTrue(complaint(new RunCommand()).startsWith("--config is missing"));
        assertTrue(
                complaint(new RunCommand(), "--config", folder.resolve("no.yml").toString())
                        .contains("no such file"));
        assertEquals(
                bad
                        + ":2: key 'colour': is unknown; known here: device, eye, source, camera, models, user, broker, mqtt,"
                        + " pipeline, accelerator, system",
                complaint(new RunCommand(), "--config", bad.toString()));
        assertEquals("--frames 0: expected at least 1", complaint(new RunCommand(), "--config", "x", "--frames", "0"));
    }

    @Test
    void shouldPrintAConfigurationThatCanBeRead() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertEquals(0, new CommandLine(new RunCommand()).execute("--print-config"));
        } finally {
            System.setOut(before);
        }
        Path file = Files.write(folder.resolve("printed.yml"), bytes.toByteArray());
        assertEquals("headset-1", RunConfig.read(file).device());
    }

    private static String complaint(Callable<Integer> command, String... arguments) {
        String[] message = {null};
        CommandLine line = new CommandLine(command);
        line.setExecutionExceptionHandler((e, commandLine, parsed) -> {
            message[0] = e instanceof UsageError ? e.getMessage() : "not a UsageError: " + e;
            return 2;
        });
        assertEquals(2, line.execute(arguments));
        return message[0];
    }
}
