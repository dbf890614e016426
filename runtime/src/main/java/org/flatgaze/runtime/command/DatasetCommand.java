package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flatgaze.runtime.dataset.DatasetFactory;
import org.flatgaze.runtime.dataset.DatasetFormat.Split;
import org.flatgaze.runtime.dataset.DatasetSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze dataset}: labelled simulated sets for training and evaluation. */
@Command(
        name = "dataset",
        description = "Render a labelled set: eye -> mask -> sensor -> reconstruction, with masks and gaze as truth.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A set is resumable: the same command continues where it stopped.",
            "Example: ./flatgaze dataset --people 50 --frames 20 --split test --seed 7 --out sets/test"
        })
public final class DatasetCommand implements Callable<Integer> {

    @Option(names = "--people", required = true, description = "Number of people; splits never share one.")
    private int people;

    @Option(names = "--frames", required = true, description = "Frames per person.")
    private int frames;

    @Option(
            names = "--split",
            defaultValue = "train",
            description = "train, validation or test: which range of people (default ${DEFAULT-VALUE}).")
    private Split split;

    @Option(
            names = "--sessions",
            defaultValue = "2",
            description = "Times each person puts the headset on (default ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of poses, slips and noise (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--raw",
            description = "Keep the coded frames as well: 614 KB each, as raw480x640.npy in each shard.")
    private boolean raw;

    @Option(
            names = "--wide",
            description = {
                "Disturb the wearings: spectacles, lit pupils, dark irises, blur, under- and overexposure, more noise,",
                "devices a little off their calibration. For nets that must last outside the simulator."
            })
    private boolean wide;

    @Option(names = "--threads", description = "Worker threads (default: one a core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the set.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write a machine-readable result.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        JsonOutput.checkWritable(json);
        DatasetSpec spec;
        try {
            spec = new DatasetSpec(split, people, frames, sessions, seed, Math.min(people, 20), raw, wide);
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
        long begun = System.nanoTime();
        DatasetFactory factory = new DatasetFactory(spec, out);
        int total = spec.people() * spec.framesPerPerson();
        try {
            factory.claimFolder();
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        DatasetFactory.Outcome outcome = factory.write(threads, done -> {
            double seconds = (System.nanoTime() - begun) * 1e-9;
            System.err.printf(
                    Locale.ROOT,
                    "dataset: %d of %d frames, %.1f frames/s, %.0f s left%n",
                    done,
                    total,
                    done / seconds,
                    (total - done) / Math.max(done / seconds, 1e-9));
        });
        double seconds = (System.nanoTime() - begun) * 1e-9;
        System.out.printf(
                Locale.ROOT,
                "%s: %d frames of %d people (%d rendered now, %d found), %.1f MB, %.1f s%n",
                out,
                total,
                people,
                outcome.renderedFrames(),
                total - outcome.renderedFrames(),
                outcome.bytes() / 1e6,
                seconds);
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("frames", total);
            result.put("people", people);
            result.put("rendered", outcome.renderedFrames());
            result.put("bytes", outcome.bytes());
            result.put("seconds", seconds);
            result.put("filter_id", outcome.filterId());
            JsonOutput.write(json, result);
        }
        return 0;
    }
}
