package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;

/**
 * A device in software: the registers of {@link RegisterMap}, a memory, and an engine that runs the programs. It misbehaves
 * as its {@link FaultPlan} says and counts that.
 *
 * <p>One thread at a time, except {@link #unplug()}, {@link #plugIn()} and {@link #injected}. Commands run inside the
 * write to the doorbell. A bus asks {@link #answers()} before every access and reports the device as gone if it does not.
 */
public final class SimulatedDevice {

    /** Bytes of the window unless said otherwise. */
    public static final int WINDOW_BYTES = 1 << 16;

    private static final int MEMORY_BYTES = 64 << 20;
    private static final int SLOTS = 16;
    private static final int LONGEST_ABSENCE = 20;

    private static final List<DeviceFault> IN_TRANSFER =
            List.of(DeviceFault.BUSY, DeviceFault.CRC, DeviceFault.SHORT_TRANSFER, DeviceFault.HANG, DeviceFault.GONE);
    private static final List<DeviceFault> IN_COMMAND = List.of(DeviceFault.BUSY, DeviceFault.HANG, DeviceFault.GONE);
    private static final List<DeviceFault> IN_GREETING = List.of(DeviceFault.WRONG_VERSION);

    private final Function<LayerGraph, Program> engine;
    private final FaultPlan plan;
    private final int capabilities;
    private final AtomicLongArray injected = new AtomicLongArray(DeviceFault.values().length);
    private final int[] registers = new int[RegisterMap.DOORBELL / 4 + 1];
    private final ByteBuffer window;
    private final ByteBuffer windowView;
    private final CRC32 crc = new CRC32();
    private final DeviceSlot[] slots = new DeviceSlot[SLOTS];
    private boolean hung;
    private int absentAccesses;
    private volatile boolean unplugged;
    private boolean powerLost;

