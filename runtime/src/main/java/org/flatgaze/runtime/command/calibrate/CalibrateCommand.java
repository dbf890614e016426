package org.flatgaze.runtime.command.calibrate;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flatgaze calibrate}: a camera's matrices, or a user's gaze map. */
@Command(
        name = "calibrate",
        description = "Calibrate a camera or a user.",
        mixinStandardHelpOptions = true,
        subcommands = {CalibrateCameraCommand.class, CalibrateGazeCommand.class},
        footer = {
            "",
            "Example: ./flatgaze calibrate camera --simulate --seed 1 --frames 4 --out device.npz --json result.json"
        })
public final class CalibrateCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to calibrate: camera or gaze");
    }
}
