package org.flatgaze.accel.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver against the loopback device, with every fault it knows. */
@Timeout(120)
final class DeviceDriverTest {

    private static final int OPERATIONS = 100_000;
    private static final int INPUTS = 64;
    private static final long SEED = 11;

    /** Faults in this order, then none. */
    private static final class Script implements FaultPlan {
        private final List<DeviceFault> faults;
        private int next;
        private boolean armed;

        Script(DeviceFault... faults) {
            this.faults = Arrays.asList(faults);
        }

        @Override
        public DeviceFault next(List<DeviceFault> possible) {
            if (!armed || next == faults.size() || !possible.contains(faults.get(next))) {
                return null;
            }
            return faults.get(next++);
        }
    }

    private static DeviceAccelerator open(SimulatedDevice device, DeviceLimits limits) {
        return new DeviceAccelerator(DeviceDriver.open(new LoopbackBus(device), limits, new TestDevices.FakeClock()));
    }

    private static String refusal(Runnable action) {
        return assertThrows(AcceleratorException.class, action::run).getMessage();
    }

    @Test
    void shouldAcceptNoWrongResultAndCountEveryFaultInAHundredThousandOperations() {
        LayerGraph graph = TestDevices.graph(3);
        byte[][] expected = new byte[INPUTS][];
        try (Program oracle = new InterpretedProgram(graph);
                Execution execution = oracle.newExecution()) {
            for (int i = 0; i < INPUTS; i++) {
                expected[i] = TestDevices.run(execution, oracle, i);
            }
        }
        SimulatedDevice device = TestDevices.device(FaultPlan.random(SEED, 0.02), 512);
        int wrong = 0;
        try (DeviceAccelerator accelerator = open(device, TestDevices.PATIENT);
                Program program = accelerator.compile(graph);
                Execution execution = program.newExecution()) {
            for (int i = 0; i < OPERATIONS; i++) {
                wrong += Arrays.equals(expected[i % INPUTS], TestDevices.run(execution, program, i % INPUTS)) ? 0 : 1;
            }
            DeviceCounters counters = accelerator.driver().counters();
            assertEquals(0, wrong, "seed " + SEED);
            assertEquals(OPERATIONS, counters.operations());
            for (DeviceFault fault : DeviceFault.values()) {
                assertEquals(device.injected(fault), counters.faults(fault), fault + ", seed " + SEED);
                assertTrue(device.injected(fault) > 50, fault + " injected " + device.injected(fault));
            }
        }
    }

    @Test
    void shouldRunAgainAfterEveryKindOfFault() {
        LayerGraph graph = TestDevices.graph(5);
        byte[] expected;
        try (Program oracle = new InterpretedProgram(graph);
                Execution execution = oracle.newExecution()) {
            expected = TestDevices.run(execution, oracle, 1);
        }
        for (DeviceFault fault : DeviceFault.values()) {
            Script script = new Script(DeviceFault.HANG, fault, fault);
            SimulatedDevice device = TestDevices.device(script, 256);
            try (DeviceAccelerator accelerator = open(device, TestDevices.PATIENT);
                    Program program = accelerator.compile(graph);
                    Execution execution = program.newExecution()) {
                script.armed = true;
                assertArrayEquals(expected, TestDevices.run(execution, program, 1), fault.name());
                assertEquals(
                        3,
                        accelerator.driver().counters().faults().values().stream()
                                .mapToLong(v -> v)
                                .sum());
            }
        }
    }

    @Test
    void shouldRefuseAnotherVersionWithBothNumbers() {
        SimulatedDevice device = TestDevices.device(
                possible -> possible.contains(DeviceFault.WRONG_VERSION) ? possible.get(0) : null, 256);
        String line = refusal(() -> open(device, DeviceLimits.LIVE));
        assertEquals(
                "loopback device: the device speaks version 2.0 of the registers, this driver 1.x; update the firmware or"
                        + " FlatGaze",
                line);
    }

