package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.runtime.loop.BackgroundProgram;
import org.flatgaze.runtime.loop.NanoClock;

/**
 * A model of one's own that runs on the frame thread in the time that frames leave, on our CPU backend. Its input is
 * seeded noise: what counts is the time it takes. One paced run with it stands beside one without.
 */
public final class BackgroundModel implements AutoCloseable {

    /** Kept free before the next frame: a part may be held up a little by the machine. */
    private static final long MARGIN_NANOS = 200_000;

    private static final int WARM_RUNS = 200;

    private final String name;
    private final Accelerator accelerator;
    private final Program program;
    private final Execution execution;
    private BackgroundProgram running;

    private BackgroundModel(String name, Accelerator accelerator, Program program) {
        this.name = name;
        this.accelerator = accelerator;
        this.program = program;
        this.execution = program.newExecution();
    }

    /**
     * Compiles a model.
     *
     * @param file an ONNX model, or a graph that {@code vitcod compile} or {@code shiftadd convert} wrote
     * @throws IOException if the file cannot be read
     * @throws AcceleratorException if our CPU backend cannot run it
     */
    public static BackgroundModel open(Path file) throws IOException {
        ModelSource source = ModelSource.read(file);
        Accelerator accelerator = Accelerators.byId("cpu").open();
        try {
            return new BackgroundModel(
                    source.name(), accelerator, accelerator.compile(source, CompileOptions.singleThreaded()));
        } catch (AcceleratorException e) {
            accelerator.close();
            throw e;
        }
    }

    /** Fills the inputs and runs until everything is compiled. */
    void warmUp() {
        Random random = new Random(1);
        for (int i = 0; i < program.inputs().size(); i++) {
            FloatBuffer input = execution.input(i).asFloatBuffer();
            for (int e = 0; e < input.limit(); e++) {
                input.put(e, (float) random.nextGaussian());
            }
        }
        for (int i = 0; i < WARM_RUNS; i++) {
            execution.run();
        }
    }

    /** Begins a run of the bench anew. */
    void begin() {
        running = new BackgroundProgram(execution, NanoClock.SYSTEM, MARGIN_NANOS);
    }

    /** Works until the next frame comes near. The frame thread's. */
    void workUntil(long nextFrameNanos) {
        while (running.runUntil(nextFrameNanos)) {
            // One more whole run of the model: its output would be taken here.
        }
    }

    /** What it did between {@link #begin()} and now, beside what the frames suffered. */
    Pair pair(long frames, Measurement without, Measurement with) {
        return new Pair(
                name,
                frames,
                running.runs(),
                running.parts(),
                running.refusals(),
                running.longestPartNanos(),
                without,
                with);
    }

    /**
     * A run without and a run with the model.
     *
     * @param frames frames that came in each
     * @param runs whole runs of the model
     * @param parts parts it ran
     * @param refusals times that time was left, but perhaps not enough for a part
     * @param longestPartNanos the longest part, lately
     */
    record Pair(
            String model,
            long frames,
            long runs,
            long parts,
            long refusals,
            long longestPartNanos,
            Measurement without,
            Measurement with) {

        double runsPerSecond() {
            return runs / with.seconds();
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "background    %s: %.1f runs/s beside the frames (%d runs, %d parts, the longest %.3f ms)%n"
                            + "              missed deadlines %d of %d frames with it, %d of %d without; p99.9 %.2f ms"
                            + " with, %.2f without; %d and %d stalls of the machine%n",
                    model,
                    runsPerSecond(),
                    runs,
                    parts,
                    longestPartNanos * 1e-6,
                    with.deadlines().frames(),
                    frames,
                    without.deadlines().frames(),
                    frames,
                    with.latencyMs().p999(),
                    without.latencyMs().p999(),
                    with.idle().stalls(),
                    without.idle().stalls());
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("model", model);
            json.put("frames", frames);
            json.put("runs", runs);
            json.put("runs_per_second", Figures.rounded(runsPerSecond()));
            json.put("parts", parts);
            json.put("refusals", refusals);
            json.put("longest_part_ms", Figures.rounded(longestPartNanos * 1e-6));
            json.put("missed_deadlines_with", with.deadlines().frames());
            json.put("missed_deadlines_without", without.deadlines().frames());
            json.put("latency_ms_with", with.latencyMs().toJson());
            json.put("latency_ms_without", without.latencyMs().toJson());
            json.put("machine_stalls_with", with.idle().stalls());
            json.put("machine_stalls_without", without.idle().stalls());
            return json;
        }
    }

    @Override
    public void close() {
        execution.close();
        program.close();
        accelerator.close();
    }
}
