package org.flatgaze.runtime.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** This side of a {@link CalibrationClientMain} in a process of its own. */
final class CalibrationClient implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 90;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Writer in;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** @param screen hears of every target that is drawn: what the user in front of it sees */
    CalibrationClient(String url, String device, long speed, BiConsumer<Double, Double> screen) throws Exception {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CalibrationClientMain.class.getName(),
                        url,
                        device,
                        Long.toString(speed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().start(() -> read(screen));
        if (!"READY".equals(line())) {
            throw new IOException("the client did not start");
        }
    }

    private void read(BiConsumer<Double, Double> screen) {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("SHOW ")) {
                    String[] words = line.split(" ", -1);
                    screen.accept(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
                } else {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            lines.add("GONE " + e.getMessage());
        }
    }

    private String line() throws InterruptedException {
        return lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private String ask(String line) throws IOException, InterruptedException {
        in.write(line + "\n");
        in.flush();
        String answer = line();
        if (answer == null) {
            throw new IOException("no answer to: " + line);
        }
        return answer;
    }

    /** Lets the client measure its clock; answers offset and uncertainty, ns. */
    long[] clock() throws IOException, InterruptedException {
        String[] words = ask("clock").split(" ", -1);
        return new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])};
    }

    /** Sends a command as it is; answers the reply. */
    JsonNode send(String name, String json) throws IOException, InterruptedException {
        return reply("send " + name + " " + json);
    }

    /** Sends a command with the client's time and clock in it; answers the reply. */
    JsonNode timed(String name, String json) throws IOException, InterruptedException {
        return reply("timed " + name + " " + json);
    }

    /** Draws targets; answers the reply to the last. */
    JsonNode show(int count) throws IOException, InterruptedException {
        return reply("show " + count);
    }

    private JsonNode reply(String line) throws IOException, InterruptedException {
        String answer = ask(line);
        if (!answer.startsWith("REPLY ")) {
            throw new IOException(line + ": " + answer);
        }
        return JSON.readTree(answer.substring("REPLY ".length()));
    }

    /** Ends the process without a goodbye. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
