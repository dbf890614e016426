package org.flatgaze.runtime.publish;

/** The broker cannot be used; the text is one line with the address, the reason and what to do. */
public final class TransportException extends Exception {

    private static final long serialVersionUID = 1L;

    public TransportException(String message) {
        super(message);
    }

    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
