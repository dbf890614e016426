package org.flatgaze.runtime.publish;

import java.util.Locale;

/** Life cycle of a device as its retained {@code state} topic tells it, one lower-case word as plain text. */
public enum DeviceState {
    /** Connected, no gaze yet. */
    INIT,
    /** Gaze is flowing as configured. */
    READY,
    /** Gaze is flowing, but with something switched off or replaced; the topic {@code alert} says what. */
    DEGRADED,
    /** Closed down on purpose. */
    DISCONNECTED,
    /** Gone without a word; set by the broker from the last will. */
    LOST;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The payload of the topic. */
    public String word() {
        return word;
    }
}
