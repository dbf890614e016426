package org.flatgaze.accel.device;

/** An access to a device that did not go through; says whether nobody answered or the answer was damaged. */
public final class BusException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** Nobody answers. */
        GONE,
        /** A frame arrived damaged, here or there; the access may have happened or not. */
        GARBLED
    }

    private final Kind kind;

    public BusException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public BusException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
