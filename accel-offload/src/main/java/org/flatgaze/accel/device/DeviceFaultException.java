package org.flatgaze.accel.device;

/** A fault, already counted, that a whole run must be repeated for. Stays within the driver. */
final class DeviceFaultException extends Exception {

    private static final long serialVersionUID = 1L;

    DeviceFaultException(String message) {
        super(message);
    }

    DeviceFaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
