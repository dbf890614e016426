package org.flatgaze.flatcam.control;

/**
 * How a sensor board is wired and mapped; from its data sheet.
 *
 * @param i2cBus number of the bus, as in /dev/i2c-1
 * @param i2cAddress of the sensor, 7 bit
 * @param strobePin GPIO line that drives the infrared strobe, active high
 * @param exposure register of the exposure time, its unit in microseconds
 * @param gain register of the analogue gain
 */
public record SensorBoard(int i2cBus, int i2cAddress, int strobePin, SensorRegister exposure, SensorRegister gain) {

    public SensorBoard {
        if (i2cBus < 0) {
            throw new IllegalArgumentException("i2cBus=" + i2cBus + ": expected 0 or more");
        }
        if (i2cAddress < 0x08 || i2cAddress > 0x77) {
            throw new IllegalArgumentException("i2cAddress=" + i2cAddress + ": expected 8..119");
        }
        if (strobePin < 0) {
            throw new IllegalArgumentException("strobePin=" + strobePin + ": expected 0 or more");
        }
    }
}
