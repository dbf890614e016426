package org.flatgaze.calibration.session;

import java.util.Map;
import org.flatgaze.calibration.gaze.Direction;

/**
 * Where a session stands.
 *
 * @param session its id, null when there is none
 * @param target the target that is expected now, null for none
 * @param profile profile in use, null for none
 * @param ended how the last session ended, null before the first
 * @param report the last report, null before the first
 */
public record SessionStatus(
        State state, String session, Target target, String profile, Ending ended, Map<String, Object> report) {

    /** Where a session can stand. */
    public enum State {
        /** None is under way. */
        IDLE,
        /** Targets of a calibration are shown. */
        CALIBRATING,
        /** A map was fitted and waits to be validated, accepted or aborted. */
        FITTED,
        /** Targets of a validation are shown. */
        VALIDATING;

        /** The word in messages. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * How a session ended.
     *
     * @param how {@code accepted}, {@code validated}, {@code aborted}, {@code refused} or {@code timed_out}
     * @param text one line for people
     */
    public record Ending(String session, String how, String text) {}

    /**
     * A target to be shown.
     *
     * @param index its number, 0 first
     * @param deadlineNanos when the session ends for want of it, device clock
     */
    public record Target(String session, int index, int total, Direction direction, long deadlineNanos) {}
}
