package org.flatgaze.runtime.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.flatcam.FrameSource;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;
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
 * The processors of a service, warmed up, and where its regions of interest are computed. The service's thread prepares and
 * reads the figures; the publish thread shows it samples.
 */
final class LiveRegions {

    private static final int WARM_UP_FRAMES = 300;
    private static final int WARM_UP_REGIONS = 5;

    private final RegionMode mode;
    private final PipelineProcessor processor;
    private final PipelineProcessor beside;
    private final SoftwareSlices plan;
    private final long earlyOfWarmUp;
    private RegionSlicer slicer;
    private volatile long oldest = -1;

    private LiveRegions(RegionMode mode, PipelineProcessor processor, PipelineProcessor beside, SoftwareSlices plan) {
        this.mode = mode;
        this.processor = processor;
        this.beside = beside;
        this.plan = plan;
        this.earlyOfWarmUp = processor.pipeline().counters().early();
    }

    /**
     * Makes the processors and runs everything on noise until it is compiled, so that the first real frames are not late.
     * Noise has light in it and passes every check.
     */
    static LiveRegions prepare(
            PipelineStack stack, SensorFormat format, RegionMode mode, RunConfig config, Consumer<String> say)
            throws InterruptedException {
        SensorFrame noise = new SensorFrame(format);
        new Random(1).nextBytes(noise.data());
        PipelineProcessor processor = stack.newProcessor();
        warmUp(processor, noise);
        PipelineProcessor beside = null;
        SoftwareSlices plan = null;
        if (mode == RegionMode.SLICED) {
            long period = Math.round(1e9 / config.source().rate());
            RegionTimes times = RegionTimes.measure(processor, noise, NanoClock.SYSTEM);
            plan = times.plan(period, config.pipeline().schedule().period());
            say.accept(times.text(plan, period));
        } else {
            beside = stack.newProcessor();
            warmUp(beside, noise);
        }
        stack.tracker().reset();
        return new LiveRegions(mode, processor, beside, plan);
    }

    private static void warmUp(PipelineProcessor processor, SensorFrame noise) throws InterruptedException {
        GazeSample sample = new GazeSample();
        for (int i = 0; i < WARM_UP_FRAMES; i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            noise.stamp(i, System.nanoTime(), 0);
            processor.process(noise, sample);
            if (i % (WARM_UP_FRAMES / WARM_UP_REGIONS) == 0) {
                processor.refreshRegion(noise);
            }
        }
    }

    /** The frame thread's. */
    PipelineProcessor processor() {
        return processor;
    }

    FrameLoop newLoop(FrameSource source, FrameLoopConfig config, NanoClock clock, LoopListener listener) {
        if (mode == RegionMode.WORKER) {
            return new FrameLoop(source, processor, beside, config, clock, listener);
        }
        slicer = new RegionSlicer(processor, plan, config.periodNanos(), clock, listener);
        return new FrameLoop(source, processor, slicer, config, clock, listener);
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
        figures.put("early", processor.pipeline().counters().early() - earlyOfWarmUp);
        if (slicer != null) {
            figures.put("slices", slicer.slices());
            figures.put("deferred", slicer.deferred());
            figures.put("forced", slicer.forced());
        }
        return figures;
    }
}
