package org.flatgaze.accel.device;

import java.nio.ByteBuffer;

/**
 * The wire to a device: 32-bit registers and blocks of bytes, see {@link RegisterMap}.
 *
 * <p>Every call returns in bounded time. One thread at a time; the driver sees to it. A bus that was lost is tried again
 * by the next call. Nothing is allocated, except to report a failure.
 */
public interface RegisterBus extends AutoCloseable {

    /** What it is and where, such as {@code "spi 0.0"}; for messages. */
    String description();

    /** Reads the register at a byte address, a multiple of 4. */
    int read(int address) throws BusException;

    /** Writes the register at a byte address, a multiple of 4. */
    void write(int address, int value) throws BusException;

    /**
     * Reads bytes from the device.
     *
     * @param to receives them at {@code offset}; its position and limit stay as they are
     * @return bytes that arrived, at most {@code length}
     */
    int readBlock(int address, ByteBuffer to, int offset, int length) throws BusException;

    /**
     * Writes bytes to the device.
     *
     * @param from holds them at {@code offset}; its position and limit stay as they are
     * @return bytes that were taken, at most {@code length}
     */
    int writeBlock(int address, ByteBuffer from, int offset, int length) throws BusException;

    @Override
    void close();
}
