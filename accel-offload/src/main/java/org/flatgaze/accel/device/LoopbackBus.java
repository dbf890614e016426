package org.flatgaze.accel.device;

import java.nio.ByteBuffer;

/** The shortest wire: a simulated device in this process. */
public final class LoopbackBus implements RegisterBus {

    private final SimulatedDevice device;

    public LoopbackBus(SimulatedDevice device) {
        this.device = device;
    }

    @Override
    public String description() {
        return "loopback device";
    }

    private SimulatedDevice device() throws BusException {
        if (!device.answers()) {
            throw new BusException(BusException.Kind.GONE, "nobody answers");
        }
        return device;
    }

    @Override
    public int read(int address) throws BusException {
        return device().read(address);
    }

    @Override
    public void write(int address, int value) throws BusException {
        device().write(address, value);
    }

    @Override
    public int readBlock(int address, ByteBuffer to, int offset, int length) throws BusException {
        return device().readBlock(address, to, offset, length);
    }

    @Override
    public int writeBlock(int address, ByteBuffer from, int offset, int length) throws BusException {
        return device().writeBlock(address, from, offset, length);
    }

    /** Nothing to do: the device stays where it is. */
    @Override
    public void close() {}
}
