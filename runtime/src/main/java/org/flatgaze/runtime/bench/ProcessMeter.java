package org.flatgaze.runtime.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the whole process used between two moments. */
final class ProcessMeter {

    private static final Path STATUS = Path.of("/proc/self/status");

    private final long wallNanos = System.nanoTime();
    private final long cpuNanos = cpu();
    private final long collections = collections();
    private final long collectionMillis = collectionMillis();
    private final long allocated = MeteredAccelerator.allThreadsAllocatedBytes();

    /**
     * Use of the process.
     *
     * @param cpuPercent 100 is one core
     * @param rssMb resident memory at the end, MB (10^6 bytes); NaN where the system does not say
     * @param peakRssMb its largest value since the process began
     * @param collections runs of the collector
     * @param collectionMillis time they took, ms; with the serial collector all of it is pause
     * @param allocatedBytes by all threads
     */
    record Use(
            double cpuPercent,
            double rssMb,
            double peakRssMb,
            long collections,
            long collectionMillis,
            long allocatedBytes) {}

    /** From construction to now. */
    Use use() {
        double wall = System.nanoTime() - wallNanos;
        return new Use(
                100.0 * (cpu() - cpuNanos) / wall,
                megabytes("VmRSS:"),
                megabytes("VmHWM:"),
                collections() - collections,
                collectionMillis() - collectionMillis,
                MeteredAccelerator.allThreadsAllocatedBytes() - allocated);
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static double megabytes(String key) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(key)) {
                    String digits = line.replaceAll("[^0-9]", "");
                    return Long.parseLong(digits) * 1024 / 1e6;
                }
            }
        } catch (IOException | NumberFormatException _) {
            // Not Linux: the figure is left out.
        }
        return Double.NaN;
    }
}
