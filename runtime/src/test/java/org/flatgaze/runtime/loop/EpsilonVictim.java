package org.flatgaze.runtime.loop;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;

/** Lives in a JVM whose heap is never collected: sends frames through the live loop and says how many samples came out. */
final class EpsilonVictim {

    private EpsilonVictim() {}

    public static void main(String[] args) {
        long frames = Long.parseLong(args[0]);
        boolean sliced = Boolean.parseBoolean(args[1]);
        FrameProcessor processor = new Renewing();
        FakeFrames source = new FakeFrames(frames, NanoClock.SYSTEM, sequence -> {});
        FrameLoopConfig config = FrameLoopConfig.ofRate(1_000);
        SoftwareSlices plan = SoftwareSlices.of(new long[] {10, 10, 10}, 10, 50);
        RegionSlicer slicer =
                new RegionSlicer(processor, plan, config.periodNanos(), NanoClock.SYSTEM, LoopListener.NONE);
        GazeSample out = new GazeSample();
        LatencyRecorder latency = new LatencyRecorder();
        long samples = 0;
        try (FrameLoop loop = sliced
                ? new FrameLoop(source, processor, slicer, config, NanoClock.SYSTEM, LoopListener.NONE)
                : new FrameLoop(
                        source, List.of(processor), new Renewing(), config, NanoClock.SYSTEM, LoopListener.NONE)) {
            loop.start();
            while (!loop.isFinished()) {
                if (loop.poll(out)) {
                    latency.record(out.publishNanos - out.captureNanos);
                    samples++;
                } else {
                    LockSupport.parkNanos(10_000);
                }
            }
            System.out.println("samples " + (samples + loop.framesReplaced() + loop.samplesDropped()) + " regions "
                    + loop.regionUpdates());
        }
    }

    /** Renews its region every 50 frames in three parts. */
    private static final class Renewing implements FrameProcessor {

        private int parts;

        @Override
        public void process(SensorFrame frame, GazeSample into) {
            into.clear();
            into.sequence = frame.sequence();
            into.captureNanos = frame.captureNanos();
            into.status = FrameStatus.OK;
        }

        @Override
        public boolean isRegionDue(SensorFrame frame) {
            return frame.sequence() % 50 == 0;
        }

        @Override
        public boolean refreshRegion(SensorFrame frame) {
            return true;
        }

        @Override
        public RegionStep stepRegion(SensorFrame frame) {
            parts = (parts + 1) % 3;
            return parts == 0 ? RegionStep.RENEWED : RegionStep.GOING_ON;
        }

        @Override
        public Throwable lastFailure() {
            return null;
        }

        @Override
        public void close() {}
    }
}
