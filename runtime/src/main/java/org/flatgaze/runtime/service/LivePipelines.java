package org.flatgaze.runtime.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.gaze.UserCalibration;
import org.flatgaze.runtime.config.RunConfig;
import org.flatgaze.runtime.loop.FrameLoop;
import org.flatgaze.runtime.loop.FrameLoopConfig;
import org.flatgaze.runtime.loop.LoopListener;
import org.flatgaze.runtime.loop.NanoClock;
import org.flatgaze.runtime.loop.PipelineProcessor;
import org.flatgaze.runtime.loop.PipelineStack;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.loop.RegionSlicer;
import org.flatgaze.runtime.loop.RegionTimes;

/**
 * The processors of a service, warmed up: one per frame thread, and where regions of interest are computed. The service's
 * thread prepares and reads the figures; the publish thread shows it samples.
 */
final class LivePipelines {

    private static final int WARM_UP_FRAMES = 300;
    private static final int WARM_UP_REGIONS = 5;

    /** Numbers of the frames of noise: none that a live frame would have, or it could be taken for one of them. */
    private static final long NOT_LIVE = 1L << 40;

    private final PipelineStack stack;
    private final RegionMode mode;
    private final List<PipelineProcessor> frames;

    /** Null where regions are computed between the frames. */
    private final PipelineProcessor beside;

    /** Null where regions are computed beside the frames. */
    private final SoftwareSlices plan;

    private final long earlyOfWarmUp;
    private RegionSlicer slicer;
    private volatile long oldest = -1;

    private LivePipelines(
            PipelineStack stack,
            RegionMode mode,
            List<PipelineProcessor> frames,
            PipelineProcessor beside,
            SoftwareSlices plan) {
        this.stack = stack;
        this.mode = mode;
        this.frames = List.copyOf(frames);
        this.beside = beside;
        this.plan = plan;
        this.earlyOfWarmUp = stack.earlyRegions();
    }

    /**
     * Makes the processors and runs everything on noise until it is compiled, so that the first real frames are not late.
     * Noise has light in it and passes every check.
     */
    static LivePipelines prepare(
            PipelineStack stack, SensorFormat format, RegionMode mode, RunConfig config, Consumer<String> say)
            throws InterruptedException {
        SensorFrame noise = new SensorFrame(format);
        new Random(1).nextBytes(noise.data());
        long period = Math.round(1e9 / config.source().rate());
        List<PipelineProcessor> frames = new ArrayList<>(List.of(warm(stack, noise)));
        PipelineProcessor beside = null;
        SoftwareSlices plan = null;
        if (mode == RegionMode.SLICED) {
            RegionTimes times = RegionTimes.measure(frames.getFirst(), noise, NanoClock.SYSTEM);
            plan = times.plan(period, config.pipeline().schedule().period());
            say.accept(times.text(plan, period));
        } else {
            beside = warm(stack, noise);
            int threads = config.frameThreads().choose(frames.getFirst(), noise, mode, period, say);
            while (frames.size() < threads) {
                frames.add(warm(stack, noise));
            }
        }
        stack.tracker().reset();
        return new LivePipelines(stack, mode, frames, beside, plan);
    }

    private static PipelineProcessor warm(PipelineStack stack, SensorFrame noise) throws InterruptedException {
        PipelineProcessor processor = stack.newProcessor();
        GazeSample sample = new GazeSample();
        for (int i = 0; i < WARM_UP_FRAMES; i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            noise.stamp(NOT_LIVE + i, System.nanoTime(), 0);
            processor.process(noise, sample);
            if (i % (WARM_UP_FRAMES / WARM_UP_REGIONS) == 0) {
                processor.refreshRegion(noise);
            }
        }
        return processor;
    }

    /** Uses another user calibration from the next frame of every thread on; any thread. */
    void setCalibration(UserCalibration calibration) {
        frames.forEach(processor -> processor.pipeline().setCalibration(calibration));
    }

    /** Threads that will process frames. */
    int frameThreads() {
        return frames.size();
    }

    FrameLoop newLoop(FrameSource source, FrameLoopConfig config, NanoClock clock, LoopListener listener) {
        if (mode == RegionMode.WORKER) {
            return new FrameLoop(source, frames, beside, config, clock, listener);
        }
        slicer = new RegionSlicer(frames.getFirst(), plan, config.periodNanos(), clock, listener);
        return new FrameLoop(source, frames.getFirst(), slicer, config, clock, listener);
    }

    /** Takes note of a sample; publish thread only. */
    void see(GazeSample sample) {
        if (sample.roiAge > oldest) {
            oldest = sample.roiAge;
        }
    }

    /** Figures of the result beside the count of regions; keys are a contract. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("mode", mode.id());
        figures.put("age_max", oldest);
        figures.put("early", stack.earlyRegions() - earlyOfWarmUp);
        if (slicer != null) {
            figures.put("slices", slicer.slices());
            figures.put("deferred", slicer.deferred());
            figures.put("forced", slicer.forced());
        }
        return figures;
    }
}