    /**
     * Makes a device that has just been switched on.
     *
     * @param engine makes a graph runnable
     * @param capabilities a set of {@link RegisterMap#CAN_INT8} and {@link RegisterMap#CAN_FLOAT32}
     */
    public SimulatedDevice(Function<LayerGraph, Program> engine, int capabilities, int windowBytes, FaultPlan plan) {
        if (windowBytes < 4 || windowBytes % 4 != 0) {
            throw new IllegalArgumentException("windowBytes=" + windowBytes + ": expected a multiple of 4");
        }
        this.engine = engine;
        this.capabilities = capabilities;
        this.plan = plan;
        this.window = ByteBuffer.allocateDirect(windowBytes).order(ByteOrder.LITTLE_ENDIAN);
        this.windowView = window.duplicate();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new DeviceSlot();
        }
    }

    /** An 8-bit device that behaves. */
    public static SimulatedDevice of(Function<LayerGraph, Program> engine) {
        return new SimulatedDevice(engine, RegisterMap.CAN_INT8, WINDOW_BYTES, FaultPlan.none());
    }

    /** Takes the device off the bus, with its power. Any thread. */
    public void unplug() {
        unplugged = true;
    }

    /** Puts it back; it has forgotten everything. Any thread. */
    public void plugIn() {
        unplugged = false;
    }

    /** Faults of one kind injected so far. Any thread. */
    public long injected(DeviceFault fault) {
        return injected.get(fault.ordinal());
    }

    /** Whether the access that a bus is about to make reaches the device. */
    boolean answers() {
        if (unplugged || absentAccesses > 0) {
            absentAccesses = Math.max(0, absentAccesses - 1);
            powerLost = true;
            return false;
        }
        if (powerLost) {
            powerLost = false;
            reset();
        }
        return true;
    }

    int read(int address) {
        return switch (address) {
            case RegisterMap.MAGIC -> RegisterMap.MAGIC_VALUE;
            case RegisterMap.VERSION ->
                inject(IN_GREETING) == null
                        ? RegisterMap.MAJOR << 16 | RegisterMap.MINOR
                        : (RegisterMap.MAJOR + 1) << 16;
            case RegisterMap.CAPABILITIES -> capabilities;
            case RegisterMap.MEMORY_BYTES -> MEMORY_BYTES;
            case RegisterMap.WINDOW_BYTES -> window.capacity();
            case RegisterMap.SLOTS -> SLOTS;
            case RegisterMap.STATUS -> hung ? RegisterMap.WORKING : RegisterMap.IDLE;
            default -> isRegister(address) ? registers[address / 4] : 0;
        };
    }

    void write(int address, int value) {
        if (!isRegister(address)) {
            return;
        }
        if (address == RegisterMap.RESET) {
            reset();
        } else if (address == RegisterMap.DOORBELL) {
            command(value);
        } else {
            registers[address / 4] = value;
        }
    }

    /** Bytes between a buffer and the window; answers how many. */
    int readBlock(int address, ByteBuffer to, int offset, int length) {
        int first = address - RegisterMap.WINDOW;
        int count = inside(first, length);
        to.put(offset, window, first, count);
        return count;
    }

    int writeBlock(int address, ByteBuffer from, int offset, int length) {
        int first = address - RegisterMap.WINDOW;
        int count = inside(first, length);
        window.put(first, from, offset, count);
        return count;
    }

    private int inside(int first, int length) {
        return first < 0 ? 0 : Math.max(0, Math.min(length, window.capacity() - first));
    }

    private static boolean isRegister(int address) {
        return address >= 0 && address <= RegisterMap.DOORBELL && address % 4 == 0;
    }

    private void reset() {
        hung = false;
        java.util.Arrays.fill(registers, 0);
        for (DeviceSlot slot : slots) {
            slot.free();
        }
    }

    private DeviceFault inject(List<DeviceFault> possible) {
        DeviceFault fault = plan.next(possible);
        if (fault != null) {
            injected.incrementAndGet(fault.ordinal());
        }
        return fault;
    }

    private void command(int command) {
        if (hung) {
            return; // whatever a hung device is told, only a reset helps
        }
        boolean transfers = command == RegisterMap.LOAD_PROGRAM
                || command == RegisterMap.LOAD_INPUT
                || command == RegisterMap.READ_OUTPUT;
        DeviceFault fault = inject(transfers ? IN_TRANSFER : IN_COMMAND);
        if (fault == DeviceFault.HANG) {
            hung = true;
        } else if (fault == DeviceFault.GONE) {
            absentAccesses = 1 + (int) (injected(DeviceFault.GONE) % LONGEST_ABSENCE);
        } else {
            register(RegisterMap.MOVED, 0);
            DeviceError error = fault == DeviceFault.BUSY ? DeviceError.BUSY : execute(command, fault);
            register(RegisterMap.ERROR, error.ordinal());
            register(RegisterMap.ANSWERED, register(RegisterMap.TICKET));
        }
    }

    private DeviceError execute(int command, DeviceFault fault) {
        int number = register(RegisterMap.SLOT);
        if (number < 0 || number >= SLOTS) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        DeviceSlot slot = slots[number];
        return switch (command) {
            case RegisterMap.LOAD_PROGRAM, RegisterMap.LOAD_INPUT -> load(command, slot, fault);
            case RegisterMap.BUILD -> build(slot);
            case RegisterMap.RUN -> slot.run();
            case RegisterMap.READ_OUTPUT -> readOutput(slot, fault);
            case RegisterMap.FREE -> {
                slot.free();
                yield DeviceError.NONE;
            }
            default -> DeviceError.BAD_COMMAND;
        };
    }

    private DeviceError load(int command, DeviceSlot slot, DeviceFault fault) {
        int length = register(RegisterMap.LENGTH);
        if (length < 1 || length > window.capacity()) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        if (fault == DeviceFault.SHORT_TRANSFER) {
            register(RegisterMap.MOVED, length / 2);
            return DeviceError.NONE;
        }
        if (fault == DeviceFault.CRC) {
            flipOneBit(length);
        }
        if (crcOfWindow(length) != register(RegisterMap.CRC)) {
            return DeviceError.CRC;
        }
        DeviceError error;
        if (command == RegisterMap.LOAD_INPUT) {
            error = slot.loadInput(register(RegisterMap.TENSOR), register(RegisterMap.OFFSET), window, length);
        } else {
            error = usedBytes() + length > MEMORY_BYTES
                    ? DeviceError.OUT_OF_MEMORY
                    : slot.loadProgram(register(RegisterMap.OFFSET), window, length);
        }
        register(RegisterMap.MOVED, error == DeviceError.NONE ? length : 0);
        return error;
    }

    private long usedBytes() {
        long bytes = 0;
        for (DeviceSlot slot : slots) {
            bytes += slot.programBytes();
        }
        return bytes;
    }

    private DeviceError build(DeviceSlot slot) {
        if (slot.programBytes() == 0) {
            return DeviceError.NO_PROGRAM;
        }
        try {
            LayerGraph graph = GraphFile.read("in device memory", slot.program());
            boolean able = (capabilities & RegisterMap.CAN_FLOAT32) != 0 || graph.isQuantized();
            if (!able) {
                return DeviceError.BAD_PROGRAM;
            }
            slot.built(engine.apply(graph));
            return DeviceError.NONE;
        } catch (AcceleratorException _) {
            return DeviceError.BAD_PROGRAM;
        }
    }

    private DeviceError readOutput(DeviceSlot slot, DeviceFault fault) {
        int length = register(RegisterMap.LENGTH);
        if (length < 1 || length > window.capacity()) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        DeviceError error = slot.readOutput(register(RegisterMap.TENSOR), register(RegisterMap.OFFSET), window, length);
        if (error != DeviceError.NONE) {
            return error;
        }
        register(RegisterMap.CRC, crcOfWindow(length));
        register(RegisterMap.MOVED, fault == DeviceFault.SHORT_TRANSFER ? length / 2 : length);
        if (fault == DeviceFault.CRC) {
            flipOneBit(length);
        }
        return DeviceError.NONE;
    }

    /** Another bit every time. */
    private void flipOneBit(int length) {
        long bit = injected(DeviceFault.CRC) * 0x9E3779B9L % (8L * length);
        int at = (int) (bit / 8);
        window.put(at, (byte) (window.get(at) ^ (1 << (bit % 8))));
    }

    private int crcOfWindow(int length) {
        crc.reset();
        crc.update(windowView.limit(length).position(0));
        return (int) crc.getValue();
    }

    private int register(int address) {
        return registers[address / 4];
    }

    private void register(int address, int value) {
        registers[address / 4] = value;
    }
}
