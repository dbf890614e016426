package org.flatgaze.runtime.command.shiftadd;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flatgaze shiftadd}: networks of shifts and additions. */
@Command(
        name = "shiftadd",
        description = "Networks of shifts and additions: cost, mapping, conversion, run.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ShiftaddCostCommand.class,
            ShiftaddMapCommand.class,
            ShiftaddConvertCommand.class,
            ShiftaddRunCommand.class,
            ShiftaddPredictCommand.class
        },
        footer = {"", "Example: ./flatgaze shiftadd cost --encoding v4 --stride 2 --size 224 --mode paper --pes 168"})
public final class ShiftaddCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: cost, map, convert, run or predict");
    }
}
