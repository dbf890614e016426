package org.flatgaze.runtime.loop;

import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.EyePipeline;
import org.flatgaze.pipeline.GazeSample;

/** An {@link EyePipeline} as a loop sees it. One thread; owns the pipeline. */
public final class PipelineProcessor implements FrameProcessor {

    private final EyePipeline pipeline;
    private final FrameEvent frameEvent = new FrameEvent();
    private final RegionEvent regionEvent = new RegionEvent();
    private long processed = Long.MIN_VALUE;
    private boolean renewing;
    private long source;
    private long failuresBefore;

    /** Takes over {@code pipeline}. */
    public PipelineProcessor(EyePipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public void process(SensorFrame frame, GazeSample into) {
        frameEvent.begin();
        pipeline.process(frame, into);
        frameEvent.finish(into);
        processed = frame.sequence();
    }

    @Override
    public boolean isRegionDue(SensorFrame frame) {
        return pipeline.isRegionDue(frame.sequence());
    }

    @Override
    public boolean refreshRegion(SensorFrame frame) {
        long failures = pipeline.counters().regionFailures();
        regionEvent.begin();
        if (frame.sequence() == processed) {
            // The frame is still unpacked inside the pipeline.
            pipeline.refreshRegion();
        } else {
            pipeline.refreshRegion(frame);
        }
        boolean renewed = pipeline.counters().regionFailures() == failures;
        regionEvent.finish(frame.sequence(), renewed);
        return renewed;
    }

    @Override
    public RegionStep stepRegion(SensorFrame frame) {
        if (!renewing) {
            beginRenewal(frame);
            return RegionStep.GOING_ON;
        }
        if (!pipeline.continueRefresh(0)) {
            return RegionStep.GOING_ON;
        }
        renewing = false;
        boolean renewed = pipeline.counters().regionFailures() == failuresBefore;
        regionEvent.finish(source, renewed);
        return renewed ? RegionStep.RENEWED : RegionStep.KEPT;
    }

    private void beginRenewal(SensorFrame frame) {
        renewing = true;
        source = frame.sequence();
        failuresBefore = pipeline.counters().regionFailures();
        regionEvent.begin();
        if (source == processed) {
            pipeline.startRefresh();
        } else {
            pipeline.startRefresh(frame);
        }
    }

    @Override
    public Throwable lastFailure() {
        return pipeline.lastFailure();
    }

    /** The pipeline inside. */
    public EyePipeline pipeline() {
        return pipeline;
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
