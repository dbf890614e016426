package org.flatgaze.accel.cost;

import java.util.Locale;

/** One-line complaints about numbers outside of what hardware can be. */
final class Limits {

    private Limits() {}

    static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + "=" + value + ": expected " + least + ".." + most);
        }
    }

    /** Accepts values in (above, most]; not-a-number never passes. */
    static void above(String name, double value, double above, double most) {
        if (!(value > above && value <= most)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "%s=%s: expected more than %s and at most %s", name, value, above, most));
        }
    }

    static void atLeast(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s=%s: expected %s..%s", name, value, least, most));
        }
    }
}
