package org.flatgaze.accel.shiftadd.cost;

/** No tiling of a layer fits the array; the message says which limit is in the way. */
public final class InfeasibleMappingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InfeasibleMappingException(String message) {
        super(message);
    }
}
