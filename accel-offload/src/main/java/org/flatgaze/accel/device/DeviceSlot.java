package org.flatgaze.accel.device;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;

/** One program in the memory of a {@link SimulatedDevice}, with its inputs and outputs. */
final class DeviceSlot {

    private byte[] bytes = {};
    private int size;
    private Program program;
    private Execution execution;
    private int outputs;

    /** Bytes of each input that have arrived. */
    private int[] arrived = {};

    private boolean ran;

    DeviceError loadProgram(int offset, ByteBuffer window, int length) {
        if (offset == 0) {
            free();
        }
        if (offset != size || execution != null) {
            return offset > 0 && size == 0 ? DeviceError.NO_PROGRAM : DeviceError.BAD_DESCRIPTOR;
        }
        if (bytes.length < size + length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
        }
        window.get(0, bytes, size, length);
        size += length;
        return DeviceError.NONE;
    }

    int programBytes() {
        return size;
    }

    byte[] program() {
        return Arrays.copyOf(bytes, size);
    }

    void built(Program made) {
        program = made;
        execution = made.newExecution();
        arrived = new int[made.inputs().size()];
        outputs = made.outputs().size();
    }

    DeviceError loadInput(int tensor, int offset, ByteBuffer window, int length) {
        if (execution == null) {
            return DeviceError.NO_PROGRAM;
        }
        if (tensor < 0 || tensor >= arrived.length) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        ByteBuffer input = execution.input(tensor);
        if (offset == 0) {
            arrived[tensor] = 0;
        }
        if (offset != arrived[tensor] || length > input.capacity() - offset) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        ran = false;
        input.put(offset, window, 0, length);
        arrived[tensor] += length;
        return DeviceError.NONE;
    }

    DeviceError run() {
        if (execution == null) {
            return DeviceError.NO_PROGRAM;
        }
        for (int i = 0; i < arrived.length; i++) {
            if (arrived[i] != execution.input(i).capacity()) {
                return DeviceError.NO_DATA;
            }
        }
        Arrays.fill(arrived, 0);
        try {
            execution.run();
        } catch (AcceleratorException _) {
            return DeviceError.FAILED;
        }
        ran = true;
        return DeviceError.NONE;
    }

    DeviceError readOutput(int tensor, int offset, ByteBuffer window, int length) {
        if (execution == null || !ran) {
            return execution == null ? DeviceError.NO_PROGRAM : DeviceError.NO_DATA;
        }
        if (tensor < 0 || tensor >= outputs) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        ByteBuffer output = execution.output(tensor);
        if (offset < 0 || length > output.capacity() - offset) {
            return DeviceError.BAD_DESCRIPTOR;
        }
        window.put(0, output, offset, length);
        return DeviceError.NONE;
    }

    void free() {
        size = 0;
        ran = false;
        if (execution != null) {
            execution.close();
            program.close();
            execution = null;
            program = null;
        }
    }
}
