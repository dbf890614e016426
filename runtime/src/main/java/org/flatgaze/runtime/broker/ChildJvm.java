package org.flatgaze.runtime.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A child process on the same JDK and class path, spoken to by lines. It ends when its input is closed: by {@link
 * #close}, or by the system when this process dies.
 */
final class ChildJvm implements AutoCloseable {

    private static final String END = "";
    private static final int LINES_KEPT = 64;
    private static final long EXIT_SECONDS = 4;

    // Small and quick to start: no optimising compiler, no spare heap, no collector threads.
    private static final List<String> FLAGS = List.of(
            "-Xms16m",
            "-Xmx64m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=24m",
            "-XX:MaxDirectMemorySize=32m",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-Dio.netty.allocator.numDirectArenas=1",
            "-Dio.netty.allocator.numHeapArenas=1",
            "-Djava.awt.headless=true");

    private final String name;
    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>(LINES_KEPT);
    private volatile String lastError = "";

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        input = process.outputWriter(StandardCharsets.US_ASCII);
        reader("out", process.getInputStream(), line -> {
            if (!output.offer(line)) {
                process.destroyForcibly();
            }
        });
        reader("err", process.getErrorStream(), line -> {
            if (!line.isBlank()) {
                lastError = line;
            }
        });
    }

    /**
     * Starts {@code main} and waits for its ready line.
     *
     * @return the child, ready
     * @throws ChildException if it fails, exits or is not ready in time; one line
     */
    static ChildJvm start(String name, Class<?> main, List<String> arguments, Duration deadline)
            throws ChildException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        ChildJvm child;
        try {
            child = new ChildJvm(name, new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new ChildException(name + ": cannot start " + command.getFirst() + ": " + e.getMessage(), e);
        }
        try {
            String line = child.readLine(deadline);
            if (line.startsWith(ChildProtocol.FAILED)) {
                throw new ChildException(name + ": "
                        + line.substring(ChildProtocol.FAILED.length()).trim());
            }
            if (!line.startsWith(ChildProtocol.READY)) {
                throw new ChildException(name + ": expected a ready line, got: " + line);
            }
            return child;
        } catch (ChildException | InterruptedException e) {
            child.process.destroyForcibly();
            throw e;
        }
    }

    /** Sends one line and waits for one line. */
    synchronized String ask(String line, Duration deadline) throws ChildException, InterruptedException {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new ChildException(name + ": process " + process.pid() + " is gone: " + lastError, e);
        }
        String answer = readLine(deadline);
        if (answer.startsWith(ChildProtocol.FAILED)) {
            throw new ChildException(name + ": " + answer);
        }
        return answer;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it without giving it a chance to say goodbye. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException _) {
            // Already gone.
        }
        try {
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String readLine(Duration deadline) throws ChildException, InterruptedException {
        String line = output.poll(deadline.toNanos(), TimeUnit.NANOSECONDS);
        if (line == null) {
            throw new ChildException(name + ": no answer within " + deadline.toMillis() / 1000.0 + " s");
        }
        if (line.equals(END)) {
            throw new ChildException(name + ": ended early" + (lastError.isEmpty() ? "" : ": " + lastError));
        }
        return line;
    }

    private void reader(String stream, InputStream in, Consumer<String> lines) {
        Thread.ofPlatform().daemon().name(name + "-" + stream).start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.accept(line);
                }
            } catch (IOException _) {
                // The process was destroyed.
            }
            lines.accept(END);
        });
    }
}
