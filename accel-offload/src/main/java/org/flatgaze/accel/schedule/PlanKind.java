package org.flatgaze.accel.schedule;

/** How two programs share the array. */
public enum PlanKind {
    /** They take turns on the whole array; the frame with the background program is long. */
    TIME_MULTIPLEXED("time-multiplexed"),
    /** The array is split for good; neither ever has all of it. */
    CONCURRENT("concurrent"),
    /** The foreground keeps the array; the background runs on lanes that the current layer leaves idle. */
    PARTIAL("partial time-multiplexed");

    private final String label;

    PlanKind(String label) {
        this.label = label;
    }

    /** Words for reports. */
    public String label() {
        return label;
    }
}
