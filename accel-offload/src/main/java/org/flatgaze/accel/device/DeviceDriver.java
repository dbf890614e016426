package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.flatgaze.accel.AcceleratorException;

/**
 * The host's side of the registers: greets the device, loads programs, runs them, and accepts an output only if every byte
 * of it is proved to belong to the run just made.
 *
 * <p>Faults and remedies are those of {@link DeviceFault}; each is counted once where it is noticed. Whatever the device
 * does, {@link #run} ends in bounded time: with the outputs, or with an exception. Any thread; one run at a time.
 */
public final class DeviceDriver implements AutoCloseable {

    /** Questions without a pause, for devices that answer within microseconds. */
    private static final int QUICK_LOOKS = 64;

    private final DeviceLink link;
    private final DeviceLimits limits;
    private final DeviceCounters counters;
    private final BitSet usedSlots = new BitSet();
    private DeviceFacts facts;

    /** Counts greetings: a program that was loaded before the last one is gone. */
    private int generation;

    /** Whether the device was greeted and has not failed since. */
    private boolean greeted;

    private DeviceDriver(RegisterBus bus, DeviceLimits limits, DeviceClock clock) {
        this.limits = limits;
        this.counters = new DeviceCounters();
        this.link = new DeviceLink(bus, limits, clock, counters, QUICK_LOOKS);
    }

    /**
     * Takes over a bus and greets the device behind it.
     *
     * @throws AcceleratorException if nobody answers, or the device is of another version; the bus is then closed
     */
    public static DeviceDriver open(RegisterBus bus, DeviceLimits limits, DeviceClock clock) {
        DeviceDriver driver = new DeviceDriver(bus, limits, clock);
        try {
            driver.greet();
            return driver;
        } catch (AcceleratorException e) {
            bus.close();
            throw e;
        }
    }

    /** What the device said about itself. */
    public synchronized DeviceFacts facts() {
        return facts;
    }

    /** Faults and runs so far. */
    public DeviceCounters counters() {
        return counters;
    }

    /** What it is and where. */
    public String description() {
        return link.description();
    }

    /**
     * Loads a program into a free slot and builds it.
     *
     * @param bytes a graph file; direct, position and limit around all of it
     * @throws AcceleratorException if the device has no room, cannot run it, or fails
     */
    synchronized LoadedProgram load(String model, ByteBuffer bytes) {
        int slot = usedSlots.nextClearBit(0);
        if (slot >= facts.slots()) {
            throw new AcceleratorException(
                    "model " + model + ": " + description() + " holds " + facts.slots() + " programs; close one first");
        }
        if (bytes.remaining() > facts.memoryBytes()) {
            throw new AcceleratorException("model " + model + ": program of " + bytes.remaining() + " bytes, but "
                    + description() + " has " + facts.memoryBytes());
        }
        LoadedProgram program = new LoadedProgram(model, slot, bytes);
        usedSlots.set(slot);
        try {
            repeat(program, () -> {});
        } catch (AcceleratorException e) {
            usedSlots.clear(slot);
            throw e;
        }
        return program;
    }

    /**
     * Runs a program.
     *
     * @param inputs one direct buffer per input, position 0, limit its size
     * @param outputs the same for outputs; receive the result
     * @throws AcceleratorException if the device is gone, or keeps failing; the outputs are then not valid
     */
    synchronized void run(LoadedProgram program, ByteBuffer[] inputs, ByteBuffer[] outputs) {
        RunAction action = program.action;
        action.inputs = inputs;
        action.outputs = outputs;
        action.program = program;
        action.link = link;
        repeat(program, action);
        counters.operation();
    }

    /** Does something with a loaded program, from the beginning after every fault that cost the device its memory. */
    private void repeat(LoadedProgram program, DeviceAction action) {
        for (int attempt = 1; ; attempt++) {
            if (!greeted) {
                greet();
            }
            try {
                if (program.generation != generation) {
                    link.send(RegisterMap.LOAD_PROGRAM, program.slot, 0, program.bytes);
                    link.command(RegisterMap.BUILD, program.slot, program.model);
                    program.generation = generation;
                }
                action.run();
                return;
            } catch (DeviceFaultException e) {
                greeted = false;
                if (attempt >= limits.attempts()) {
                    throw new AcceleratorException(
                            "model " + program.model + ": " + description() + " failed " + attempt + " times in a row: "
                                    + e.getMessage(),
                            e);
                }
            }
        }
    }

    /** Identifies and resets the device, waiting for one that is away as long as the limits allow. */
    private void greet() {
        facts = link.greet();
        greeted = true;
        generation++;
    }

    /** Gives a slot back; a device that does not answer forgets it anyway. */
    synchronized void free(LoadedProgram program) {
        usedSlots.clear(program.slot);
        if (greeted && program.generation == generation) {
            try {
                link.command(RegisterMap.FREE, program.slot, program.model);
            } catch (DeviceFaultException | AcceleratorException _) {
                greeted = false;
            }
        }
    }

    @Override
    public synchronized void close() {
        link.close();
    }

    /** A step that may find the device without its memory. */
    @FunctionalInterface
    interface DeviceAction {
        void run() throws DeviceFaultException;
    }

    /** One run; kept with its program so that nothing is made per run. */
    private static final class RunAction implements DeviceAction {

        private DeviceLink link;
        private LoadedProgram program;
        private ByteBuffer[] inputs;
        private ByteBuffer[] outputs;

        @Override
        public void run() throws DeviceFaultException {
            for (int i = 0; i < inputs.length; i++) {
                link.send(RegisterMap.LOAD_INPUT, program.slot, i, inputs[i]);
            }
            link.command(RegisterMap.RUN, program.slot, program.model);
            for (int i = 0; i < outputs.length; i++) {
                link.receive(program.slot, i, outputs[i]);
            }
        }
    }

    /** A program in a slot of the device. */
    static final class LoadedProgram {

        private final String model;
        private final int slot;
        private final ByteBuffer bytes;
        private final RunAction action = new RunAction();
        private int generation;

        private LoadedProgram(String model, int slot, ByteBuffer bytes) {
            this.model = model;
            this.slot = slot;
            this.bytes = bytes;
        }
    }
}
