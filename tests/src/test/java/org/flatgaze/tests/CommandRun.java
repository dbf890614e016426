package org.flatgaze.tests;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One command of FlatGaze in a JVM of its own, as the launcher would start it. */
record CommandRun(int exitCode, String out, String err) {

    /** Runs {@code args} and waits at most {@code seconds}; a hang is killed and fails the test. */
    static CommandRun of(int seconds, String... args) throws IOException, InterruptedException {
        return run(seconds, List.of(), args);
    }

    /** The same behind a line of shell that sets the process up, such as a limit. */
    static CommandRun ofShell(int seconds, String line, String... args) throws IOException, InterruptedException {
        return run(seconds, List.of("sh", "-c", line + " && exec \"$@\"", "sh"), args);
    }

    private static CommandRun run(int seconds, List<String> before, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-Dflatgaze.home=" + home(),
                "org.flatgaze.runtime.Main"));
        command.addAll(Arrays.asList(args));
        File out = File.createTempFile("flatgaze", ".out");
        File err = File.createTempFile("flatgaze", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            // Not on the command line: ONNX Runtime 1.29 crashes while loading when that is longer than about 4 KB.
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            Process process = builder.redirectOutput(out)
                    .redirectError(err)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        String.join(" ", args) + " did not end within " + seconds + " s; stderr: " + read(err));
            }
            return new CommandRun(process.exitValue(), read(out), read(err));
        } finally {
            Files.delete(out.toPath());
            Files.delete(err.toPath());
        }
    }

    /** Root of the repository: the nearest parent that holds the launcher. */
    static Path home() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("flatgaze"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** Lines of stderr without what the JVM itself says about incubating modules. */
    List<String> complaints() {
        return err.lines()
                .filter(line -> !line.startsWith("WARNING:") && !line.isBlank())
                .toList();
    }

    private static String read(File file) throws IOException {
        return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }
}
