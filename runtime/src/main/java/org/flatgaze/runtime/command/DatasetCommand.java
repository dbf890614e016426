package org.flatgaze.runtime.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flatgaze.runtime.dataset.DatasetFactory;
import org.flatgaze.runtime.dataset.DatasetFormat.Split;
import org.flatgaze.runtime.dataset.DatasetSpec;
import org.flatgaze.runtime.dataset.FrameSupply;
import org.flatgaze.runtime.dataset.GazeAgreement;
import org.flatgaze.runtime.dataset.GazeAxes;
import org.flatgaze.runtime.dataset.OpenEdsPictures;
import org.flatgaze.runtime.dataset.OpenEdsSpec;
import org.flatgaze.runtime.dataset.SimulatedPeople;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flatgaze dataset}: labelled sets for training and evaluation, simulated or of OpenEDS pictures. */
@Command(
        name = "dataset",
        description = "Render a labelled set: eye -> mask -> sensor -> reconstruction, with masks and gaze as truth.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A set is resumable: the same command continues where it stopped.",
            "",
            "With --openeds, the pictures of an OpenEDS folder that you have are laid",
            "flat into the scene, whole, and go through the same optics, noise and",
            "reconstruction. OpenEDS 2019 (semantic segmentation) has masks and no gaze,",
            "OpenEDS 2020 (gaze prediction) gaze and no masks: the set's manifest says",
            "which, and training and evaluation leave out the rest.",
            "",
            "Example: ./flatgaze dataset --people 50 --frames 20 --split test --seed 7 --out sets/test",
            "Example: ./flatgaze dataset --openeds OpenEDS/Semantic_Segmentation_Dataset --split validation --out sets/eds-val"
        })
public final class DatasetCommand implements Callable<Integer> {

    @Option(names = "--people", description = "Number of simulated people; splits never share one.")
    private Integer people;

    @Option(names = "--frames", description = "Frames per simulated person.")
    private Integer frames;

    @Option(
            names = "--split",
            description =
                    "train, validation or test: which range of people, or which part of OpenEDS (default: train, or"
                            + " what the folder of --openeds is named).")
    private Split split;

    @Option(names = "--sessions", description = "Times each simulated person puts the headset on (default 2).")
    private Integer sessions;

    @Option(
            names = "--openeds",
            paramLabel = "DIR",
            description =
                    "Pictures of OpenEDS 2019 or 2020 instead of simulated people: one of its splits, or the folder"
                            + " of them.")
    private Path openEds;

    @Option(names = "--every", paramLabel = "N", description = "With --openeds: take every Nth picture (default 1).")
    private Integer every;

    @Option(
            names = "--axes",
            paramLabel = "x,y,-z",
            description = "With --openeds, 2020: which of the data's axes point right, up and back (default x,y,-z, an"
                    + " assumption; the last line of the run says whether the pictures bear it out).")
    private String axes;

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
        try (FrameSupply supply = supply()) {
            return write(supply);
        }
    }

    private FrameSupply supply() {
        boolean isSimulated = openEds == null;
        for (Object other : isSimulated ? new Object[] {every, axes} : new Object[] {people, frames, sessions}) {
            if (other != null) {
                throw new UsageError(
                        isSimulated
                                ? "--every and --axes are for --openeds DIR"
                                : "--people, --frames and --sessions are for simulated people; --openeds has --every");
            }
        }
        if (!isSimulated && wide) {
            throw new UsageError("--wide is for simulated people; real pictures are disturbed as they are");
        }
        if (isSimulated && (people == null || frames == null)) {
            throw new UsageError("--people and --frames are needed, or --openeds DIR");
        }
        try {
            return isSimulated ? new SimulatedPeople(simulated()) : new OpenEdsPictures(openEds());
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage(), e);
        }
    }

    private DatasetSpec simulated() {
        return new DatasetSpec(
                split == null ? Split.TRAIN : split,
                people,
                frames,
                sessions == null ? 2 : sessions,
                seed,
                Math.min(people, 20),
                raw,
                wide);
    }

    private OpenEdsSpec openEds() {
        return new OpenEdsSpec(openEds, split, every == null ? 1 : every, axes(), seed, raw);
    }

    private GazeAxes axes() {
        return axes == null ? GazeAxes.OPENEDS_2020 : GazeAxes.parse(axes);
    }

    private int write(FrameSupply supply) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        DatasetFactory factory = new DatasetFactory(supply, out);
        try {
            factory.claimFolder();
        } catch (IOException e) {
            throw new UsageError(e.getMessage(), e);
        }
        int total = supply.frames();
        DatasetFactory.Outcome outcome;
        try {
            outcome =
                    factory.write(threads, (done, made) -> say(done, made, total, (System.nanoTime() - begun) * 1e-9));
        } catch (FrameSupply.SourceException e) {
            throw new UsageError(e.getMessage(), e);
        }
        double seconds = (System.nanoTime() - begun) * 1e-9;
        System.out.printf(
                Locale.ROOT,
                "%s: %d frames of %d people (%d rendered now, %d found), %.1f MB, %.1f s%n",
                out,
                total,
                supply.people(),
                outcome.renderedFrames(),
                total - outcome.renderedFrames(),
                outcome.bytes() / 1e6,
                seconds);
        Optional<GazeAgreement> agreement =
                supply instanceof OpenEdsPictures pictures ? pictures.agreement(out) : Optional.empty();
        agreement.ifPresent(found -> System.out.println(found.words(axes())));
        if (json != null) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("frames", total);
            result.put("people", supply.people());
            result.put("rendered", outcome.renderedFrames());
            result.put("bytes", outcome.bytes());
            result.put("seconds", seconds);
            result.put("filter_id", outcome.filterId());
            agreement.ifPresent(found -> {
                result.put("axes", axes().toString());
                result.put("axes_across", Double.isFinite(found.across()) ? found.across() : null);
                result.put("axes_upright", Double.isFinite(found.upright()) ? found.upright() : null);
            });
            JsonOutput.write(json, result);
        }
        return 0;
    }

    /** A shard that was found says nothing of how long the others take. */
    private static void say(int done, int made, int total, double seconds) {
        if (made == 0) {
            return;
        }
        double rate = made / seconds;
        System.err.printf(
                Locale.ROOT,
                "dataset: %d of %d frames, %.1f frames/s, %.0f s left%n",
                done,
                total,
                rate,
                (total - done) / rate);
    }
}
