package org.flatgaze.accel.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flatgaze.accel.CpuInfo;

/**
 * Whether this processor has instructions that add four products of 8-bit numbers at once (VNNI on x86, the dot product on
 * ARM). With them ONNX Runtime's integer convolutions are several times as fast as float32; without, slower.
 */
final class IntegerProducts {

    private static final Set<String> NAMES = Set.of("avx512_vnni", "avx_vnni", "asimddp");
    private static final String[] FLAGS = {"flags", "Features"};
    private static final boolean ARE_FAST = isAmong(CpuInfo.value(FLAGS));

    private IntegerProducts() {}

    /** What {@code /proc/cpuinfo} says; false where there is none. */
    static boolean areFast() {
        return ARE_FAST;
    }

    /** The same from the lines of that file: those of its first processor count. */
    static boolean areFast(List<String> cpuinfo) {
        return isAmong(CpuInfo.value(cpuinfo, FLAGS));
    }

    private static boolean isAmong(Optional<String> flags) {
        return flags.map(text -> Arrays.stream(text.split("\\s+")).anyMatch(NAMES::contains))
                .orElse(false);
    }
}
