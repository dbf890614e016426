package org.flatgaze.calibration.gaze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the tracker saw while one target was shown.
 *
 * @param target where the target stood
 * @param directions estimates that can be used, in time order: the saccade is over, the eye open, strays left out
 * @param shown frames of the window, usable or not
 */
public record TargetSamples(Direction target, List<Direction> directions, int shown) {

    /** Time for the eye to arrive; its samples are not used. */
    public static final long SETTLE_NANOS = 700_000_000L;

    private static final double STRAY_SIGMAS = 4;
    private static final double LEAST_SPREAD_DEG = 0.5;

    public TargetSamples {
        directions = List.copyOf(directions);
        if (shown < directions.size()) {
            throw new IllegalArgumentException(
                    "shown=" + shown + ": expected at least the " + directions.size() + " usable samples");
        }
    }

    /**
     * One estimate of the tracker.
     *
     * @param captureNanos mid-exposure, in the clock of the target's times
     * @param direction null where the tracker had none (blink, lost)
     */
    public record Estimate(long captureNanos, Direction direction) {}

    /**
     * Takes the samples of one target by their own times, never by when they arrived.
     *
     * @param onNanos when the target appeared, same clock as the samples
     * @param offNanos when it vanished
     */
    public static TargetSamples of(Direction target, long onNanos, long offNanos, List<Estimate> estimates) {
        if (offNanos <= onNanos) {
            throw new IllegalArgumentException("onNanos=" + onNanos + " offNanos=" + offNanos
                    + ": expected the target to vanish after it appeared");
        }
        List<Direction> seen = new ArrayList<>();
        int shown = 0;
        for (Estimate estimate : estimates) {
            boolean inWindow = estimate.captureNanos() >= onNanos + SETTLE_NANOS && estimate.captureNanos() <= offNanos;
            shown += inWindow ? 1 : 0;
            if (inWindow && estimate.direction() != null) {
                seen.add(estimate.direction());
            }
        }
        return new TargetSamples(target, withoutStrays(seen), shown);
    }

    /** Share of the frames without a usable sample, 0..1; 1 if nothing was shown. */
    public double loss() {
        return shown == 0 ? 1 : 1 - directions.size() / (double) shown;
    }

    /** Median direction; null without samples. */
    public Direction median() {
        if (directions.isEmpty()) {
            return null;
        }
        return new Direction(
                median(directions.stream().mapToDouble(Direction::yawDeg).toArray()),
                median(directions.stream().mapToDouble(Direction::pitchDeg).toArray()));
    }

    private static List<Direction> withoutStrays(List<Direction> seen) {
        if (seen.size() < 4) {
            return seen;
        }
        double yaw = median(seen.stream().mapToDouble(Direction::yawDeg).toArray());
        double pitch = median(seen.stream().mapToDouble(Direction::pitchDeg).toArray());
        double[] off = seen.stream()
                .mapToDouble(d -> Math.hypot(d.yawDeg() - yaw, d.pitchDeg() - pitch))
                .toArray();
        double limit = STRAY_SIGMAS * Math.max(LEAST_SPREAD_DEG, 1.18 * median(off.clone()));
        List<Direction> kept = new ArrayList<>();
        for (int i = 0; i < off.length; i++) {
            if (off[i] <= limit) {
                kept.add(seen.get(i));
            }
        }
        return kept;
    }

    static double median(double[] values) {
        Arrays.sort(values);
        int n = values.length;
        return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
    }
}
