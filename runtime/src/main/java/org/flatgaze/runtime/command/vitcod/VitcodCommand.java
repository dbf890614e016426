package org.flatgaze.runtime.command.vitcod;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flatgaze vitcod}: sparse attention with fixed masks. */
@Command(
        name = "vitcod",
        description =
                "Sparse attention with fixed masks: make masks, measure kernels, count cycles (ViTCoD, HPCA 2023).",
        mixinStandardHelpOptions = true,
        subcommands = {
            VitcodPruneCommand.class,
            VitcodCompileCommand.class,
            VitcodMasksCommand.class,
            VitcodBenchCommand.class,
            VitcodRunCommand.class,
            VitcodEngineCommand.class
        },
        footer = {"", "Example: ./flatgaze vitcod bench --mask mask.npy --depth 64 --report masks.html"})
public final class VitcodCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: prune, compile, run, bench, masks or engine");
    }
}
