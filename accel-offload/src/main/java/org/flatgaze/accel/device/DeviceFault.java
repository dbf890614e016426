package org.flatgaze.accel.device;

/** What can go wrong between driver and device, and what the driver does about it. */
public enum DeviceFault {
    /** The device refuses a command for now: waits, asks again. */
    BUSY,
    /** Bytes were damaged on the way, seen by either side: transfers the piece again. */
    CRC,
    /** Fewer bytes moved than asked for: transfers the piece again. */
    SHORT_TRANSFER,
    /** A command is not answered in time: resets the device, loads the program again, runs again. */
    HANG,
    /** Nobody answers on the bus: waits for the device to return, loads the program again, runs again. */
    GONE,
    /** The device speaks another version of the registers: asks again, then refuses it. */
    WRONG_VERSION
}
