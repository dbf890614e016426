package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flatgaze.accel.Execution;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.ReplayFrameSource;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.RegionPolicy;
import org.flatgaze.pipeline.models.ModelEntry;
import org.flatgaze.pipeline.models.ModelStore;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.pipeline.roi.RoiTracker;
import org.flatgaze.runtime.bench.Times.Percentiles;
import org.flatgaze.runtime.loop.BackendListener;
import org.flatgaze.runtime.loop.FrameProcessor;
import org.flatgaze.runtime.loop.FrameProcessor.RegionStep;
import org.flatgaze.runtime.loop.LoopListener;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineProcessor;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.loop.RegionSlicer;
import org.flatgaze.runtime.loop.RegionTimes;
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
    private static final int PERIOD = RoiSchedule.DEFAULT.period();

    /** Time between frames that no slice fills. */
    private static final long NO_HURRY_NANOS = 60_000_000_000L;

    /**
     * One rung.
     *
     * @param idea what is done
     * @param apart time from one sample to the next: what an idea does to the worst frame shows here, not in the rate
     */
    record Rung(String idea, double framesPerSecond, Percentiles apart) {

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
                row.put("apart_ms", rung.apart().toJson());
                rows.add(row);
            }
            return rows;
        }
    }

    private final BenchOptions options;
    private final PipelineStack stack;
    private final MeteredAccelerator accelerator;
    private final SeparableFilter filter;
    private final FrameCache cache;
    private final List<? extends FrameProcessor> processors;

    Ladder(
            BenchOptions options,
            PipelineStack stack,
            MeteredAccelerator accelerator,
            SeparableFilter filter,
            FrameCache cache,
            List<? extends FrameProcessor> processors) {
        this.options = options;
        this.stack = stack;
        this.accelerator = accelerator;
        this.filter = filter;
        this.cache = cache;
        this.processors = processors;
    }

    /** Climbs; most of a minute. */
    List<Rung> climb() throws IOException, InterruptedException {
        List<Rung> rungs = new ArrayList<>();
        rungs.add(whole("whole picture and segmentation every frame, one core", 1));
        rungs.add(whole("predict, then focus: segmentation every 50th frame", PERIOD));
        rungs.add(pipelines("reconstruct the region of interest alone", stack.tracker(), processors.subList(0, 1)));
        rungs.add(sliced("segmentation in slices between the frames"));
        rungs.add(pipelines("two cores", stack.tracker(), processors));
        if (!options.networks().equals(Networks.COMPACT)
                && ModelStore.open(options.models())
                        .ids()
                        .containsAll(List.of(Networks.COMPACT.gaze(), Networks.COMPACT.segmentation()))) {
            rungs.add(compact("compact networks"));
        }
        return rungs;
    }

    private Rung whole(String idea, int period) {
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
            Pace pace = new Pace(System.nanoTime());
            while (!pace.isEnough()) {
                one(job, frame, sequence, period);
                sequence++;
                pace.sample(System.nanoTime());
            }
            return pace.rung(idea);
        }
    }

    /** One core again, and a segmentation that can stop half-way: behind each frame as much of it as evens them out. */
    private Rung sliced(String idea) {
        PipelineConfig config = BenchRun.pipelineConfig(options).withRegions(RoiSchedule.DEFAULT, RegionPolicy.NEWEST);
        try (PipelineStack own = PipelineStack.open(
                options.accelerator(),
                options.models(),
                filter,
                config,
                RegionMode.SLICED,
                UnaryOperator.identity(),
                BackendListener.NONE)) {
            PipelineProcessor processor = own.newProcessor();
            SensorFrame frame = new SensorFrame(cache.format());
            GazeSample sample = new GazeSample();
            long sequence = 0;
            for (long end = System.nanoTime() + RUNG_NANOS / 2; System.nanoTime() < end; sequence++) {
                next(frame, sequence);
                processor.process(frame, sample);
                if (sequence % PERIOD == 0) {
                    while (processor.stepRegion(frame) == RegionStep.GOING_ON) {}
                }
            }
            RegionTimes times = RegionTimes.measure(processor, frame, NanoClock.SYSTEM);
            RegionSlicer slicer = new RegionSlicer(
                    processor, times.spread(PERIOD), NO_HURRY_NANOS, NanoClock.SYSTEM, LoopListener.NONE);
            Pace pace = new Pace(System.nanoTime());
            while (!pace.isEnough()) {
                next(frame, sequence);
                sequence++;
                processor.process(frame, sample);
                pace.sample(System.nanoTime());
                slicer.afterFrame(frame, processor.isRegionDue(frame));
            }
            return pace.rung(idea);
        }
    }

    private Rung compact(String idea) throws IOException, InterruptedException {
        try (PipelineStack own = PipelineStack.open(
                options.accelerator(),
                options.models(),
                filter,
                BenchRun.pipelineConfig(options).withNetworks(Networks.COMPACT))) {
            return pipelines(idea, own.tracker(), List.of(own.newProcessor(), own.newProcessor()));
        }
    }

    private void one(WholePicture job, SensorFrame frame, long sequence, int period) {
        next(frame, sequence);
        job.process(frame, sequence % period == 0);
    }

    private void next(SensorFrame frame, long sequence) {
        cache.read((int) (sequence % cache.frameCount()), frame);
        frame.stamp(sequence, System.nanoTime(), 0);
    }

    private Rung pipelines(String idea, RoiTracker tracker, List<? extends FrameProcessor> threads)
            throws IOException, InterruptedException {
        pace(tracker, threads, RUNG_NANOS / 2);
        return pace(tracker, threads, RUNG_NANOS / 2).rung(idea);
    }

    private Pace pace(RoiTracker tracker, List<? extends FrameProcessor> threads, long nanos)
            throws IOException, InterruptedException {
        tracker.reset();
        long deadline = System.nanoTime() + nanos;
        BenchSource source = new BenchSource(
                ReplayFrameSource.of(cache, 0, true), Long.MAX_VALUE, () -> System.nanoTime() > deadline, () -> {});
        GazeSample sample = new GazeSample();
        Pace pace = null;
        try (ThroughputLoop loop =
                new ThroughputLoop(source, List.copyOf(threads), tracker::admit, NanoClock.SYSTEM, Long.MAX_VALUE)) {
            loop.start();
            while (!loop.isFinished()) {
                if (loop.poll(sample)) {
                    if (pace == null) {
                        pace = new Pace(loop.firstTakenNanos());
                    }
                    pace.sample(sample.publishNanos);
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
            if (pace == null) {
                throw new IllegalStateException("the ladder broke: no frame in " + nanos / 1e9 + " s");
            }
            return pace;
        }
    }

    /** Samples of one rung. */
    private static final class Pace {

        private final long begun;
        private final Times apart = new Times();
        private long last;
        private long frames;

        Pace(long begun) {
            this.begun = begun;
            this.last = begun;
        }

        void sample(long now) {
            // Two threads may finish their frames in the other order.
            apart.record(Math.max(0, now - last));
            last = Math.max(last, now);
            frames++;
        }

        boolean isEnough() {
            return frames >= LEAST_FRAMES && last - begun >= RUNG_NANOS / 2;
        }

        Rung rung(String idea) {
            return new Rung(idea, frames / ((last - begun) * 1e-9), Percentiles.of(apart.take()));
        }
    }
}
