package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.InterpretedProgram;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.emulator.RandomGraphs;
import org.flatgaze.accel.graph.LayerGraph;

/** Small graphs, devices to run them, and a clock in which waiting costs nothing. */
final class TestDevices {

    private TestDevices() {}

    /** A quantised graph of a few layers. */
    static LayerGraph graph(long seed) {
        LayerGraph graph = RandomGraphs.of(seed);
        return Quantizer.quantize(
                graph, List.<float[][]>of(RandomGraphs.sample(graph, seed)), Quantizer.Options.standard());
    }

    static SimulatedDevice device(FaultPlan plan, int windowBytes) {
        return new SimulatedDevice(InterpretedProgram::new, RegisterMap.CAN_INT8, windowBytes, plan);
    }

    /** Bytes of the first output for an input drawn by seed. */
    static byte[] run(Execution execution, Program program, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < program.inputs().size(); i++) {
            ByteBuffer input = execution.input(i).order(ByteOrder.nativeOrder());
            while (input.hasRemaining()) {
                input.putFloat((float) random.nextGaussian());
            }
        }
        execution.run();
        byte[] bytes = new byte[execution.output(0).remaining()];
        execution.output(0).get(bytes);
        return bytes;
    }

    /** Every pause is over at once; asking for the time takes a microsecond. */
    static final class FakeClock implements DeviceClock {
        private long now;

        @Override
        public long nanoTime() {
            now += 1_000;
            return now;
        }

        @Override
        public void pause(long nanos) {
            now += nanos;
        }
    }

    /** Patient enough for any number of faults. */
    static final DeviceLimits PATIENT = new DeviceLimits(1_000_000_000L, 60_000_000_000L, 10_000_000, 12);
}
