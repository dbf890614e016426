package org.flatgaze.calibration.session;

import org.flatgaze.calibration.gaze.Direction;

/** What a client asks of a {@link CalibrationSession}. Times are in the client's clock. */
public sealed interface CalibrationRequest {

    /**
     * Begins a calibration.
     *
     * @param points targets: 1, 5, 9 or 13
     * @param sentNanos when the client sent this
     */
    record Start(int points, ClientClock clock, long sentNanos) implements CalibrationRequest {}

    /**
     * Begins a validation: of the calibration just fitted when one waits for its verdict, else of the profile in use.
     *
     * @param session the session that was fitted; null without one
     * @param clock null with a session, which knows it
     */
    record Validate(String session, ClientClock clock, long sentNanos) implements CalibrationRequest {}

    /**
     * Says that a target was shown.
     *
     * @param index of the target, as it was asked for
     * @param target where it stood in truth
     * @param onNanos when it appeared
     * @param offNanos when it vanished
     */
    record Point(String session, int index, Direction target, long onNanos, long offNanos)
            implements CalibrationRequest {}

    /** Ends a session without a trace. */
    record Abort(String session) implements CalibrationRequest {}

    /** Stores the fitted map under the next version of {@code name} and uses it. */
    record Accept(String session, String name) implements CalibrationRequest {}

    /**
     * Shifts the map in use so that one target that was looked at is hit, stores and uses it.
     *
     * @param name profile to store it under; null for the one in use
     */
    record Recentre(String name, ClientClock clock, long sentNanos, Direction target, long onNanos, long offNanos)
            implements CalibrationRequest {}

    /**
     * Uses a stored profile.
     *
     * @param name null for none: the bare network
     * @param version 0 for the latest
     */
    record Select(String name, int version) implements CalibrationRequest {}
}
