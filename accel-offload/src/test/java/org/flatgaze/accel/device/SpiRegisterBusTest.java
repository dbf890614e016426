package org.flatgaze.accel.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import com.pi4j.io.spi.SpiProviderBase;
import com.pi4j.plugin.mock.platform.MockPlatform;
import com.pi4j.plugin.mock.provider.spi.MockSpi;
import com.pi4j.plugin.mock.provider.spi.MockSpiProvider;
import java.util.ArrayDeque;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.graph.LayerGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames on Pi4J's mock platform, and a whole device behind them. */
@Timeout(60)
final class SpiRegisterBusTest {

    private static final int ZEROS_BEFORE_AN_ANSWER = 3;

    private static Context pi4j(SpiProvider provider) {
        return Pi4J.newContextBuilder()
                .disableShutdownHook()
                .add(new MockPlatform())
                .add(provider)
                .build();
    }

    @Test
    void shouldSendTheFrameOfARegisterReadAndTakeItsAnswer() throws BusException {
        Context pi4j = pi4j(MockSpiProvider.newInstance());
        try (SpiRegisterBus bus = SpiRegisterBus.open(pi4j, 0, 1, 1_000_000)) {
            MockSpi wire = (MockSpi) pi4j.registry().get("flatgaze-device-0-1", Spi.class);
            BusFrame answer = new BusFrame(4);
            answer.answer(BusFrame.DONE, 4);
            answer.bytes().putInt(BusFrame.ANSWER_HEAD, 0x12345678);
            wire.write(new byte[ZEROS_BEFORE_AN_ANSWER]);
            wire.write(answer.array(), 0, answer.seal(BusFrame.ANSWER_HEAD + 4));
            assertEquals(0x12345678, bus.read(RegisterMap.MEMORY_BYTES));
            byte[] sent = wire.readEntireMockBuffer();
            BusFrame expected = new BusFrame(0);
            expected.request(BusFrame.READ, RegisterMap.MEMORY_BYTES, 4);
            expected.seal(BusFrame.REQUEST_HEAD);
            assertArrayEquals(expected.array(), sent);
            assertArrayEquals(new byte[] {1, 0, 0, 0, 0x0C, 0, 0, 0, 4, 0, 0, 0}, java.util.Arrays.copyOf(sent, 12));
        } finally {
            pi4j.shutdown();
        }
    }

    @Test
    void shouldCallItDamagedWhenOneBitOfAnAnswerIsWrong() throws BusException {
        Context pi4j = pi4j(MockSpiProvider.newInstance());
        try (SpiRegisterBus bus = SpiRegisterBus.open(pi4j, 0, 0, 1_000_000)) {
            MockSpi wire = (MockSpi) pi4j.registry().get("flatgaze-device-0-0", Spi.class);
            BusFrame answer = new BusFrame(4);
            answer.answer(BusFrame.DONE, 4);
            int length = answer.seal(BusFrame.ANSWER_HEAD + 4);
            answer.array()[9] ^= 4;
            wire.write(answer.array(), 0, length);
            BusException e = assertThrows(BusException.class, () -> bus.read(0));
            assertEquals(BusException.Kind.GARBLED, e.kind());
        } finally {
            pi4j.shutdown();
        }
    }

    @Test
    void shouldRunAProgramOnADeviceBehindTheWireThroughFaults() throws BusException {
        LayerGraph graph = TestDevices.graph(3);
        SimulatedDevice device = TestDevices.device(FaultPlan.random(3, 0.05), 4096);
        Context pi4j = pi4j(new DeviceSpiProvider(device));
        try (DeviceAccelerator accelerator = new DeviceAccelerator(DeviceDriver.open(
                        SpiRegisterBus.open(pi4j, 0, 0, 1_000_000), TestDevices.PATIENT, new TestDevices.FakeClock()));
                Program oracle = new InterpretedProgram(graph);
                Program program = accelerator.compile(graph);
                Execution right = oracle.newExecution();
                Execution execution = program.newExecution()) {
            for (int seed = 0; seed < 20; seed++) {
                assertArrayEquals(
                        TestDevices.run(right, oracle, seed),
                        TestDevices.run(execution, program, seed),
                        "seed " + seed);
            }
            for (DeviceFault fault : DeviceFault.values()) {
                assertEquals(
                        device.injected(fault), accelerator.driver().counters().faults(fault), fault.name());
            }
            device.unplug();
            assertThrows(
                    AcceleratorException.class,
                    () -> DeviceDriver.open(new LoopbackBus(device), DeviceLimits.LIVE, new TestDevices.FakeClock()));
        } finally {
            pi4j.shutdown();
        }
    }

    @Test
    void shouldSayWhatToCheckWhenThereIsNoSpi() {
        Context pi4j = Pi4J.newContextBuilder().disableShutdownHook().build();
        try {
            BusException e = assertThrows(BusException.class, () -> SpiRegisterBus.open(pi4j, 0, 0, 1_000_000));
            assertTrue(e.getMessage().startsWith("spi 0.0 cannot be opened ("), e.getMessage());
        } finally {
            pi4j.shutdown();
        }
    }

    /** A mock bus with a device at its end. */
    private static final class DeviceSpiProvider extends SpiProviderBase implements SpiProvider {
        private final SimulatedDevice device;

        DeviceSpiProvider(SimulatedDevice device) {
            super("device-spi", "device-spi");
            this.device = device;
        }

        @Override
        public Spi create(SpiConfig config) {
            DeviceSpi spi = new DeviceSpi(this, config, device);
            context.registry().add(spi);
            return spi;
        }
    }

    private static final class DeviceSpi extends MockSpi {
        private final FrameServer server;

        DeviceSpi(SpiProvider provider, SpiConfig config, SimulatedDevice device) {
            super(provider, config);
            this.server = new FrameServer(device);
            this.raw = new ArrayDeque<>();
        }

        @Override
        public int write(byte[] data, int offset, int length) {
            System.arraycopy(data, offset, server.request(), 0, length);
            raw.clear();
            if (server.answers()) {
                int count = server.serve();
                for (int i = 0; i < ZEROS_BEFORE_AN_ANSWER; i++) {
                    raw.add((byte) 0);
                }
                for (int i = 0; i < count; i++) {
                    raw.add(server.answer()[i]);
                }
            }
            return length;
        }
    }
}
