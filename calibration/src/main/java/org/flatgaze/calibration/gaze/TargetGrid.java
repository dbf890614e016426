package org.flatgaze.calibration.gaze;

import java.util.List;

/** Where targets stand. Validation targets are never calibration targets, whatever the number of points. */
public final class TargetGrid {

    private static final double YAW = 15;
    private static final double PITCH = 12;

    private static final List<Direction> THIRTEEN = List.of(
            new Direction(0, 0),
            new Direction(-YAW, -PITCH),
            new Direction(YAW, -PITCH),
            new Direction(-YAW, PITCH),
            new Direction(YAW, PITCH),
            new Direction(0, -PITCH),
            new Direction(0, PITCH),
            new Direction(-YAW, 0),
            new Direction(YAW, 0),
            new Direction(-YAW / 2, -PITCH / 2),
            new Direction(YAW / 2, -PITCH / 2),
            new Direction(-YAW / 2, PITCH / 2),
            new Direction(YAW / 2, PITCH / 2));

    private static final List<Direction> VALIDATION = List.of(
            new Direction(-10, -4),
            new Direction(10, -4),
            new Direction(-5, 8),
            new Direction(5, 8),
            new Direction(-12, 9),
            new Direction(12, 4),
            new Direction(0, -8),
            new Direction(3, 4));

    private TargetGrid() {}

    /**
     * Targets of a calibration, the middle first.
     *
     * @param points 1, 5 (middle and corners), 9 (and edges) or 13 (and half way)
     */
    public static List<Direction> calibration(int points) {
        if (points != 1 && points != 5 && points != 9 && points != 13) {
            throw new IllegalArgumentException("points=" + points + ": expected 1, 5, 9 or 13");
        }
        return THIRTEEN.subList(0, points);
    }

    /** Targets of a validation: eight, none of which any calibration uses. */
    public static List<Direction> validation() {
        return VALIDATION;
    }
}
