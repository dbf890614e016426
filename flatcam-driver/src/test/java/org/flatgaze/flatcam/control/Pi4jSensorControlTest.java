package org.flatgaze.flatcam.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.i2c.I2C;
import com.pi4j.plugin.mock.platform.MockPlatform;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProvider;
import com.pi4j.plugin.mock.provider.i2c.MockI2CProvider;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Pi4jSensorControlTest {

    private static final SensorBoard BOARD = new SensorBoard(
            1,
            0x60,
            18,
            new SensorRegister(0x3500, 3, 0.5, 16, 0xfffff),
            new SensorRegister(0x3509, 1, 1 / 16.0, 16, 248));

    private final Context pi4j = Pi4J.newContextBuilder()
            .disableShutdownHook()
            .add(new MockPlatform())
            .add(MockI2CProvider.newInstance(), MockDigitalOutputProvider.newInstance())
            .build();

    @AfterEach
    void shutDown() {
        pi4j.shutdown();
    }

    private byte[] sent(int length) {
        byte[] bytes = new byte[length];
        I2C bus = (I2C) pi4j.registry().get("flatcam-sensor");
        assertEquals(length, bus.read(bytes, 0, length));
        return bytes;
    }

    @Test
    void shouldWriteAddressAndValueMostSignificantByteFirst() throws IOException {
        try (SensorControl control = Pi4jSensorControl.open(pi4j, BOARD)) {
            control.setExposureMicros(2000);
            assertArrayEquals(new byte[] {0x35, 0x00, 0x00, 0x0f, (byte) 0xa0}, sent(5));
            control.setGain(2.5);
            assertArrayEquals(new byte[] {0x35, 0x09, 40}, sent(3));
        }
    }

    @Test
    void shouldRefuseWhatTheSensorCannotDo() throws IOException {
        try (SensorControl control = Pi4jSensorControl.open(pi4j, BOARD)) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> control.setExposureMicros(2));
            assertTrue(e.getMessage().contains("exposureMicros=2.0: expected 8.0 to"), e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> control.setGain(16));
            assertThrows(IllegalArgumentException.class, () -> control.setGain(Double.NaN));
        }
    }

    @Test
    void shouldSwitchTheStrobeAndLeaveItOffWhenClosed() throws IOException {
        SensorControl control = Pi4jSensorControl.open(pi4j, BOARD);
        DigitalOutput line = (DigitalOutput) pi4j.registry().get("flatcam-strobe");
        assertFalse(line.isHigh());
        control.setStrobe(true);
        assertTrue(line.isHigh());
        control.close();
        assertFalse(line.isHigh());
    }

    @Test
    void shouldNameTheValueWhenABoardIsImpossible() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> new SensorBoard(1, 0x80, 18, BOARD.exposure(), BOARD.gain()))
                .getMessage()
                .contains("i2cAddress=128"));
        assertThrows(IllegalArgumentException.class, () -> new SensorRegister(0x3500, 1, 1, 0, 256));
    }
}
