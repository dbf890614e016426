package org.flatgaze.runtime.command.accel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.runtime.command.JsonOutput;
import org.flatgaze.runtime.command.UsageError;
import org.flatgaze.runtime.evaluate.Int8Calibration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze accel quantize}: the ranges from which a network's 8-bit form is made. */
@Command(
        name = "quantize",
        description = "Measure the ranges of a network's tensors, from which its 8-bit form is made.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The file stands beside the model as MODEL.int8.json and names the digest of the model it belongs to.",
            "Example: ./flatgaze accel quantize --model fbnet-c100 --set sets/val"
        })
public final class AccelQuantizeCommand implements Callable<Integer> {

    @Option(names = "--model", required = true, paramLabel = "ID", description = "A segmentation or gaze network.")
    private String model;

    @Option(
            names = "--set",
            required = true,
            paramLabel = "DIR",
            description = "A training or validation set made by 'flatgaze dataset'; the test set is refused.")
    private Path set;

    @Option(names = "--frames", defaultValue = "64", description = "Frames to look at (default ${DEFAULT-VALUE}).")
    private int frames;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of the models (default: the committed ones).")
    private Path models;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write (default: beside the model).")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() {
        JsonOutput.checkWritable(json);
        JsonOutput.checkWritable(out);
        if (frames < 1) {
            throw new UsageError("frames=" + frames + ": expected at least 1");
        }
        try {
            Path file = Int8Calibration.write(model, set, frames, models, out);
            System.out.println(file + ": ranges of " + model);
            if (json != null) {
                JsonOutput.write(json, Map.of("model", model, "file", file.toString(), "frames", frames));
            }
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        return 0;
    }
}
