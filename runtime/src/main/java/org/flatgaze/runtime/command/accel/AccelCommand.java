package org.flatgaze.runtime.command.accel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flatgaze accel}: backends, programs, exactness, cycles and energy of the accelerator. */
@Command(
        name = "accel",
        description = "The accelerator: what there is, what a network costs on it, and how two networks share it.",
        mixinStandardHelpOptions = true,
        subcommands = {
            AccelInfoCommand.class,
            AccelQuantizeCommand.class,
            AccelCompileCommand.class,
            AccelRunCommand.class,
            AccelEstimateCommand.class
        },
        footer = {"", "Example: ./flatgaze accel estimate --preset eyecod-isca22-fit --ablation"})
public final class AccelCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: info, quantize, compile, run or estimate");
    }
}
