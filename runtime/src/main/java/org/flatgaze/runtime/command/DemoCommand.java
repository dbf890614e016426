package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.pipeline.models.ModelException;
import org.flatgaze.runtime.CacheFolder;
import org.flatgaze.runtime.CameraFilter;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.broker.ChildException;
import org.flatgaze.runtime.demo.DemoOptions;
import org.flatgaze.runtime.demo.DemoReport;
import org.flatgaze.runtime.demo.DemoRun;
import org.flatgaze.runtime.demo.DemoSpec;
import org.flatgaze.runtime.demo.LiveLine;
import org.flatgaze.runtime.publish.Topics;
import org.flatgaze.runtime.publish.TransportConfig;
import org.flatgaze.runtime.publish.TransportException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze demo}: everything at once, without any hardware. */
@Command(
        name = "demo",
        description =
                "Simulated eyes through the whole pipeline into an MQTT broker at full speed, checked against truth.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The first run renders the frames (a minute or so) and keeps them; later runs start at once.",
            "Example: ./flatgaze demo --frames 2000 --json out.json --save pictures"
        })
public final class DemoCommand implements Callable<Integer> {

    @Option(names = "--frames", defaultValue = "2000", description = "Frames to play (default ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Seed of people, movement and noise (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--people",
            description = "People shown one after the other (default: one per 250 frames, at least 8).")
    private Integer people;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Option(names = "--save", paramLabel = "DIR", description = "Write a contact sheet of 8 people into this folder.")
    private Path save;

    @Option(
            names = "--broker",
            paramLabel = "URI",
            description = "Publish to this broker, tcp://host:port (default: one started for the demo).")
    private String broker;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Folder of rendered frames, 0.4 MB each (default: $XDG_CACHE_HOME or ~/.cache, flatgaze).")
    private Path cache;

    @Option(names = "--no-cache", description = "Render into a temporary folder and throw the frames away.")
    private boolean noCache;

    @Option(names = "--model", defaultValue = "paper", description = NetworkNames.DESCRIPTION)
    private String model;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of the models (default: the committed ones).")
    private Path models;

    @Option(
            names = "--accelerator",
            paramLabel = "ID",
            defaultValue = "onnx",
            description = "Who runs the networks; see 'accel info' (default ${DEFAULT-VALUE}).")
    private String accelerator;

    @Option(
            names = "--calibration",
            paramLabel = "NPZ",
            description = "Reconstruct with a calibration of the simulated device instead of its true matrices.")
    private Path calibration;

    @Option(names = "--device", defaultValue = "demo", description = "Name in the topics (default ${DEFAULT-VALUE}).")
    private String device;

    @Override
    public Integer call() throws IOException, ChildException {
        JsonOutput.checkWritable(json);
        DemoRun run = new DemoRun(options(), LiveLine.onStandardError());
        try (StopSignal _ = StopSignal.listen(run::requestStop)) {
            DemoReport report = run.run();
            System.out.print(report.text());
            System.out.flush();
            if (json != null) {
                JsonOutput.write(json, report.toJson());
            }
            return report.complete() ? 0 : 1;
        } catch (InterruptedException _) {
            System.err.println("demo: stopped before the first frame was played");
            return 1;
        } catch (ModelException | AcceleratorException | TransportException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private CameraFilter camera() {
        if (calibration == null) {
            return CameraFilter.reference();
        }
        CameraFilter camera;
        try {
            camera = CameraFilter.of(calibration);
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageError("--calibration: " + e.getMessage(), e);
        }
        if (Double.isNaN(camera.difference())) {
            throw new UsageError("--calibration " + calibration
                    + ": not of the reference device, the only one the demo can simulate; use it with 'flatgaze run'");
        }
        return camera;
    }

    private DemoOptions options() {
        if (noCache && cache != null) {
            throw new UsageError("--cache and --no-cache exclude each other; give one of them");
        }
        if (save != null && Files.exists(save) && !Files.isDirectory(save)) {
            throw new UsageError("--save " + save + " is a file; name a folder");
        }
        try {
            DemoSpec spec = new DemoSpec(frames, people == null ? DemoSpec.defaultPeople(frames) : people, seed);
            if (broker != null) {
                TransportConfig.of(broker, "check");
            }
            return new DemoOptions(
                    spec,
                    NetworkNames.of(model),
                    Installation.models(models),
                    accelerator,
                    camera(),
                    noCache ? Optional.empty() : Optional.of(cache == null ? CacheFolder.standard() : cache),
                    Optional.ofNullable(broker),
                    new Topics(device).device(),
                    Optional.ofNullable(save));
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }
}
