package org.flatgaze.runtime.bench;

import java.nio.file.Path;
import java.util.Optional;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.runtime.demo.DemoSpec;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.Tuning;

/**
 * What a bench is asked to measure.
 *
 * @param networks of the pipeline
 * @param mode how frames come
 * @param framesPerSecond rate in {@link BenchMode#PACED}, 1..10000; not used otherwise
 * @param frames frames of one run, at least 1
 * @param runs runs, of which the middle one is reported, 1..99
 * @param input which frames; a run plays them in a loop
 * @param models folder of the models
 * @param cache folder of rendered frames
 * @param accelerator id of the accelerator
 * @param outlet where samples go: {@code "broker"}, {@code "none"}, or the {@code tcp://host:port} of a broker
 * @param tuning what is asked of the operating system
 * @param frameThreads threads that process frames in {@link BenchMode#PACED}
 * @param regions where regions are computed in {@link BenchMode#PACED}; not {@link RegionMode#AUTO}
 * @param ladder whether to measure the ladder of ideas too
 */
public record BenchOptions(
        Networks networks,
        BenchMode mode,
        double framesPerSecond,
        long frames,
        int runs,
        DemoSpec input,
        Path models,
        Path cache,
        String accelerator,
        String outlet,
        Tuning tuning,
        FrameThreads frameThreads,
        RegionMode regions,
        boolean ladder) {

    /** Samples go to a broker started for the bench. */
    public static final String OWN_BROKER = "broker";

    /** Samples are taken by a thread of this process and thrown away. */
    public static final String NO_MQTT = "none";

    /** Deadline of a frame in periods, as in live operation. */
    public static final int DEADLINE_PERIODS = 2;

    public BenchOptions {
        if (!(framesPerSecond >= 1 && framesPerSecond <= 10_000)) {
            throw new IllegalArgumentException("--fps " + framesPerSecond + ": expected 1..10000");
        }
        if (frames < 1 || frames > 100_000_000) {
            throw new IllegalArgumentException("--frames " + frames + ": expected 1..100000000");
        }
        if (runs < 1 || runs > 99) {
            throw new IllegalArgumentException("--runs " + runs + ": expected 1..99");
        }
    }

    /** Whether the frame thread computes regions between the frames. */
    boolean isSliced() {
        return mode == BenchMode.PACED && regions == RegionMode.SLICED;
    }

    /** Time between frames in ns; 0 where they are not paced. */
    long periodNanos() {
        return mode == BenchMode.PACED ? Math.round(1e9 / framesPerSecond) : 0;
    }

    /** Address of a foreign broker, if one is to be used. */
    Optional<String> broker() {
        return outlet.equals(OWN_BROKER) || outlet.equals(NO_MQTT) ? Optional.empty() : Optional.of(outlet);
    }
}
