package org.flatgaze.accel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code /proc/cpuinfo} says of the processor. Any thread. */
public final class CpuInfo {

    private CpuInfo() {}

    /** The value of the first line that begins with one of these names; empty where there is none, or no such file. */
    public static Optional<String> value(String... names) {
        try {
            return value(Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8), names);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The same from the lines of that file. */
    public static Optional<String> value(List<String> lines, String... names) {
        return lines.stream()
                .filter(line -> Arrays.stream(names).anyMatch(line::startsWith))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip());
    }
}
