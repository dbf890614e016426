package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.flatgaze.accel.AcceleratorException;

/**
 * Single commands and transfers over a bus: each is checked, counted if it fails, and tried again as long as the device
 * still has its memory. One thread at a time; allocates nothing, except to report a failure.
 */
final class DeviceLink {

    private final RegisterBus bus;
    private final DeviceLimits limits;
    private final DeviceClock clock;
    private final DeviceCounters counters;
    private final int quickLooks;
    private final CRC32 crc = new CRC32();
    private int ticket;
    private int windowBytes;

    /** Whether the last access went through; the first that does not is what counts as a loss. */
    private boolean present = true;

    DeviceLink(RegisterBus bus, DeviceLimits limits, DeviceClock clock, DeviceCounters counters, int quickLooks) {
        this.bus = bus;
        this.limits = limits;
        this.clock = clock;
        this.counters = counters;
        this.quickLooks = quickLooks;
    }

    String description() {
        return bus.description();
    }

    /**
     * Identifies and resets the device; asks again until {@link DeviceLimits#returnNanos()} have passed.
     *
     * @throws AcceleratorException if nobody answers rightly in that time; says what was wrong last
     */
    DeviceFacts greet() {
        long begun = clock.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                return greetOnce();
            } catch (DeviceFaultException e) {
                // Even without time to wait, damaged answers deserve the usual number of attempts.
                boolean waited = clock.nanoTime() - begun >= limits.returnNanos();
                if (waited && (!present || attempt >= limits.attempts())) {
                    throw new AcceleratorException(bus.description() + ": " + e.getMessage(), e);
                }
                clock.pause(limits.pauseNanos());
            }
        }
    }

    private DeviceFacts greetOnce() throws DeviceFaultException {
        int magic = read(RegisterMap.MAGIC);
        if (magic != RegisterMap.MAGIC_VALUE) {
            lost();
            throw new DeviceFaultException("no accelerator answers: magic 0x" + Integer.toHexString(magic)
                    + ", expected 0x" + Integer.toHexString(RegisterMap.MAGIC_VALUE));
        }
        int version = read(RegisterMap.VERSION);
        if (version >>> 16 != RegisterMap.MAJOR) {
            counters.fault(DeviceFault.WRONG_VERSION);
            throw new DeviceFaultException("the device speaks version " + (version >>> 16) + "." + (version & 0xffff)
                    + " of the registers, this driver " + RegisterMap.MAJOR + ".x; update the firmware or FlatGaze");
        }
        write(RegisterMap.RESET, 1);
        counters.reset();
        long begun = clock.nanoTime();
        while (read(RegisterMap.RESET) != 0 || read(RegisterMap.STATUS) != RegisterMap.IDLE) {
            if (clock.nanoTime() - begun > limits.commandNanos()) {
                counters.fault(DeviceFault.HANG);
                throw new DeviceFaultException(
                        "a reset is not answered within " + millis() + " ms; switch it off and on");
            }
            clock.pause(limits.pauseNanos());
        }
        ticket = 0;
        windowBytes = read(RegisterMap.WINDOW_BYTES);
        DeviceFacts facts = new DeviceFacts(
                version >>> 16,
                version & 0xffff,
                read(RegisterMap.CAPABILITIES),
                Integer.toUnsignedLong(read(RegisterMap.MEMORY_BYTES)),
                windowBytes,
                read(RegisterMap.SLOTS));
        if (windowBytes < 1 || facts.slots() < 1) {
            throw new DeviceFaultException(
                    "impossible device: window of " + windowBytes + " bytes, " + facts.slots() + " slots");
        }
        return facts;
    }

    /** Sends all of a buffer, piece by piece. */
    void send(int command, int slot, int tensor, ByteBuffer data) throws DeviceFaultException {
        int length = data.capacity();
        for (int offset = 0; offset < length; offset += windowBytes) {
            int count = Math.min(windowBytes, length - offset);
            int attempt = 1;
            while (!sendPiece(command, slot, tensor, data, offset, count)) {
                another(attempt++, "sending");
            }
        }
    }

    private boolean sendPiece(int command, int slot, int tensor, ByteBuffer data, int offset, int count)
            throws DeviceFaultException {
        int sum = crcOf(data, offset, count);
        try {
            int taken = bus.writeBlock(RegisterMap.WINDOW, data, offset, count);
            present = true;
            if (taken != count) {
                counters.fault(DeviceFault.SHORT_TRANSFER);
                return false;
            }
        } catch (BusException e) {
            return damagedElseThrow(e);
        }
        return describe(slot, tensor, offset, count)
                && tryWrite(RegisterMap.CRC, sum)
                && ring(command, "sending")
                && allMoved(count);
    }

    /** Receives all of a buffer, piece by piece. */
    void receive(int slot, int tensor, ByteBuffer data) throws DeviceFaultException {
        int length = data.capacity();
        for (int offset = 0; offset < length; offset += windowBytes) {
            int count = Math.min(windowBytes, length - offset);
            int attempt = 1;
            while (!receivePiece(slot, tensor, data, offset, count)) {
                another(attempt++, "receiving");
            }
        }
    }

    private boolean receivePiece(int slot, int tensor, ByteBuffer data, int offset, int count)
            throws DeviceFaultException {
        if (!describe(slot, tensor, offset, count) || !ring(RegisterMap.READ_OUTPUT, "receiving") || !allMoved(count)) {
            return false;
        }
        try {
            int arrived = bus.readBlock(RegisterMap.WINDOW, data, offset, count);
            present = true;
            if (arrived != count) {
                counters.fault(DeviceFault.SHORT_TRANSFER);
                return false;
            }
            if (bus.read(RegisterMap.CRC) != crcOf(data, offset, count)) {
                counters.fault(DeviceFault.CRC);
                return false;
            }
        } catch (BusException e) {
            return damagedElseThrow(e);
        }
        return true;
    }

    /** A command that moves nothing. */
    void command(int command, int slot, String what) throws DeviceFaultException {
        int attempt = 1;
        while (!(tryWrite(RegisterMap.SLOT, slot) && ring(command, what))) {
            another(attempt++, what);
        }
    }

    private boolean describe(int slot, int tensor, int offset, int count) throws DeviceFaultException {
        return tryWrite(RegisterMap.SLOT, slot)
                && tryWrite(RegisterMap.TENSOR, tensor)
                && tryWrite(RegisterMap.OFFSET, offset)
                && tryWrite(RegisterMap.LENGTH, count);
    }

    private boolean allMoved(int count) throws DeviceFaultException {
        try {
            if (bus.read(RegisterMap.MOVED) == count) {
                return true;
            }
        } catch (BusException e) {
            return damagedElseThrow(e);
        }
        counters.fault(DeviceFault.SHORT_TRANSFER);
        return false;
    }

    /** Starts a command and waits for its end; false if it should be tried again. */
    private boolean ring(int command, String what) throws DeviceFaultException {
        try {
            ticket = ticket == -1 ? 1 : ticket + 1;
            bus.write(RegisterMap.TICKET, ticket);
            bus.write(RegisterMap.DOORBELL, command);
            awaitAnswer();
            return answer(DeviceError.of(bus.read(RegisterMap.ERROR)), what);
        } catch (BusException e) {
            return damagedElseThrow(e);
        }
    }

    private void awaitAnswer() throws BusException, DeviceFaultException {
        long begun = clock.nanoTime();
        for (int looks = 0; bus.read(RegisterMap.ANSWERED) != ticket; looks++) {
            if (clock.nanoTime() - begun > limits.commandNanos()) {
                counters.fault(DeviceFault.HANG);
                throw new DeviceFaultException("no answer within " + millis() + " ms");
            }
            if (looks < quickLooks) {
                Thread.onSpinWait();
            } else {
                clock.pause(limits.pauseNanos());
            }
        }
        present = true;
    }

    private boolean answer(DeviceError error, String what) throws DeviceFaultException {
        return switch (error) {
            case NONE -> true;
            case BUSY -> {
                counters.fault(DeviceFault.BUSY);
                clock.pause(limits.pauseNanos());
                yield false;
            }
            case CRC -> {
                counters.fault(DeviceFault.CRC);
                yield false;
            }
            case NO_PROGRAM, NO_DATA -> throw new DeviceFaultException("the device has lost its memory: " + error);
            case BAD_PROGRAM ->
                throw new AcceleratorException(
                        bus.description() + ": refuses " + what + ": a layer it cannot run, or a damaged program");
            case OUT_OF_MEMORY, BAD_DESCRIPTOR, BAD_COMMAND, FAILED ->
                throw new AcceleratorException(bus.description() + ": " + what + ": the device answers " + error);
        };
    }

    private void another(int attempt, String what) {
        if (attempt >= limits.attempts()) {
            throw new AcceleratorException(bus.description() + ": " + what + ": gave up after " + attempt
                    + " attempts; check cable and clock");
        }
    }

    private int read(int address) throws DeviceFaultException {
        try {
            int value = bus.read(address);
            present = true;
            return value;
        } catch (BusException e) {
            damagedElseThrow(e);
            throw new DeviceFaultException(e.getMessage(), e);
        }
    }

    private void write(int address, int value) throws DeviceFaultException {
        if (!tryWrite(address, value)) {
            throw new DeviceFaultException("a write was damaged on the way");
        }
    }

    private boolean tryWrite(int address, int value) throws DeviceFaultException {
        try {
            bus.write(address, value);
            present = true;
            return true;
        } catch (BusException e) {
            return damagedElseThrow(e);
        }
    }

    /** Counts; answers false if the access may be repeated, throws if nobody is there. */
    private boolean damagedElseThrow(BusException e) throws DeviceFaultException {
        if (e.kind() == BusException.Kind.GARBLED) {
            present = true;
            counters.fault(DeviceFault.CRC);
            return false;
        }
        lost();
        throw new DeviceFaultException(e.getMessage(), e);
    }

    private void lost() {
        if (present) {
            present = false;
            counters.fault(DeviceFault.GONE);
        }
    }

    private int crcOf(ByteBuffer data, int offset, int count) {
        crc.reset();
        crc.update(data.limit(offset + count).position(offset));
        data.clear();
        return (int) crc.getValue();
    }

    private long millis() {
        return limits.commandNanos() / 1_000_000;
    }

    void close() {
        bus.close();
    }
}
