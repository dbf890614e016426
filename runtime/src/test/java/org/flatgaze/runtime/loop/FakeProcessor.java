package org.flatgaze.runtime.loop;

import java.util.function.LongConsumer;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/** Answers OK with a direction that carries the frame's number; a hook runs first and may throw or turn the clock. */
final class FakeProcessor implements FrameProcessor {

    private final LongConsumer during;
    private final LongConsumer regionHook;
    private final int regionPeriod;

    /** When set, every sample is FAILED and this is why. */
    Throwable softFailure;

    FakeProcessor(LongConsumer during, int regionPeriod, LongConsumer regionHook) {
        this.during = during;
        this.regionPeriod = regionPeriod;
        this.regionHook = regionHook;
    }

    FakeProcessor(LongConsumer during) {
        this(during, Integer.MAX_VALUE, sequence -> {});
    }

    @Override
    public void process(SensorFrame frame, GazeSample into) {
        into.clear();
        during.accept(frame.sequence());
        into.sequence = frame.sequence();
        into.captureNanos = frame.captureNanos();
        into.status = softFailure == null ? FrameStatus.OK : FrameStatus.FAILED;
        into.dirX = frame.sequence();
        into.confidence = 1;
        into.gazeNanos = 5;
    }

    @Override
    public boolean isRegionDue(SensorFrame frame) {
        return frame.sequence() % regionPeriod == 0;
    }

    @Override
    public boolean refreshRegion(SensorFrame frame) {
        regionHook.accept(frame.sequence());
        return true;
    }

    @Override
    public Throwable lastFailure() {
        return softFailure;
    }

    @Override
    public void close() {}
}
