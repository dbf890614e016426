package org.flatgaze.runtime.config;

/** A configuration file is at fault; the message is one line: file, line, key, what is wrong and what to do. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
