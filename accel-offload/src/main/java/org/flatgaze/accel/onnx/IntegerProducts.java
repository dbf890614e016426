package org.flatgaze.accel.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Whether this processor has instructions that add four products of 8-bit numbers at once (VNNI on x86, the dot product on
 * ARM). With them ONNX Runtime's integer convolutions are several times as fast as float32; without, slower.
 */
final class IntegerProducts {

    private static final Set<String> NAMES = Set.of("avx512_vnni", "avx_vnni", "asimddp");
    private static final boolean ARE_FAST = read();

    private IntegerProducts() {}

    /** What {@code /proc/cpuinfo} says; false where there is none. */
    static boolean areFast() {
        return ARE_FAST;
    }

    private static boolean read() {
        try {
            return areFast(Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return false;
        }
    }

    /** The same from the lines of that file: those of its first processor count. */
    static boolean areFast(List<String> cpuinfo) {
        return cpuinfo.stream()
                .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                .findFirst()
                .map(line -> List.of(line.split("\\s+")).stream().anyMatch(NAMES::contains))
                .orElse(false);
    }
}
