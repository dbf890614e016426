package org.flatgaze.accel.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;

/**
 * Compiles models with ONNX Runtime.
 *
 * <p>With one thread a model runs in the caller's thread: the session has no pool, nothing spins. The library's
 * flush-to-zero option is left off on purpose: it changes the floating-point mode of the thread that compiles, under the
 * feet of the Java code there, and not that of the threads that run.
 */
final class OnnxAccelerator implements Accelerator {

    private final OrtEnvironment environment;

    OnnxAccelerator(OrtEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        OrtSession session;
        // The session copies what it needs, so the options can go at once.
        try (SessionOptions tuned = sessionOptions(options)) {
            session = environment.createSession(model.onnx(), tuned);
        } catch (OrtException e) {
            throw OnnxFailure.of(model.name(), "loading", e);
        }
        try {
            return new OnnxProgram(model.name(), environment, session);
        } catch (OrtException | RuntimeException e) {
            try {
                session.close();
            } catch (OrtException closing) {
                e.addSuppressed(closing);
            }
            throw e instanceof OrtException ort
                    ? OnnxFailure.of(model.name(), "reading its inputs and outputs", ort)
                    : (RuntimeException) e;
        }
    }

    private static SessionOptions sessionOptions(CompileOptions options) throws OrtException {
        SessionOptions session = new SessionOptions();
        session.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
        session.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
        session.setIntraOpNumThreads(options.threads());
        session.setInterOpNumThreads(1);
        // Shapes are fixed: every block of memory is planned once and reused.
        session.setMemoryPatternOptimization(true);
        session.setCPUArenaAllocator(true);
        session.addConfigEntry("session.intra_op.allow_spinning", "0");
        session.addConfigEntry("session.force_spinning_stop", "1");
        // Without VNNI, x86 adds two 8-bit products in 16 saturating bits and the answer depends on the machine; this
        // makes it take the slower exact instructions there. Where sums are exact anyway it would halve the speed.
        if (!IntegerProducts.areFast()) {
            session.addConfigEntry("session.x64quantprecision", "1");
        }
        return session;
    }

    /** Nothing to do: the environment lives as long as the process. */
    @Override
    public void close() {}
}
