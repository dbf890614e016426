package org.flatgaze.runtime.publish;

import java.util.Locale;

/** Which eye a gaze stream belongs to; the last part of its topic. */
public enum Eye {
    LEFT,
    RIGHT,
    /** One direction for both eyes, origin between them. */
    COMBINED;

    private final String topicPart = name().toLowerCase(Locale.ROOT);

    /** Name in topics and in {@code info}: {@code left}, {@code right} or {@code combined}. */
    public String topicPart() {
        return topicPart;
    }
}
