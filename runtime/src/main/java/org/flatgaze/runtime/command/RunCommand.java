package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.runtime.config.ConfigException;
import org.flatgaze.runtime.config.RunConfig;
import org.flatgaze.runtime.service.RunSummary;
import org.flatgaze.runtime.service.TrackingService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze run}: the tracker as a service. */
@Command(
        name = "run",
        description = "Track an eye as a service: camera, recording or simulator in, gaze over MQTT out.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Runs until Ctrl-C or SIGTERM; a broker that goes away is waited for.",
            "Example: ./flatgaze run --print-config > tracker.yml",
            "         ./flatgaze run --config tracker.yml"
        })
public final class RunCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "F.yml", description = "Configuration; --print-config shows one.")
    private Path config;

    @Option(names = "--print-config", description = "Print an example configuration with every key explained.")
    private boolean printConfig;

    @Option(names = "--frames", paramLabel = "N", description = "Stop after N frames (default: never).")
    private Long frames;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result at the end.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        if (printConfig) {
            System.out.print(RunConfig.example());
            return 0;
        }
        if (config == null) {
            throw new UsageError("--config is missing; 'flatgaze run --print-config > tracker.yml' makes one");
        }
        if (frames != null && frames < 1) {
            throw new UsageError("--frames " + frames + ": expected at least 1");
        }
        JsonOutput.checkWritable(json);
        try {
            return serve(RunConfig.read(config));
        } catch (ConfigException | ModelException | AcceleratorException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private int serve(RunConfig settings) throws IOException {
        TrackingService service = new TrackingService(
                settings, frames == null ? Long.MAX_VALUE : frames, line -> System.err.println("run: " + line));
        try (StopSignal _ = StopSignal.listen(service::requestStop)) {
            RunSummary summary = service.run();
            System.out.println(summary.text());
            if (json != null) {
                JsonOutput.write(json, summary.toJson());
            }
            return 0;
        } catch (InterruptedException _) {
            System.err.println("run: stopped before the first frame");
            return 0;
        }
    }
}
