package org.flatgaze.runtime.command;

/** The user's options or files are at fault: the message is the one line they see; the command exits with 2. */
public final class UsageError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageError(String message) {
        super(message);
    }

    public UsageError(String message, Throwable cause) {
        super(message, cause);
    }
}
