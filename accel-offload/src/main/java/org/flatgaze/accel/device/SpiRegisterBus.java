package org.flatgaze.accel.device;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiConfig;

/**
 * A device on SPI, through Pi4J: a {@link BusFrame} out, then clocks for the answer. The device sends zeros until its answer
 * begins.
 *
 * <p>The Pi4J context is the caller's: on a board it needs the linuxfs plugin, in tests the mock plugin. It is not shut
 * down here.
 */
public final class SpiRegisterBus extends FramedBus {

    /** What the Linux driver takes at a time is 4096 bytes unless it was told otherwise. */
    private static final int PAYLOAD_BYTES = 2048;

    /** Bytes clocked while the device prepares its answer. */
    private static final int WAIT_BYTES = 65_536;

    private final Spi spi;
    private final String description;
    private final byte[] one = new byte[1];

    private SpiRegisterBus(Spi spi, String description) {
        super(PAYLOAD_BYTES);
        this.spi = spi;
        this.description = description;
    }

    /**
     * Opens the bus.
     *
     * @param bus number, as in /dev/spidev0.1
     * @param chipSelect line, as in /dev/spidev0.1
     * @param baud clock, Hz
     * @throws BusException if it cannot be opened; says what to check
     */
    public static SpiRegisterBus open(Context pi4j, int bus, int chipSelect, int baud) throws BusException {
        String description = "spi " + bus + "." + chipSelect;
        try {
            SpiConfig config = Spi.newConfigBuilder(pi4j)
                    .id("flatgaze-device-" + bus + "-" + chipSelect)
                    .bus(bus)
                    .address(chipSelect)
                    .baud(baud)
                    .build();
            return new SpiRegisterBus(pi4j.create(config), description);
        } catch (Pi4JException | IllegalArgumentException e) {
            throw new BusException(
                    BusException.Kind.GONE,
                    description + " cannot be opened (" + e.getMessage()
                            + "); check that the bus is enabled, permitted, and that its Pi4J plugin is present",
                    e);
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    void exchange(byte[] question, int length, byte[] reply, int replyLength) throws BusException {
        try {
            int written = spi.write(question, 0, length);
            if (written < 0) {
                throw gone("the bus took " + written + " of " + length + " bytes", null);
            }
            reply[0] = 0;
            for (int waited = 0; reply[0] == 0; waited++) {
                if (waited == WAIT_BYTES || spi.read(one, 0, 1) < 1) {
                    throw gone("nobody answers", null);
                }
                reply[0] = one[0];
            }
            int arrived = spi.read(reply, 1, replyLength - 1);
            if (arrived < replyLength - 1) {
                throw gone("the answer ends after " + Math.max(0, arrived) + " bytes", null);
            }
        } catch (Pi4JException e) {
            throw gone(e.getMessage(), e);
        }
    }

    private static BusException gone(String reason, Throwable cause) {
        return new BusException(BusException.Kind.GONE, reason, cause);
    }

    @Override
    public void close() {
        spi.close();
    }
}
