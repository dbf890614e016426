package org.flatgaze.runtime;

import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.runtime.command.BenchCommand;
import org.flatgaze.runtime.command.DatasetCommand;
import org.flatgaze.runtime.command.DemoCommand;
import org.flatgaze.runtime.command.EvaluateCommand;
import org.flatgaze.runtime.command.ReconstructCommand;
import org.flatgaze.runtime.command.RunCommand;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.command.accel.AccelCommand;
import org.flatgaze.runtime.command.calibrate.CalibrateCommand;
import org.flatgaze.runtime.command.calibrate.ValidateCommand;
import org.flatgaze.runtime.command.kernels.KernelsCommand;
import org.flatgaze.runtime.command.shiftadd.ShiftaddCommand;
import org.flatgaze.runtime.command.vitcod.VitcodCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command line of FlatGaze.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage or input (one line on stderr says what, where and what to do), 3 a
 * benchmark regressed.
 */
@Command(
        name = "flatgaze",
        description = "Real-time eye tracking for lensless cameras: coded-mask frames in, gaze vectors over MQTT out.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            BenchCommand.class,
            ReconstructCommand.class,
            CalibrateCommand.class,
            ValidateCommand.class,
            DatasetCommand.class,
            EvaluateCommand.class,
            AccelCommand.class,
            KernelsCommand.class,
            VitcodCommand.class,
            ShiftaddCommand.class,
        },
        footer = {"", "Example: ./flatgaze demo --frames 2000 --json out.json"})
public final class Main implements Runnable {

    /** The command did what it was asked. */
    public static final int EXIT_DONE = 0;

    /** Something broke on the way. */
    public static final int EXIT_FAILED = 1;

    /** The user's options or files are at fault. */
    public static final int EXIT_USAGE = 2;

    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command and returns its exit code; what {@link #main} does, without leaving the JVM. */
    public static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Main::explainWrongUsage);
        line.setExecutionExceptionHandler(Main::explainFailure);
        return line.execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int explainWrongUsage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String command = line.getCommandSpec().qualifiedName();
        line.getErr().println(command + ": " + oneLine(e.getMessage()) + "; see '" + command + " --help'");
        return EXIT_USAGE;
    }

    private static int explainFailure(Exception e, CommandLine line, ParseResult parsed) {
        String command = line.getCommandSpec().qualifiedName();
        if (e instanceof UsageError || e instanceof ModelException) {
            line.getErr().println(command + ": " + oneLine(e.getMessage()));
            return EXIT_USAGE;
        }
        line.getErr().println(command + ": failed: " + oneLine(String.valueOf(e.getMessage())));
        if (System.getenv("FLATGAZE_TRACE") != null) {
            e.printStackTrace(line.getErr());
        } else {
            line.getErr().println("  (" + e.getClass().getSimpleName() + "; FLATGAZE_TRACE=1 shows where it happened)");
        }
        return EXIT_FAILED;
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** Reads the version the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "flatgaze " + (version == null ? "(development)" : version),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch"),
            };
        }
    }
}
