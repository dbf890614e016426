package org.flatgaze.accel.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Collectors;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.graph.LayerGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver against a device in another process. */
@Timeout(120)
final class SocketBusTest {

    private static final int OPERATIONS = 1_000;
    private static final DeviceLimits LIMITS = new DeviceLimits(20_000_000, 30_000_000_000L, 1_000_000, 12);

    private static byte[] expected(LayerGraph graph, long seed) {
        try (Program oracle = new InterpretedProgram(graph);
                Execution execution = oracle.newExecution()) {
            return TestDevices.run(execution, oracle, seed);
        }
    }

    @Test
    void shouldCountWhatTheOtherProcessInjectedAndAcceptNothingWrong() throws IOException {
        LayerGraph graph = TestDevices.graph(3);
        byte[] expected = expected(graph, 1);
        try (DeviceProcess process = new DeviceProcess("5", "0.01");
                DeviceAccelerator accelerator =
                        new DeviceAccelerator(DeviceDriver.open(process.bus(), LIMITS, DeviceClock.SYSTEM));
                Program program = accelerator.compile(graph);
                Execution execution = program.newExecution()) {
            for (int i = 0; i < OPERATIONS; i++) {
                assertArrayEquals(expected, TestDevices.run(execution, program, 1), "operation " + i);
            }
            String counted = accelerator.driver().counters().faults().values().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(" "));
            assertEquals(process.faults(), counted, "busy, crc, short, hang, gone, version");
            assertTrue(accelerator.driver().counters().faults(DeviceFault.GONE) > 0, counted);
        }
    }

    @Test
    void shouldSayThatNobodyAnswersWhenTheProcessDies() throws IOException, InterruptedException {
        LayerGraph graph = TestDevices.graph(3);
        try (DeviceProcess process = new DeviceProcess();
                DeviceAccelerator accelerator =
                        new DeviceAccelerator(DeviceDriver.open(process.bus(), DeviceLimits.LIVE, DeviceClock.SYSTEM));
                Program program = accelerator.compile(graph);
                Execution execution = program.newExecution()) {
            execution.run();
            process.kill();
            String line =
                    assertThrows(AcceleratorException.class, execution::run).getMessage();
            assertTrue(line.startsWith("device at 127.0.0.1:") && line.contains("nobody answers"), line);
        }
    }

    @Test
    void shouldRefuseAnAddressWithoutAPort() {
        String line = assertThrows(IllegalArgumentException.class, () -> SocketBus.of("localhost"))
                .getMessage();
        assertEquals("'localhost' is no address; expected host:port", line);
    }
}
