package org.flatgaze.runtime.loop;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;

/** How many threads process the frames of a live loop. */
public enum FrameThreads {
    /** Two where a frame takes most of a period and there is a second core, else one. */
    AUTO("auto"),
    /** One: every frame has the core to itself, and the least is going on beside it. */
    ONE("1"),
    /** Two: holds a rate at which a frame takes more than a period. */
    TWO("2");

    /**
     * From this share of a period on, two. What is measured is one frame right after another, with warm caches and a core that
     * does not sleep: at a rate, the same frame takes 1.2 to 1.9 times as long.
     */
    private static final double FULL = 0.6;

    /** Frame threads at most. */
    public static final int MOST = 2;

    private static final int MEASURED = 101;

    private final String id;

    FrameThreads(String id) {
        this.id = id;
    }

    /** Name in options and files. */
    public String id() {
        return id;
    }

    /** The choice with that name. */
    public static FrameThreads of(String id) {
        return Arrays.stream(values())
                .filter(choice -> choice.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + id + "': expected auto, 1 or 2"));
    }

    /** Where regions are computed, as asked for; two threads leave none for the time between frames. */
    public RegionMode regions(RegionMode asked) {
        return this == TWO ? RegionMode.WORKER : asked;
    }

    /**
     * What is to be done on a machine.
     *
     * @param regions where regions are computed; {@link RegionMode#SLICED} is for one frame thread
     * @param cores cores that this process may use, at least 1
     * @param frameNanos time of one frame, see {@link #measure}
     * @param periodNanos time between two frames
     * @return 1 or 2
     */
    public int on(RegionMode regions, int cores, long frameNanos, long periodNanos) {
        return switch (this) {
            case ONE -> 1;
            case TWO -> regions == RegionMode.WORKER ? MOST : 1;
            case AUTO -> regions == RegionMode.WORKER && cores > 1 && frameNanos > FULL * periodNanos ? MOST : 1;
        };
    }

    /**
     * Measures a frame, decides for this machine and says so.
     *
     * @param processor warm, and not in use by another thread
     * @param frame with light in it
     * @param periodNanos time between two frames
     * @param say hears one line for people
     * @return 1 or 2
     */
    public int choose(
            FrameProcessor processor, SensorFrame frame, RegionMode regions, long periodNanos, Consumer<String> say) {
        long frameNanos = measure(processor, frame, NanoClock.SYSTEM);
        int threads = on(regions, Runtime.getRuntime().availableProcessors(), frameNanos, periodNanos);
        say.accept(String.format(
                Locale.ROOT,
                "a frame takes %.1f ms of a period of %.1f ms: %s",
                frameNanos * 1e-6,
                periodNanos * 1e-6,
                threads == 1 ? "one frame thread" : threads + " frame threads"));
        return threads;
    }

    /**
     * Measures how long a frame takes.
     *
     * @param processor warm, and not in use by another thread
     * @param frame with light in it; processed some 100 times
     * @return the median, ns
     */
    public static long measure(FrameProcessor processor, SensorFrame frame, NanoClock clock) {
        GazeSample sample = new GazeSample();
        long[] times = new long[MEASURED];
        for (int i = 0; i < times.length; i++) {
            long begun = clock.nanoTime();
            processor.process(frame, sample);
            times[i] = clock.nanoTime() - begun;
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }
}
