package org.flatgaze.accel.vitcod.mask;

/** An attention map or mask that cannot be used; the message names layer, head and row where there is one. */
public final class MaskException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public MaskException(String message) {
        super(message);
    }

    public MaskException(String message, Throwable cause) {
        super(message, cause);
    }
}
