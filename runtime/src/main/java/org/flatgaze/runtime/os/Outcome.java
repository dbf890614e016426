package org.flatgaze.runtime.os;

/**
 * What became of a request to the operating system.
 *
 * @param measure what was asked for, such as {@code "pin to core 1"}
 * @param applied whether it is in force
 * @param detail when applied, what is worth knowing, or empty; else the reason and the remedy
 */
public record Outcome(String measure, boolean applied, String detail) {

    static Outcome applied(String measure, String detail) {
        return new Outcome(measure, true, detail);
    }

    static Outcome refused(String measure, String detail) {
        return new Outcome(measure, false, detail);
    }

    /** One line for people. */
    public String text() {
        if (applied) {
            return measure + ": applied" + (detail.isEmpty() ? "" : " (" + detail + ")");
        }
        return measure + ": " + detail;
    }
}
