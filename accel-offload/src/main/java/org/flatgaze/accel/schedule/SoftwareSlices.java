package org.flatgaze.accel.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * The background program of a live runtime, cut into slices for the time each frame leaves: the same idea on a core.
 *
 * <p>A layer is here whatever cannot be interrupted: a backend that stops between the parts of a layer is planned part by
 * part.
 *
 * @param slices in execution order, one a frame; together every layer exactly once
 * @param slackNanos time a frame leaves
 * @param periodFrames frames until the next run must start
 */
public record SoftwareSlices(List<Slice> slices, long slackNanos, int periodFrames) {

    /**
     * Consecutive layers for one frame.
     *
     * @param frame frame of the period, from 0
     * @param fromLayer first layer
     * @param toLayer end of the layers
     * @param nanos expected time
     */
    public record Slice(int frame, int fromLayer, int toLayer, long nanos) {}

    public SoftwareSlices {
        slices = List.copyOf(slices);
    }

    /**
     * Cuts a program whose layers take {@code layerNanos}: as many layers a frame as fit {@code slackNanos}; a layer that
     * alone takes longer gets a frame to itself (see {@link #overruns}).
     *
     * @throws IllegalArgumentException if there is no layer, a negative time, no slack or no frame
     */
    public static SoftwareSlices of(long[] layerNanos, long slackNanos, int periodFrames) {
        if (layerNanos.length == 0) {
            throw new IllegalArgumentException("layerNanos is empty: expected the time of every layer");
        }
        if (slackNanos < 1) {
            throw new IllegalArgumentException("slackNanos=" + slackNanos + ": expected at least 1");
        }
        if (periodFrames < 1) {
            throw new IllegalArgumentException("periodFrames=" + periodFrames + ": expected at least 1");
        }
        List<Slice> slices = new ArrayList<>();
        int from = 0;
        long sum = 0;
        for (int i = 0; i < layerNanos.length; i++) {
            if (layerNanos[i] < 0) {
                throw new IllegalArgumentException("layerNanos[" + i + "]=" + layerNanos[i] + ": expected at least 0");
            }
            if (i > from && layerNanos[i] > slackNanos - sum) {
                slices.add(new Slice(slices.size(), from, i, sum));
                from = i;
                sum = 0;
            }
            sum += layerNanos[i];
        }
        slices.add(new Slice(slices.size(), from, layerNanos.length, sum));
        return new SoftwareSlices(slices, slackNanos, periodFrames);
    }

    /** Frames one run takes. */
    public int frames() {
        return slices.size();
    }

    /** The longest slice. */
    public long worstNanos() {
        return slices.stream().mapToLong(Slice::nanos).max().orElse(0);
    }

    /** Slices that take longer than the slack because a single layer does. */
    public int overruns() {
        return (int) slices.stream().filter(slice -> slice.nanos() > slackNanos).count();
    }

    /** Whether every slice fits its slack and the run ends before the next one must start. */
    public boolean fits() {
        return overruns() == 0 && frames() <= periodFrames;
    }
}
