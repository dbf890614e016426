package org.flatgaze.runtime.publish;

import java.util.List;

/**
 * The fields of a gaze message, in wire order: position in the CBOR array, name in the JSON object.
 *
 * <p>Order and names are the contract of schema version {@value GazeCodec#SCHEMA_VERSION}; a change needs a new
 * version.
 */
public enum GazeField {
    /** Schema version. */
    VERSION(0, "v"),
    /** Frame number; a gap is a loss. */
    SEQUENCE(1, "seq"),
    /** Mid-exposure, CLOCK_MONOTONIC, ns. */
    CAPTURE(2, "t"),
    /** When the sample left the frame thread, CLOCK_MONOTONIC, ns. */
    PUBLISH(3, "tp"),
    /** What became of the frame: a code in CBOR, a word in JSON. */
    STATUS(4, "status"),
    /** Unit vector [x, y, z]; null unless the status is ok. */
    DIRECTION(5, "dir"),
    /** Degrees, positive right; null unless the status is ok. */
    YAW(6, "yaw"),
    /** Degrees, positive up; null unless the status is ok. */
    PITCH(7, "pitch"),
    /** Ellipse [x, y, major, minor, angle_deg] in pixels of the 256 x 256 picture; null when not seen. */
    PUPIL(8, "pupil"),
    /** Openness, 0 closed to 1 wide open; null when unknown. */
    OPENNESS(9, "open"),
    /** Confidence, 0..1. */
    CONFIDENCE(10, "conf"),
    /** Region of interest [x, y, w, h] in the 256 x 256 picture, pixels. */
    ROI(11, "roi"),
    /** Frames since the one the region came from. */
    ROI_AGE(12, "roi_age"),
    /** Microseconds of [wait, reconstruct, segment, gaze, queue]. */
    LATENCY(13, "lat"),
    /** Id of the gaze calibration; null when there is none. */
    CALIBRATION(14, "cal"),
    /** Frames since the previous sample that have none: lost at the source, or outrun by newer ones. */
    DROPPED(15, "drop");

    /** Every field in wire order. */
    public static final List<GazeField> WIRE_ORDER = List.of(values());

    private final int position;
    private final String wireName;

    GazeField(int position, String wireName) {
        this.position = position;
        this.wireName = wireName;
    }

    /** Index in the CBOR array. */
    public int position() {
        return position;
    }

    /** Name in JSON. */
    public String wireName() {
        return wireName;
    }
}
