package org.flatgaze.calibration.gaze;

/** A user's samples, or a profile, cannot be used; the message is a one-line verdict with the remedy. */
public final class GazeRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public GazeRefusedException(String verdict) {
        super(verdict);
    }
}
