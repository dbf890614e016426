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

/** One command of FlatGaze through the launcher, as a user types it: its choice of JDK, its flags, its class path. */
record CommandRun(int exitCode, String out, String err) {

    private static final int BUILD_SECONDS = 600;

    private static boolean built;

    /** Runs {@code args} and waits at most {@code seconds}; a hang is killed and fails the test. */
    static CommandRun of(int seconds, String... args) throws IOException, InterruptedException {
        return start(List.of(), args).end(seconds);
    }

    /** The same behind a line of shell that sets the process up, such as a limit. */
    static CommandRun ofShell(int seconds, String line, String... args) throws IOException, InterruptedException {
        return start(List.of("sh", "-c", line + " && exec \"$@\"", "sh"), args).end(seconds);
    }

    /** Starts {@code args}, a service that goes on until it is stopped. */
    static Running start(String... args) throws IOException {
        return start(List.of(), args);
    }

    private static Running start(List<String> before, String... args) throws IOException {
        requireBuilt();
        return launch(before, args);
    }

    /** A launcher with something to build says so; no command's own lines are to be mixed with that. */
    private static synchronized void requireBuilt() throws IOException {
        if (!built) {
            CommandRun version;
            try {
                version = launch(List.of(), "--version").end(BUILD_SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the launcher was building", e);
            }
            if (version.exitCode() != 0) {
                throw new AssertionError("the launcher does not start: " + version.err());
            }
            built = true;
        }
    }

    private static Running launch(List<String> before, String... args) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(home().resolve("flatgaze").toString());
        command.addAll(Arrays.asList(args));
        File out = File.createTempFile("flatgaze", ".out");
        File err = File.createTempFile("flatgaze", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out)
                .redirectError(err)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        return new Running(process, String.join(" ", args), out, err);
    }

    /** A command at work; closing it kills what is left of it. */
    record Running(Process process, String line, File out, File err) implements AutoCloseable {

        /** Asks it to stop as a service manager does, and waits at most {@code seconds}. */
        CommandRun stop(int seconds) throws IOException, InterruptedException {
            process.destroy();
            return end(seconds);
        }

        /** What it has said for people so far. */
        String said() throws IOException {
            return read(err);
        }

        private CommandRun end(int seconds) throws IOException, InterruptedException {
            try (this) {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    throw new AssertionError(line + " did not end within " + seconds + " s; stderr: " + read(err));
                }
                return new CommandRun(process.exitValue(), read(out), read(err));
            }
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            Files.deleteIfExists(out.toPath());
            Files.deleteIfExists(err.toPath());
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
