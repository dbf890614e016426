package org.flatgaze.runtime.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.runtime.loop.FrameProcessor.RegionStep;

/**
 * How long frames and the parts of a renewal take here, and the slices that follow from it. Measure when everything is
 * compiled. Immutable.
 */
public final class RegionTimes {

    private static final int RENEWALS = 5;
    private static final int PARTS_MOST = 100_000;

    /** Slices stay at least this part of a period, or a machine without slack would never find a new region. */
    private static final int LEAST_PART = 8;

    /** Share of the slack that slices are cut for: the rest is for the days when everything takes longer. */
    private static final double SHARE = 0.75;

    private final long frameNanos;
    private final long[] partNanos;

    /**
     * Takes times that are known.
     *
     * @param frameNanos a frame, the middle one of several
     * @param partNanos the parts of a renewal in order, each the middle one of several runs
     */
    RegionTimes(long frameNanos, long... partNanos) {
        this.frameNanos = frameNanos;
        this.partNanos = partNanos.clone();
    }

    /**
     * Measures with one frame, on the calling thread.
     *
     * @throws IllegalStateException if a renewal fails or does not end
     */
    public static RegionTimes measure(FrameProcessor processor, SensorFrame frame, NanoClock clock) {
        long frameNanos = FrameThreads.measure(processor, frame, clock);
        List<long[]> runs = new ArrayList<>();
        for (int i = 0; i < RENEWALS; i++) {
            runs.add(parts(processor, frame, clock));
        }
        return new RegionTimes(frameNanos, middle(runs));
    }

    private static long[] parts(FrameProcessor processor, SensorFrame frame, NanoClock clock) {
        long[] nanos = new long[PARTS_MOST];
        for (int count = 0; count < PARTS_MOST; count++) {
            long begun = clock.nanoTime();
            RegionStep step = processor.stepRegion(frame);
            nanos[count] = clock.nanoTime() - begun;
            switch (step) {
                case GOING_ON -> {}
                case RENEWED -> {
                    return Arrays.copyOf(nanos, count + 1);
                }
                case KEPT -> throw new IllegalStateException("a region could not be computed", processor.lastFailure());
            }
        }
        throw new IllegalStateException("a region took more than " + PARTS_MOST + " parts");
    }

    private static long[] middle(List<long[]> runs) {
        int parts = runs.stream().mapToInt(run -> run.length).min().orElseThrow();
        long[] middle = new long[parts];
        for (int part = 0; part < parts; part++) {
            int at = part;
            long[] sorted = runs.stream().mapToLong(run -> run[at]).sorted().toArray();
            middle[part] = sorted[sorted.length / 2];
        }
        return middle;
    }

    /** Time kept free before the next frame is due, ns. */
    static long marginNanos(long periodNanos) {
        return periodNanos / 16;
    }

    /** Time of a whole renewal, ns. */
    public long renewalNanos() {
        return Arrays.stream(partNanos).sum();
    }

    /** Time that a frame leaves until the next one is due, ns; negative where the machine does not hold the rate. */
    public long slackNanos(long periodNanos) {
        return periodNanos - marginNanos(periodNanos) - frameNanos;
    }

    /**
     * Cuts a renewal into slices.
     *
     * @param periodNanos time between two frames
     * @param periodFrames frames until the next renewal
     */
    public SoftwareSlices plan(long periodNanos, int periodFrames) {
        long slack = Math.max(periodNanos / LEAST_PART, Math.round(SHARE * slackNanos(periodNanos)));
        return SoftwareSlices.of(partNanos, slack, periodFrames);
    }

    /** Cuts a renewal into slices as even as its parts allow, for a loop without a rate: three quarters of the frames get one. */
    public SoftwareSlices spread(int periodFrames) {
        return SoftwareSlices.of(
                partNanos, Math.max(1, Math.round(renewalNanos() / (SHARE * periodFrames))), periodFrames);
    }

    /** One line for people about a plan. */
    public String text(SoftwareSlices plan, long periodNanos) {
        String sum = String.format(
                Locale.ROOT,
                "region in %d slices of at most %.2f ms between frames (%.1f ms together; frames leave %.2f ms)",
                plan.frames(),
                plan.worstNanos() / 1e6,
                renewalNanos() / 1e6,
                slackNanos(periodNanos) / 1e6);
        return plan.fits() && plan.worstNanos() <= slackNanos(periodNanos)
                ? sum
                : sum + "; that is too little, so regions will be late and delay frames";
    }
}
