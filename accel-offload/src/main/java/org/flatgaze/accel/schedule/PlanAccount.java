package org.flatgaze.accel.schedule;

/**
 * What a plan amounts to, by three accountings: average, worst frame, deadline.
 *
 * @param averageCycles cycles of a period divided by its frames
 * @param worstCycles the longest frame
 * @param averageFps sustained frames per second
 * @param worstFrameFps frames per second that even the longest frame keeps up with
 * @param deadlineCycles time a frame may take, or 0 if no deadline was asked for
 * @param missedPerPeriod frame arrivals lost in one period when frames arrive at the deadline's pace and none may wait
 * @param resultFrame frame of the period in which the background result is complete
 * @param resultAgeFrames age of that result, in frames since its source frame, when it is replaced: the oldest in use
 */
public record PlanAccount(
        double averageCycles,
        long worstCycles,
        double averageFps,
        double worstFrameFps,
        double deadlineCycles,
        int missedPerPeriod,
        int resultFrame,
        int resultAgeFrames) {}
