package org.flatgaze.accel.device;

/** How a device answers a command; the code in {@link RegisterMap#ERROR} is the ordinal. */
public enum DeviceError {
    /** Done. */
    NONE,
    /** Another command is under way; try again. */
    BUSY,
    /** What arrived in the window has another CRC-32; send it again. */
    CRC,
    /** The slot has no built program: the device was reset. */
    NO_PROGRAM,
    /** A run without complete inputs, or a read without a run: the device was reset. */
    NO_DATA,
    /** The program's bytes are damaged, or it has a layer the device cannot run. */
    BAD_PROGRAM,
    /** Slot, tensor, offset or length outside of what there is. */
    BAD_DESCRIPTOR,
    /** The programs together are larger than the memory. */
    OUT_OF_MEMORY,
    /** No such command. */
    BAD_COMMAND,
    /** The program ran and failed. */
    FAILED;

    private static final DeviceError[] ALL = values();

    /** The error of a code; {@link #FAILED} for a code that this version does not know. */
    static DeviceError of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : FAILED;
    }
}
