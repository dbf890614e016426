package org.flatgaze.runtime.remote;

/** A command cannot be read; the message is one line for the client that sent it. */
final class BadCommandException extends Exception {

    private static final long serialVersionUID = 1L;

    BadCommandException(String message) {
        super(message);
    }
}
