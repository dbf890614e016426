package org.flatgaze.accel.cpu;

import java.nio.ByteBuffer;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Program;

/** Runs a program once on float32 inputs. */
public final class Runs {

    private Runs() {}

    /** float32 outputs for float32 inputs. */
    public static float[][] once(Program program, float[][] inputs) {
        try (Execution execution = program.newExecution()) {
            fill(execution, inputs);
            execution.run();
            return outputs(program, execution);
        }
    }

    static void fill(Execution execution, float[][] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            execution.input(i).asFloatBuffer().put(inputs[i]);
        }
    }

    static float[][] outputs(Program program, Execution execution) {
        float[][] outputs = new float[program.outputs().size()][];
        for (int i = 0; i < outputs.length; i++) {
            ByteBuffer bytes = execution.output(i);
            outputs[i] = new float[bytes.remaining() / 4];
            bytes.asFloatBuffer().get(outputs[i]);
        }
        return outputs;
    }
}
