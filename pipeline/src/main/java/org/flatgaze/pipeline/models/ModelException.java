package org.flatgaze.pipeline.models;

/** A model that is missing, damaged or does not fit; the message is one line: what, where, what to do. */
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
