package org.flatgaze.runtime.broker;

/** A child process did not do what it was started for; the text is one line. */
public final class ChildException extends Exception {

    private static final long serialVersionUID = 1L;

    public ChildException(String message) {
        super(message);
    }

    public ChildException(String message, Throwable cause) {
        super(message, cause);
    }
}
