package org.flatgaze.runtime.bench;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;

/**
 * The arithmetic of the stages, each alone on one thread, against the most this core was seen to do: a matrix product
 * that fits into the second-level cache, by our own kernel. A multiply-accumulate counts as two operations.
 *
 * @param peakGflops best of several products
 * @param peakShape its rows x columns x depth
 * @param stages the stages
 */
record Roofline(double peakGflops, String peakShape, List<Stage> stages) {

    private static final int[] SIZES = {128, 192, 256};
    private static final long PEAK_NANOS = 400_000_000;
    private static final long STAGE_NANOS = 700_000_000;
    private static final int LEAST_REPEATS = 11;

    /**
     * One stage alone.
     *
     * @param micros median time
     * @param macs multiply-accumulates; 0 when not known
     */
    record Stage(String name, double micros, long macs) {

        double gflops() {
            return macs == 0 ? Double.NaN : 2e-3 * macs / micros;
        }
    }

    /** Takes about 4 s; nothing else should run. */
    static Roofline measure(
            SeparableFilter filter, MeteredAccelerator accelerator, List<ModelEntry> models, Consumer<String> say) {
        say.accept("measuring the stages alone and the peak of this core");
        KernelSet kernels = KernelSet.best();
        SplittableRandom random = new SplittableRandom(1);
        double peak = 0;
        int peakSize = 0;
        for (int size : SIZES) {
            float[] a = noise(size * size, random);
            float[] b = noise(size * size, random);
            float[] c = new float[size * size];
            long best = Long.MAX_VALUE;
            for (long end = System.nanoTime() + PEAK_NANOS; System.nanoTime() < end; ) {
                long begun = System.nanoTime();
                kernels.sgemm(size, size, size, a, 0, size, b, 0, size, c, 0, size);
                best = Math.min(best, System.nanoTime() - begun);
            }
            double gflops = 2.0 * size * size * size / best;
            if (gflops > peak) {
                peak = gflops;
                peakSize = size;
            }
        }
        List<Stage> stages = new ArrayList<>();
        stages.add(reconstruction(filter, kernels, random));
        for (ModelEntry model : models) {
            try (Execution execution = accelerator.program(model.id()).newExecution()) {
                FloatBuffer input = execution.input(0).asFloatBuffer();
                input.put(0, noise(input.limit(), random));
                stages.add(new Stage(model.id(), median(execution::run), model.macs()));
            }
        }
        return new Roofline(peak, peakSize + "x" + peakSize + "x" + peakSize, stages);
    }

    private static Stage reconstruction(SeparableFilter filter, KernelSet kernels, SplittableRandom random) {
        float[] plane = noise(filter.rows() * filter.cols(), random);
        Reconstructor reconstructor = new Reconstructor(filter, kernels);
        float[] out = new float[Reconstructor.ROI_ROWS * Reconstructor.ROI_COLS];
        double micros = median(() -> reconstructor.reconstruct(plane, Target.ROI, 48, 80, out));
        return new Stage("reconstruct-roi", micros, reconstructor.macs(Target.ROI));
    }

    private static float[] noise(int count, SplittableRandom random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    /** Median in us of what follows a warm-up of the same length. */
    private static double median(Runnable work) {
        for (long end = System.nanoTime() + STAGE_NANOS / 2; System.nanoTime() < end; ) {
            work.run();
        }
        long[] nanos = new long[100_000];
        int count = 0;
        long end = System.nanoTime() + STAGE_NANOS / 2;
        while (count < nanos.length && (count < LEAST_REPEATS || System.nanoTime() < end)) {
            long begun = System.nanoTime();
            work.run();
            nanos[count++] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos, 0, count);
        return nanos[count / 2] / 1e3;
    }

    /** Time of one stage, us, or NaN. */
    double micros(String name) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .mapToDouble(Stage::micros)
                .findFirst()
                .orElse(Double.NaN);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("peak_gflops", Figures.rounded(peakGflops));
        json.put("peak_shape", peakShape);
        json.put("threads", 1);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Stage stage : stages) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("stage", stage.name());
            row.put("us", Figures.rounded(stage.micros()));
            row.put("macs", stage.macs());
            row.put("gflops", Figures.rounded(stage.gflops()));
            row.put("share_of_peak", Figures.rounded(stage.gflops() / peakGflops));
            rows.add(row);
        }
        json.put("stages", rows);
        return json;
    }
}
