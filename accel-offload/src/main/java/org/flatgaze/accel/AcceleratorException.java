package org.flatgaze.accel;

/** A model that cannot be compiled, or a backend that failed while running it; the message names what and where. */
public final class AcceleratorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AcceleratorException(String message) {
        super(message);
    }

    public AcceleratorException(String message, Throwable cause) {
        super(message, cause);
    }
}
