package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.CpuInfo;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.accel.kernels.VectorSupport;
import org.flatgaze.runtime.Installation;

/** Where something was measured: what a reader needs to judge whether two figures can be compared. */
final class Environment {

    private static final String UNKNOWN = "unknown";

    private Environment() {}

    /** Machine, JVM and version, as JSON. */
    static Map<String, Object> here() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cpu", cpu());
        json.put("cores", Runtime.getRuntime().availableProcessors());
        json.put("governor", firstLine(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")));
        json.put("huge_pages", firstLine(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        json.put("load_average_before", firstLine(Path.of("/proc/loadavg")));
        json.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        json.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        json.put("jvm_arguments", arguments());
        json.put("kernels", KernelSet.best().id() + ": " + VectorSupport.reason());
        String version = Environment.class.getPackage().getImplementationVersion();
        json.put("flatgaze", version == null ? "(development)" : version);
        json.put("commit", commit(Installation.home()));
        return json;
    }

    private static String arguments() {
        return String.join(
                " ",
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        // Paths say nothing about speed, and a report may be published.
                        .filter(argument -> !argument.startsWith("-D"))
                        .toList());
    }

    private static String cpu() {
        return CpuInfo.value("model name", "Model").orElse(UNKNOWN);
    }

    private static String firstLine(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? UNKNOWN : lines.getFirst().strip();
        } catch (IOException _) {
            return UNKNOWN;
        }
    }

    /** The commit a working copy stands at, or {@code "unknown"}; changes since then do not show. */
    static String commit(Path home) {
        String head = firstLine(home.resolve(".git").resolve("HEAD"));
        if (!head.startsWith("ref: ")) {
            return head;
        }
        String name = head.substring("ref: ".length());
        String loose = firstLine(home.resolve(".git").resolve(name));
        if (!loose.equals(UNKNOWN)) {
            return loose;
        }
        try {
            for (String line : Files.readAllLines(home.resolve(".git").resolve("packed-refs"))) {
                if (line.endsWith(" " + name)) {
                    return line.substring(0, line.indexOf(' '));
                }
            }
        } catch (IOException _) {
            // No packed names either.
        }
        return UNKNOWN;
    }
}
