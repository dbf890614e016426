package org.flatgaze.pipeline.roi;

/** A region of interest that a frame must wait for did not come in time; the message names the frames. */
public final class RegionTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RegionTimeoutException(String message) {
        super(message);
    }
}
