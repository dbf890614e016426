package org.flatgaze.runtime.command.kernels;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.accel.bench.KernelFamily;
import org.flatgaze.runtime.command.JsonOutput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze kernels check}: every kernel against its reference on this machine. */
@Command(
        name = "check",
        description = "Compare every kernel with its plain loops on this machine; exit 1 if any differs.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: ./flatgaze kernels check --family shiftadd"})
final class KernelsCheckCommand implements Callable<Integer> {

    @Option(names = "--family", paramLabel = "NAME", description = "Only this family (default: all).")
    private String family;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        List<String> differences = new ArrayList<>();
        for (KernelFamily each : KernelsCommand.families(family)) {
            List<String> found = each.check();
            System.out.println(
                    each.id() + ": " + (found.isEmpty() ? "all kernels equal their references" : "DIFFERENT"));
            differences.addAll(found);
        }
        differences.forEach(System.out::println);
        if (json != null) {
            JsonOutput.write(json, Map.of("differences", differences));
        }
        return differences.isEmpty() ? 0 : 1;
    }
}
