package org.flatgaze.flatcam.control;

/**
 * One number in the sensor's memory: 16-bit address, value in consecutive bytes, both most significant byte first, as on the
 * camera control bus of most image sensors.
 *
 * @param address of the most significant byte, 0..65535
 * @param bytes of the value, 1..4
 * @param unit what one step is worth: microseconds of exposure, or gain
 * @param smallest value the sensor accepts
 * @param largest value the sensor accepts
 */
public record SensorRegister(int address, int bytes, double unit, long smallest, long largest) {

    public SensorRegister {
        if (address < 0 || address > 0xffff) {
            throw new IllegalArgumentException("address=" + address + ": expected 0..65535");
        }
        if (bytes < 1 || bytes > 4) {
            throw new IllegalArgumentException("bytes=" + bytes + ": expected 1..4");
        }
        if (!(unit > 0) || Double.isInfinite(unit)) {
            throw new IllegalArgumentException("unit=" + unit + ": expected more than 0");
        }
        if (smallest < 0 || largest < smallest || largest >= 1L << (8 * bytes)) {
            throw new IllegalArgumentException("smallest=" + smallest + " largest=" + largest
                    + ": expected 0 <= smallest <= largest < 2^" + 8 * bytes);
        }
    }

    /** Register value nearest to a quantity. */
    long valueOf(String name, double quantity) {
        long value = Math.round(quantity / unit);
        if (!(quantity >= 0) || value < smallest || value > largest) {
            throw new IllegalArgumentException(
                    name + "=" + quantity + ": expected " + smallest * unit + " to " + largest * unit);
        }
        return value;
    }

    /** What goes over the bus: address, then value. */
    byte[] message(long value) {
        byte[] message = new byte[2 + bytes];
        message[0] = (byte) (address >> 8);
        message[1] = (byte) address;
        for (int i = 0; i < bytes; i++) {
            message[2 + i] = (byte) (value >> (8 * (bytes - 1 - i)));
        }
        return message;
    }
}
