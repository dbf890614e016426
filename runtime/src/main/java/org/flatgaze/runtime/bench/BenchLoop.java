package org.flatgaze.runtime.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.runtime.loop.FrameLoop;
import org.flatgaze.runtime.loop.FrameLoopConfig;
import org.flatgaze.runtime.loop.FrameProcessor;
import org.flatgaze.runtime.loop.LoopListener;
import org.flatgaze.runtime.loop.LoopState;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.RegionSlicer;
import org.flatgaze.runtime.loop.ThroughputLoop;
import org.flatgaze.runtime.publish.SampleSource;

/** One run's loop, whichever policy it follows. The bench's thread starts and closes it. */
interface BenchLoop extends SampleSource, AutoCloseable {

    /** How long a region may still be computed after the last sample. */
    long REGION_NANOS = 5_000_000_000L;

    void start() throws IOException;

    /** Whether every sample that will ever come was taken from it. */
    boolean isFinished();

    /** What ended it against its will, or null. */
    Throwable failure();

    /** Frames lost inside, by cause. */
    Map<String, Long> drops();

    /** What became of the regions of interest, by name; empty where nothing is told. */
    Map<String, Long> regions();

    /** Waits for threads that still compute a region, then ends all, so that what they noted can be read. */
    void end() throws InterruptedException;

    @Override
    void close();

    /** Two pipelines side by side, every frame processed. */
    static BenchLoop throughput(BenchSource source, List<? extends FrameProcessor> processors, LongConsumer admission) {
        ThroughputLoop loop =
                new ThroughputLoop(source, List.copyOf(processors), admission, NanoClock.SYSTEM, Long.MAX_VALUE);
        return new BenchLoop() {
            @Override
            public void start() throws IOException {
                loop.start();
            }

            @Override
            public boolean poll(GazeSample into) {
                return loop.poll(into);
            }

            @Override
            public void awaitSample(long nanos) {
                loop.awaitSample(nanos);
            }

            @Override
            public boolean isFinished() {
                return loop.isFinished();
            }

            @Override
            public Throwable failure() {
                return loop.failure();
            }

            @Override
            public Map<String, Long> drops() {
                return new LinkedHashMap<>();
            }

            @Override
            public Map<String, Long> regions() {
                return Map.of();
            }

            @Override
            public void end() throws InterruptedException {
                if (loop.join(REGION_NANOS)) {
                    return;
                }
                loop.stop();
            }

            @Override
            public void close() {
                loop.close();
            }
        };
    }

    /**
     * The live policy: the newest frame wins.
     *
     * @param frames one per frame thread
     * @param regions computes regions on a thread of its own
     * @param plan when given, the only frame thread computes them instead
     * @param spare hears on a frame thread when the next frame is due, once it has nothing to do until then
     */
    static BenchLoop paced(
            BenchSource source,
            List<? extends FrameProcessor> frames,
            FrameProcessor regions,
            Optional<SoftwareSlices> plan,
            long periodNanos,
            Runnable wake,
            LongConsumer spare) {
        FrameLoopConfig config = new FrameLoopConfig(
                periodNanos,
                BenchOptions.DEADLINE_PERIODS,
                FrameLoopConfig.DEGRADE_AFTER,
                FrameLoopConfig.DEGRADE_AFTER,
                Long.MAX_VALUE,
                FrameLoopConfig.RING_SLOTS);
        LoopListener listener = new LoopListener() {
            @Override
            public void onState(LoopState state, String reason) {}

            @Override
            public void onFailure(String stage, Throwable cause) {}

            @Override
            public void onSample() {
                wake.run();
            }

            @Override
            public void onFrameDone(long captureNanos) {
                spare.accept(captureNanos + periodNanos);
            }
        };
        RegionSlicer slicer = plan.map(
                        slices -> new RegionSlicer(frames.getFirst(), slices, periodNanos, NanoClock.SYSTEM, listener))
                .orElse(null);
        FrameLoop loop = slicer == null
                ? new FrameLoop(source, frames, regions, config, NanoClock.SYSTEM, listener)
                : new FrameLoop(source, frames.getFirst(), slicer, config, NanoClock.SYSTEM, listener);
        return new BenchLoop() {
            @Override
            public void start() {
                loop.start();
            }

            @Override
            public boolean poll(GazeSample into) {
                return loop.poll(into);
            }

            @Override
            public boolean isFinished() {
                return loop.isFinished();
            }

            @Override
            public Throwable failure() {
                return loop.failure();
            }

            @Override
            public Map<String, Long> drops() {
                Map<String, Long> drops = new LinkedHashMap<>();
                drops.put("replaced_by_newer_frame", loop.framesReplaced());
                drops.put("lost_at_source", loop.framesMissed());
                drops.put("overtaken", loop.samplesOvertaken());
                drops.put("sample_ring", loop.samplesDropped());
                return drops;
            }

            @Override
            public Map<String, Long> regions() {
                Map<String, Long> figures = new LinkedHashMap<>();
                figures.put("updates", loop.regionUpdates());
                figures.put("failures", loop.regionFailures());
                if (slicer != null) {
                    figures.put("slices", slicer.slices());
                    figures.put("deferred", slicer.deferred());
                    figures.put("forced", slicer.forced());
                }
                return figures;
            }

            @Override
            public void end() {
                loop.stop();
            }

            @Override
            public void close() {
                loop.close();
            }
        };
    }
}
