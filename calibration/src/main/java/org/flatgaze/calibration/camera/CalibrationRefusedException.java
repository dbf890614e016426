package org.flatgaze.calibration.camera;

/** The captures, or the calibration made from them, cannot be trusted; the message is a one-line verdict with the remedy. */
public final class CalibrationRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CalibrationRefusedException(String verdict) {
        super(verdict);
    }
}
