package org.flatgaze.flatcam.control;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CConfig;
import java.io.IOException;

/**
 * A register-mapped sensor on I2C and a strobe on a GPIO line, through Pi4J.
 *
 * <p>The Pi4J context is the caller's: on a board it needs the linuxfs (I2C) and gpiod (GPIO) plugins, in tests the mock
 * plugin. It is not shut down here.
 */
public final class Pi4jSensorControl implements SensorControl {

    private final SensorBoard board;
    private final I2C sensor;
    private final DigitalOutput strobe;

    private Pi4jSensorControl(SensorBoard board, I2C sensor, DigitalOutput strobe) {
        this.board = board;
        this.sensor = sensor;
        this.strobe = strobe;
    }

    /**
     * Opens the bus and the strobe line; the strobe starts switched off and is switched off when the process ends.
     *
     * @throws IOException if either cannot be opened
     */
    public static Pi4jSensorControl open(Context pi4j, SensorBoard board) throws IOException {
        I2C sensor = null;
        try {
            I2CConfig bus = I2C.newConfigBuilder(pi4j)
                    .id("flatcam-sensor")
                    .bus(board.i2cBus())
                    .device(board.i2cAddress())
                    .build();
            sensor = pi4j.create(bus);
            DigitalOutputConfig line = DigitalOutput.newConfigBuilder(pi4j)
                    .id("flatcam-strobe")
                    .address(board.strobePin())
                    .initial(DigitalState.LOW)
                    .shutdown(DigitalState.LOW)
                    .build();
            return new Pi4jSensorControl(board, sensor, pi4j.create(line));
        } catch (Pi4JException | IllegalArgumentException e) {
            if (sensor != null) {
                sensor.close();
            }
            throw new IOException(
                    "i2c bus " + board.i2cBus() + ", gpio " + board.strobePin() + ": cannot be opened ("
                            + e.getMessage()
                            + "); check that the buses are enabled, permitted, and that their Pi4J plugins are present",
                    e);
        }
    }

    @Override
    public void setExposureMicros(int exposureMicros) throws IOException {
        write(board.exposure(), board.exposure().valueOf("exposureMicros", exposureMicros));
    }

    @Override
    public void setGain(double gain) throws IOException {
        write(board.gain(), board.gain().valueOf("gain", gain));
    }

    private void write(SensorRegister register, long value) throws IOException {
        byte[] message = register.message(value);
        int written;
        try {
            written = sensor.write(message);
        } catch (Pi4JException e) {
            throw new IOException(failure(register, e.getMessage()), e);
        }
        if (written != message.length) {
            throw new IOException(failure(register, written + " of " + message.length + " bytes written"));
        }
    }

    private String failure(SensorRegister register, String reason) {
        return "i2c bus " + board.i2cBus() + " address 0x" + Integer.toHexString(board.i2cAddress()) + " register 0x"
                + Integer.toHexString(register.address()) + ": " + reason;
    }

    @Override
    public void setStrobe(boolean on) throws IOException {
        try {
            strobe.setState(on);
        } catch (Pi4JException e) {
            throw new IOException("gpio " + board.strobePin() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        strobe.low();
        sensor.close();
    }
}
