package org.flatgaze.calibration.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a request.
 *
 * @param code what became of it, for programs
 * @param text one line for people: what, where, what to do
 * @param facts figures by name; empty for most
 */
public record Answer(Code code, String text, Map<String, Object> facts) {

    /** What became of a request. */
    public enum Code {
        /** Done. */
        OK,
        /** Cannot be read: not JSON, a field missing, unknown or out of range. */
        BAD_REQUEST,
        /** There is no such command. */
        UNKNOWN_COMMAND,
        /** Somebody else's session is under way. */
        BUSY,
        /** Not the session that is under way. */
        WRONG_SESSION,
        /** Not now. */
        WRONG_STATE,
        /** The samples, the clock or the profile cannot be used; the text says why. */
        REFUSED,
        /** The profile could not be read or written; nothing has changed. */
        STORAGE;

        /** The word in messages. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Answer {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** Whether it was done. */
    public boolean ok() {
        return code == Code.OK;
    }

    static Answer done(String text, Map<String, Object> facts) {
        return new Answer(Code.OK, text, facts);
    }

    /** Not done, and why. */
    public static Answer refusal(Code code, String text) {
        return new Answer(code, text, Map.of());
    }
}
