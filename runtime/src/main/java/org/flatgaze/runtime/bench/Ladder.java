package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flatgaze.accel.Execution;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.ReplayFrameSource;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.runtime.loop.FrameProcessor;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.ThroughputLoop;

/**
 * What each idea buys: the same frames and networks, with one idea more per rung, in one process one after the other.
 * Nothing is published. The bench's thread calls.
 */
final class Ladder {

    /** Time of one rung, the first half of which warms up. */
    private static final long RUNG_NANOS = 6_000_000_000L;

    private static final long WAIT_NANOS = 50_000_000;
    private static final int LEAST_FRAMES = 20;

    /**
     * One rung.
     *
     * @param idea what is done
     */
    record Rung(String idea, double framesPerSecond) {

        static List<Map<String, Object>> toJson(List<Rung> rungs) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (Rung rung : rungs) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("idea", rung.idea());
                row.put("fps", Figures.rounded(rung.framesPerSecond()));
                row.put(
                        "of_first",
                        Figures.rounded(
                                rung.framesPerSecond() / rungs.getFirst().framesPerSecond()));
                rows.add(row);
            }
            return rows;
        }
    }

    private final PipelineStack stack;
    private final MeteredAccelerator accelerator;
    private final SeparableFilter filter;
    private final FrameCache cache;
    private final List<? extends FrameProcessor> processors;

    Ladder(
            PipelineStack stack,
            MeteredAccelerator accelerator,
            SeparableFilter filter,
            FrameCache cache,
            List<? extends FrameProcessor> processors) {
        this.stack = stack;
        this.accelerator = accelerator;
        this.filter = filter;
        this.cache = cache;
        this.processors = processors;
    }

    /** Climbs; half a minute or so. */
    List<Rung> climb() throws IOException, InterruptedException {
        List<Rung> rungs = new ArrayList<>();
        rungs.add(new Rung("whole picture and segmentation every frame, one core", whole(1)));
        rungs.add(new Rung("predict, then focus: segmentation every 50th frame", whole(RoiSchedule.DEFAULT.period())));
        rungs.add(new Rung("reconstruct the region of interest alone", pipelines(1)));
        rungs.add(new Rung("two cores", pipelines(2)));
        return rungs;
    }

    private double whole(int period) {
        ModelEntry gaze = stack.models().get(0);
        ModelEntry segmentation = stack.models().get(1);
        try (Execution gazeRun = accelerator.program(gaze.id()).newExecution();
                Execution segmentationRun =
                        accelerator.program(segmentation.id()).newExecution()) {
            WholePicture job = new WholePicture(filter, gazeRun, gaze, segmentationRun, segmentation);
            SensorFrame frame = new SensorFrame(cache.format());
            long sequence = 0;
            for (long end = System.nanoTime() + RUNG_NANOS / 2; System.nanoTime() < end; sequence++) {
                one(job, frame, sequence, period);
            }
            long first = sequence;
            long begun = System.nanoTime();
            while (sequence - first < LEAST_FRAMES || System.nanoTime() - begun < RUNG_NANOS / 2) {
                one(job, frame, sequence, period);
                sequence++;
            }
            return (sequence - first) / ((System.nanoTime() - begun) * 1e-9);
        }
    }

    private void one(WholePicture job, SensorFrame frame, long sequence, int period) {
        cache.read((int) (sequence % cache.frameCount()), frame);
        frame.stamp(sequence, System.nanoTime(), 0);
        job.process(frame, sequence % period == 0);
    }

    private double pipelines(int threads) throws IOException, InterruptedException {
        pipelines(threads, RUNG_NANOS / 2);
        return pipelines(threads, RUNG_NANOS / 2);
    }

    private double pipelines(int threads, long nanos) throws IOException, InterruptedException {
        stack.tracker().reset();
        long deadline = System.nanoTime() + nanos;
        BenchSource source = new BenchSource(
                ReplayFrameSource.of(cache, 0, true), Long.MAX_VALUE, () -> System.nanoTime() > deadline, () -> {});
        GazeSample sample = new GazeSample();
        long frames = 0;
        long last = 0;
        try (ThroughputLoop loop = new ThroughputLoop(
                source,
                List.copyOf(processors.subList(0, threads)),
                stack.tracker()::admit,
                NanoClock.SYSTEM,
                Long.MAX_VALUE,
                64)) {
            loop.start();
            while (!loop.isFinished()) {
                if (loop.poll(sample)) {
                    frames++;
                    last = sample.publishNanos;
                } else {
                    loop.awaitSample(WAIT_NANOS);
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            loop.join(TimeUnit.SECONDS.toNanos(5));
            if (loop.failure() != null) {
                throw new IllegalStateException(
                        "the ladder broke: " + loop.failure().getMessage(), loop.failure());
            }
            return frames / ((last - loop.firstTakenNanos()) * 1e-9);
        }
    }
}
