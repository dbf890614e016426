package org.flatgaze.accel.device;

/**
 * What a device says about itself.
 *
 * @param major version of its registers
 * @param minor version of its registers
 * @param capabilities a set of {@link RegisterMap#CAN_INT8} and {@link RegisterMap#CAN_FLOAT32}
 * @param memoryBytes room for programs
 * @param windowBytes most bytes of one transfer
 * @param slots programs at a time
 */
public record DeviceFacts(int major, int minor, int capabilities, long memoryBytes, int windowBytes, int slots) {

    /** Whether it runs float32 graphs too. */
    public boolean canFloat32() {
        return (capabilities & RegisterMap.CAN_FLOAT32) != 0;
    }
}
