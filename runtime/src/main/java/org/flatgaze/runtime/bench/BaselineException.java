package org.flatgaze.runtime.bench;

/** A baseline cannot be used; one line with file, reason and remedy. */
public final class BaselineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BaselineException(String message, Throwable cause) {
        super(message, cause);
    }

    BaselineException(String message) {
        super(message);
    }
}
