package org.flatgaze.pipeline;

/** What became of a frame; every sample carries one, so that an old vector is never mistaken for a new one. */
public enum FrameStatus {
    /** The direction is new and computed from this frame. */
    OK(0),
    /** The eye is closed or the pupil hidden; no direction. */
    EYE_CLOSED(1),
    /** Too many saturated samples; no direction. */
    SATURATED(2),
    /** Too dark to carry a signal; no direction. */
    DARK(3),
    /** The frame missed its deadline and was given up; no direction. */
    LATE(4),
    /** A stage failed on this frame; no direction. */
    FAILED(5);

    private final int code;

    FrameStatus(int code) {
        this.code = code;
    }

    /** Code on the wire; never reused for another meaning. */
    public int code() {
        return code;
    }
}
