package org.flatgaze.calibration.gaze;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A person who follows targets as people do: late by a reaction time, not quite exactly, now and then not at all, and with
 * blinks. Same seed, same behaviour. One thread.
 */
public final class SimulatedUser {

    /** How long a target is shown, ns. */
    public static final long SHOWN_NANOS = 1_700_000_000L;

    private static final double BLINKS_PER_SECOND = 17 / 60.0;
    private static final double FIXATION_DEG = 0.25;

    private final SplittableRandom random;
    private final double missProbability;
    private final double samplesPerSecond;
    private Direction looksAt = new Direction(0, 0);
    private long now;

    /**
     * @param missProbability how often a target is not looked at, 0..1
     * @param samplesPerSecond frames of the tracker
     */
    public SimulatedUser(long seed, double missProbability, double samplesPerSecond) {
        if (!(missProbability >= 0 && missProbability <= 1) || !(samplesPerSecond > 0)) {
            throw new IllegalArgumentException("missProbability=" + missProbability + " samplesPerSecond="
                    + samplesPerSecond + ": expected 0..1 and more than 0");
        }
        this.random = new SplittableRandom(seed);
        this.missProbability = missProbability;
        this.samplesPerSecond = samplesPerSecond;
    }

    /**
     * What the eye does from the moment a target appears.
     *
     * @param arrivesNanos when it looks at {@code to}; before, at {@code from}
     * @param blinkFromNanos when the lid closes; after {@code blinkToNanos} it is open
     */
    public record Showing(long arrivesNanos, Direction from, Direction to, long blinkFromNanos, long blinkToNanos) {

        /** Where the eye looks. */
        public Direction gazeAt(long nanos) {
            return nanos < arrivesNanos ? from : to;
        }

        /** How far the eye is open, 0..1. */
        public double opennessAt(long nanos) {
            return nanos >= blinkFromNanos && nanos <= blinkToNanos ? 0 : 0.97;
        }
    }

    /** Makes up what the eye does when a target appears at {@code onNanos} and stays for {@link #SHOWN_NANOS}. */
    public Showing follow(Direction target, long onNanos) {
        double reaction = 0.16 + 0.05 * Math.abs(random.nextGaussian()) + 0.05;
        boolean misses = random.nextDouble() < missProbability;
        Direction end = misses
                ? new Direction(24 * (random.nextDouble() - 0.5), 18 * (random.nextDouble() - 0.5))
                : new Direction(
                        target.yawDeg() + FIXATION_DEG * random.nextGaussian(),
                        target.pitchDeg() + FIXATION_DEG * random.nextGaussian());
        long arrives = onNanos + (long) ((reaction + 0.06) * 1e9);
        double seconds = SHOWN_NANOS * 1e-9;
        double blinkAt = random.nextDouble() < BLINKS_PER_SECOND * seconds ? random.nextDouble() * seconds : -1;
        double blinkEnd = blinkAt + 0.15 + 0.15 * random.nextDouble();
        boolean blinks = blinkAt >= 0;
        Showing showing = new Showing(
                arrives,
                looksAt,
                end,
                blinks ? onNanos + Math.round(blinkAt * 1e9) : Long.MAX_VALUE,
                blinks ? onNanos + Math.round(blinkEnd * 1e9) : Long.MIN_VALUE);
        looksAt = end;
        return showing;
    }

    /** Shows a target and lets the tracker watch; frames in which the eye is still on its way are not tracked. */
    public TargetSamples look(Direction target, GazeTracker tracker) {
        long on = now;
        Showing showing = follow(target, on);
        List<TargetSamples.Estimate> seen = new ArrayList<>();
        long step = (long) (1e9 / samplesPerSecond);
        for (long t = on; t <= on + SHOWN_NANOS; t += step) {
            if (t < on + TargetSamples.SETTLE_NANOS) {
                continue; // nobody uses these frames, and rendering one costs time
            }
            seen.add(new TargetSamples.Estimate(t, tracker.estimate(showing.gazeAt(t), showing.opennessAt(t))));
        }
        now = on + SHOWN_NANOS + 100_000_000L;
        return TargetSamples.of(target, on, on + SHOWN_NANOS, seen);
    }

    /** Shows all targets in order. */
    public List<TargetSamples> look(List<Direction> targets, GazeTracker tracker) {
        List<TargetSamples> samples = new ArrayList<>();
        for (Direction target : targets) {
            samples.add(look(target, tracker));
        }
        return samples;
    }
}
