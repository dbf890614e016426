package org.flatgaze.accel.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.graph.LayerGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mapped registers, with a plain file in place of a device's memory. */
@Timeout(60)
final class UioRegisterBusTest {

    private static final int WINDOW_BYTES = 1024;
    private static final int BYTES = RegisterMap.WINDOW + WINDOW_BYTES;

    @TempDir
    private Path folder;

    private Path file() throws IOException {
        return Files.write(folder.resolve("registers"), new byte[BYTES]);
    }

    @Test
    void shouldReadAndWriteLittleEndianWordsOfTheFile() throws IOException, BusException {
        Path file = file();
        try (UioRegisterBus bus = UioRegisterBus.map(file, BYTES)) {
            bus.write(RegisterMap.TICKET, 0x01020304);
            assertEquals(0x01020304, bus.read(RegisterMap.TICKET));
            ByteBuffer out = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7});
            assertEquals(7, bus.writeBlock(RegisterMap.WINDOW, out, 0, 7));
            byte[] bytes = Files.readAllBytes(file);
            assertEquals(
                    0x01020304,
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(RegisterMap.TICKET));
            for (int i = 0; i < 7; i++) {
                assertEquals(i + 1, bytes[RegisterMap.WINDOW + i]);
            }
            ByteBuffer back = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
            assertEquals(6, bus.readBlock(RegisterMap.WINDOW, back, 1, 6));
            for (int i = 0; i < 6; i++) {
                assertEquals(i + 1, back.get(i + 1));
            }
        }
    }

    @Test
    void shouldRunAProgramOnADeviceThatSharesTheMemory() throws IOException, BusException {
        Path file = file();
        LayerGraph graph = TestDevices.graph(3);
        SimulatedDevice device = TestDevices.device(FaultPlan.none(), WINDOW_BYTES);
        try (MemoryDevice far = new MemoryDevice(UioRegisterBus.map(file, BYTES), device);
                DeviceAccelerator accelerator = new DeviceAccelerator(
                        DeviceDriver.open(UioRegisterBus.map(file, BYTES), TestDevices.PATIENT, DeviceClock.SYSTEM));
                Program oracle = new InterpretedProgram(graph);
                Program program = accelerator.compile(graph);
                Execution right = oracle.newExecution();
                Execution execution = program.newExecution()) {
            for (int seed = 0; seed < 20; seed++) {
                assertArrayEquals(TestDevices.run(right, oracle, seed), TestDevices.run(execution, program, seed));
            }
            assertEquals(20, accelerator.driver().counters().operations());
            far.requireSound();
        }
    }

    @Test
    void shouldTakeAllOnesForNobody() throws IOException, BusException {
        Path file = folder.resolve("gone");
        byte[] ones = new byte[BYTES];
        java.util.Arrays.fill(ones, (byte) 0xff);
        Files.write(file, ones);
        UioRegisterBus bus = UioRegisterBus.map(file, BYTES);
        String line = assertThrows(
                        org.flatgaze.accel.AcceleratorException.class,
                        () -> DeviceDriver.open(bus, DeviceLimits.LIVE, DeviceClock.SYSTEM))
                .getMessage();
        assertTrue(line.contains("no accelerator answers: magic 0xffffffff, expected 0x44414746"), line);
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNothingToMap() throws IOException {
        String absent = assertThrows(BusException.class, () -> UioRegisterBus.map(folder.resolve("absent"), BYTES))
                .getMessage();
        assertTrue(absent.endsWith("absent: no such file; is the driver loaded?"), absent);
        String noDevice = assertThrows(BusException.class, () -> UioRegisterBus.open(Path.of("/dev/uio987")))
                .getMessage();
        assertTrue(noDevice.startsWith("/dev/uio987: no such UIO device"), noDevice);
        String small = assertThrows(BusException.class, () -> UioRegisterBus.map(file(), 64))
                .getMessage();
        assertTrue(small.contains("64 bytes mapped; expected more than 4096"), small);
    }

    /** What a block of hardware does: watches doorbell and reset in shared memory, answers, the ticket last. */
    private static final class MemoryDevice implements AutoCloseable {
        private static final int[] DESCRIPTOR = {
            RegisterMap.SLOT,
            RegisterMap.TENSOR,
            RegisterMap.OFFSET,
            RegisterMap.LENGTH,
            RegisterMap.CRC,
            RegisterMap.TICKET
        };
        private static final int[] ANSWER = {RegisterMap.ERROR, RegisterMap.MOVED, RegisterMap.CRC, RegisterMap.ANSWERED
        };

        private final UioRegisterBus memory;
        private final SimulatedDevice device;
        private final ByteBuffer window =
                ByteBuffer.allocateDirect(WINDOW_BYTES).order(ByteOrder.nativeOrder());
        private final Thread thread;
        private volatile boolean stop;
        private volatile Throwable failure;

        MemoryDevice(UioRegisterBus memory, SimulatedDevice device) throws BusException {
            this.memory = memory;
            this.device = device;
            for (int register = RegisterMap.MAGIC; register <= RegisterMap.SLOTS; register += 4) {
                memory.write(register, device.read(register));
            }
            this.thread = Thread.ofPlatform().daemon().start(this::work);
        }

        private void work() {
            try {
                while (!stop) {
                    if (memory.read(RegisterMap.RESET) != 0) {
                        device.write(RegisterMap.RESET, 1);
                        memory.write(RegisterMap.ANSWERED, 0);
                        memory.write(RegisterMap.RESET, 0);
                    } else if (memory.read(RegisterMap.DOORBELL) != 0) {
                        command();
                    } else {
                        Thread.onSpinWait();
                    }
                }
            } catch (BusException | RuntimeException e) {
                failure = e;
            }
        }

        private void command() throws BusException {
            int command = memory.read(RegisterMap.DOORBELL);
            memory.write(RegisterMap.DOORBELL, 0);
            memory.readBlock(RegisterMap.WINDOW, window, 0, WINDOW_BYTES);
            device.writeBlock(RegisterMap.WINDOW, window, 0, WINDOW_BYTES);
            for (int register : DESCRIPTOR) {
                device.write(register, memory.read(register));
            }
            device.write(RegisterMap.DOORBELL, command);
            device.readBlock(RegisterMap.WINDOW, window, 0, WINDOW_BYTES);
            memory.writeBlock(RegisterMap.WINDOW, window, 0, WINDOW_BYTES);
            for (int register : ANSWER) {
                memory.write(register, device.read(register));
            }
        }

        void requireSound() {
            assertEquals(null, failure);
        }

        @Override
        public void close() {
            stop = true;
            try {
                thread.join(10_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            memory.close();
        }
    }
}
