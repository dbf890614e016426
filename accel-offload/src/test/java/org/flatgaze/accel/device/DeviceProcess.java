package org.flatgaze.accel.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link DeviceServer} in a process of its own; ends with this. */
final class DeviceProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final int port;

    DeviceProcess(String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                DeviceServer.class.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        output = process.inputReader();
        input = process.outputWriter();
        String line = output.readLine();
        port = Integer.parseInt(line.substring("READY ".length()));
    }

    SocketBus bus() {
        return SocketBus.of("127.0.0.1:" + port);
    }

    /** Faults injected so far, in the order of {@link DeviceFault}. */
    String faults() throws IOException {
        input.write("faults\n");
        input.flush();
        return output.readLine();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        input.close();
        process.destroy();
    }
}
