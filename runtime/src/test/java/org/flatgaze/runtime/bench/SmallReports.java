package org.flatgaze.runtime.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.TensorSpec;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.runtime.bench.Times.Percentiles;
import org.flatgaze.runtime.demo.DemoSpec;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.Tuning;

/** Reports of runs that never were, for tests. */
final class SmallReports {

    static final double FPS = 240;
    static final long PERIOD_NANOS = 4_166_667;

    private SmallReports() {}

    static BenchOptions options(BenchMode mode, int runs) {
        return options(mode, runs, RegionMode.WORKER);
    }

    static BenchOptions options(BenchMode mode, int runs, RegionMode regions) {
        return options(mode, runs, regions, "seg");
    }

    static BenchOptions options(BenchMode mode, int runs, RegionMode regions, String segmentation) {
        return new BenchOptions(
                new Networks("net", segmentation),
                mode,
                FPS,
                100,
                runs,
                new DemoSpec(10, 1, 1),
                Path.of("models"),
                Path.of("cache"),
                "onnx",
                BenchOptions.NO_MQTT,
                Tuning.NONE,
                FrameThreads.AUTO,
                regions,
                false);
    }

    static GazeSample sample(long sequence, FrameStatus status) {
        GazeSample sample = new GazeSample();
        sample.clear();
        sample.status = status;
        sample.sequence = sequence;
        sample.captureNanos = sequence * PERIOD_NANOS;
        sample.reconstructNanos = 400_000;
        sample.gazeNanos = 1_100_000;
        sample.publishNanos = sample.captureNanos + 1_600_000;
        return sample;
    }

    /** A run in which frame i took {@code latencyNanos[i]}; a negative time means that it never came. */
    static RunRecorder recorder(long... latencyNanos) {
        RunRecorder recorder = new RunRecorder(PERIOD_NANOS, latencyNanos.length);
        for (int i = 0; i < latencyNanos.length; i++) {
            if (latencyNanos[i] >= 0) {
                GazeSample sample = sample(i, FrameStatus.OK);
                recorder.accept(sample, sample.captureNanos + latencyNanos[i]);
            }
        }
        return recorder;
    }

    static Measurement run(RunRecorder recorder, long delivered, double seconds) {
        IdleTimer idle = new IdleTimer(List.of());
        idle.note(0, 60_000);
        Map<String, Percentiles> stages = new LinkedHashMap<>();
        stages.put("reconstruct", Percentiles.of(recorder.reconstruct().take()));
        stages.put("gaze", Percentiles.of(recorder.gaze().take()));
        Map<String, Double> allocation = new LinkedHashMap<>();
        allocation.put("own_frame_path", 0.0);
        allocation.put("inference_backend", 473.0);
        Map<String, Long> drops = new LinkedHashMap<>();
        drops.put("outlet", delivered - recorder.frames());
        return new Measurement(
                true,
                recorder.frames(),
                seconds,
                recorder.corrected().take(),
                Percentiles.of(recorder.uncorrected().take()),
                stages,
                allocation,
                1,
                DeadlineCount.of(recorder.trace(), delivered, idle, PERIOD_NANOS, 2),
                drops,
                new LinkedHashMap<>(Map.of("mode", "worker", "age_max", 57L)),
                new LinkedHashMap<>(),
                new ProcessMeter.Use(60, 500, 510, 1, 3, 4_000),
                new SafepointLog.Pauses(2, 3.5, 3.1),
                memory(),
                Percentiles.of(idle.oversleep()),
                recorder.trace(),
                idle);
    }

    /** A minute in which the heap stays and a megabyte of resident memory is lost. */
    private static MemoryTrend memory() {
        try (MemoryTrend memory = new MemoryTrend(0)) {
            for (int second = 0; second <= 60; second++) {
                memory.note(second * 1_000_000_000L, 20, 500 + second / 60.0);
            }
            return memory;
        }
    }

    static long[] steady(int frames, long nanos) {
        long[] latencies = new long[frames];
        Arrays.fill(latencies, nanos);
        return latencies;
    }

    /** A report of runs of 100 frames, each with so many ms of latency. */
    static BenchReport report(BenchMode mode, double... latencyMs) {
        List<Measurement> runs = new ArrayList<>();
        for (double ms : latencyMs) {
            runs.add(run(recorder(steady(100, Math.round(ms * 1e6))), 100, 0.1 * ms));
        }
        return report(mode, runs);
    }

    static BenchReport report(BenchMode mode, List<Measurement> runs) {
        TensorSpec tensor = new TensorSpec("x", TensorSpec.ElementType.FLOAT32, new int[] {1});
        ModelEntry model = new ModelEntry(
                "net",
                "net.onnx",
                "0".repeat(64),
                tensor,
                Normalisation.NONE,
                tensor,
                1,
                1,
                "",
                Map.of(),
                Map.of(),
                "Apache-2.0");
        return new BenchReport(
                options(mode, runs.size()),
                List.of(model, model),
                new LinkedHashMap<>(Map.of("cpu", "a <b> & \"c\"")),
                new LinkedHashMap<>(Map.of("seed", 1)),
                "none",
                new Roofline(100, "8x8x8", List.of(new Roofline.Stage("net", 1_000, 1_000_000))),
                List.of(new Ladder.Rung("first", 10, new Percentiles(9, 100, 100, 150, 150, 150, 100))),
                runs,
                List.of());
    }
}