    @Test
    void shouldGiveUpInBoundedTimeWhenADeviceStaysAwayAndComeBackWithIt() {
        LayerGraph graph = TestDevices.graph(7);
        SimulatedDevice device = TestDevices.device(FaultPlan.none(), 256);
        try (DeviceAccelerator accelerator = open(device, DeviceLimits.LIVE);
                Program program = accelerator.compile(graph);
                Execution execution = program.newExecution()) {
            byte[] before = TestDevices.run(execution, program, 1);
            device.unplug();
            assertEquals("loopback device: nobody answers", refusal(execution::run));
            assertEquals("loopback device: nobody answers", refusal(execution::run));
            assertEquals(1, accelerator.driver().counters().faults(DeviceFault.GONE), "one loss, however often asked");
            device.plugIn();
            assertArrayEquals(before, TestDevices.run(execution, program, 1), "it has loaded the program again");
        }
        device.unplug();
        assertEquals("loopback device: nobody answers", refusal(() -> open(device, DeviceLimits.LIVE)));
    }

    @Test
    void shouldGiveUpWhenEveryRunHangsOrEveryTransferIsDamaged() {
        LayerGraph graph = TestDevices.graph(7);
        for (DeviceFault fault :
                List.of(DeviceFault.HANG, DeviceFault.CRC, DeviceFault.BUSY, DeviceFault.SHORT_TRANSFER)) {
            SimulatedDevice device = TestDevices.device(possible -> possible.contains(fault) ? fault : null, 256);
            try (DeviceAccelerator accelerator = open(device, DeviceLimits.LIVE)) {
                String line = refusal(() -> accelerator.compile(graph));
                assertTrue(line.contains("4 times in a row") || line.contains("gave up after 4 attempts"), line);
                assertEquals(
                        device.injected(fault), accelerator.driver().counters().faults(fault), fault.name());
            }
        }
    }

    @Test
    void shouldRefuseAFloatModelAndSayWhatToDo() {
        LayerGraph graph = RandomGraphs.of(1);
        try (DeviceAccelerator accelerator = open(TestDevices.device(FaultPlan.none(), 256), DeviceLimits.LIVE)) {
            ModelSource source = new ModelSource("m", GraphFile.write(graph));
            String line = refusal(() -> accelerator.compile(source, CompileOptions.singleThreaded()));
            assertEquals(
                    "model random-1: is float32, but loopback device computes in 8 bits; quantise it with 'accel compile'",
                    line);
        }
    }

    @Test
    void shouldRefuseMoreProgramsThanTheDeviceHoldsUntilOneIsClosed() {
        LayerGraph graph = TestDevices.graph(2);
        try (DeviceAccelerator accelerator = open(TestDevices.device(FaultPlan.none(), 4096), DeviceLimits.LIVE)) {
            List<Program> programs = new ArrayList<>();
            for (int i = 0; i < accelerator.driver().facts().slots(); i++) {
                programs.add(accelerator.compile(graph));
            }
            String line = refusal(() -> programs.add(accelerator.compile(graph)));
            assertTrue(line.endsWith("holds 16 programs; close one first"), line);
            programs.getFirst().close();
            programs.add(accelerator.compile(graph));
        }
    }

    @Test
    void shouldRefuseToRunWhatIsClosed() {
        try (DeviceAccelerator accelerator = open(TestDevices.device(FaultPlan.none(), 4096), DeviceLimits.LIVE)) {
            Program program = accelerator.compile(TestDevices.graph(2));
            Execution execution = program.newExecution();
            execution.close();
            assertTrue(refusal(execution::run).endsWith("the execution is closed"));
            program.close();
            program.close();
            assertTrue(refusal(program::newExecution).endsWith("the program is closed"));
        }
    }

    @Test
    void shouldAllocateNothingPerRun() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (DeviceAccelerator accelerator = open(TestDevices.device(FaultPlan.none(), 256), DeviceLimits.LIVE);
                Program program = accelerator.compile(TestDevices.graph(3));
                Execution execution = program.newExecution()) {
            for (int i = 0; i < 2_000; i++) {
                execution.run();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                execution.run();
            }
            assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
        }
    }
}
