package org.flatgaze.runtime.command.kernels;

import java.util.List;
import org.flatgaze.accel.bench.KernelFamily;
import org.flatgaze.accel.shiftadd.ShiftAddFamily;
import org.flatgaze.accel.vitcod.attention.AttentionFamily;
import org.flatgaze.runtime.command.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flatgaze kernels}: the kernel families on this machine. */
@Command(
        name = "kernels",
        description = "Check and measure our kernels beside plain loops and ONNX Runtime.",
        mixinStandardHelpOptions = true,
        subcommands = {KernelsBenchCommand.class, KernelsCheckCommand.class},
        footer = {"", "Example: ./flatgaze kernels bench --family shiftadd --html kernels.html"})
public final class KernelsCommand implements Runnable {

    /** All families; a new one is added here. */
    private static final List<KernelFamily> FAMILIES = List.of(new ShiftAddFamily(), new AttentionFamily());

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: bench or check");
    }

    /** The family of a name, or all where it is null. */
    static List<KernelFamily> families(String id) {
        if (id == null) {
            return FAMILIES;
        }
        List<KernelFamily> named =
                FAMILIES.stream().filter(family -> family.id().equals(id)).toList();
        if (named.isEmpty()) {
            throw new UsageError("--family " + id + ": expected one of "
                    + FAMILIES.stream().map(KernelFamily::id).toList());
        }
        return named;
    }
}
