package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;

final class FrameGateTest {

    private static final long PERIOD = 4_000_000;

    private final List<String> news = new ArrayList<>();
    private final SensorFrame frame = new SensorFrame(FakeFrames.FORMAT);
    private final GazeSample sample = new GazeSample();
    private final FrameLoopConfig config = new FrameLoopConfig(PERIOD, 2, 3, 3, Long.MAX_VALUE, 8);
    private long now;
    private long workNanos;
    private boolean broken;
    private final FakeProcessor processor = new FakeProcessor(sequence -> {
        now += workNanos;
        if (broken) {
            throw new IllegalStateException("boom");
        }
    });
    private final FrameGate gate = new FrameGate(config, () -> now, new LoopListener() {
        @Override
        public void onState(LoopState state, String reason) {
            news.add(state + ": " + reason);
        }

        @Override
        public void onFailure(String stage, Throwable cause) {
            news.add(stage + ": " + cause.getMessage());
        }
    });

    @Test
    void shouldPassTheDirectionOnWhenInTime() {
        workNanos = 2 * PERIOD;
        process(0, 0);
        assertEquals(FrameStatus.OK, sample.status);
        assertEquals(0, gate.late());
    }

    @Test
    void shouldGiveUpWithoutProcessingWhenTheDeadlineHasPassed() {
        now = 2 * PERIOD + 1;
        broken = true;
        process(9, 0);
        assertEquals(FrameStatus.LATE, sample.status);
        assertEquals(9, sample.sequence);
        assertEquals(2 * PERIOD + 1, sample.waitNanos);
        assertTrue(Float.isNaN(sample.dirX));
        assertEquals(1, gate.late());
        assertEquals(LoopState.INIT, gate.state());
    }

    @Test
    void shouldKeepTimingsButNotTheDirectionWhenFinishedTooLate() {
        workNanos = 2 * PERIOD + 1;
        process(3, 0);
        assertEquals(FrameStatus.LATE, sample.status);
        assertTrue(Float.isNaN(sample.dirX) && Float.isNaN(sample.yawDeg));
        assertEquals(0, sample.confidence);
        assertEquals(5, sample.gazeNanos);
        assertEquals(2 * PERIOD + 1, sample.publishNanos);
    }

    @Test
    void shouldSayFailedAndNothingOldWhenAStageThrows() {
        process(0, now);
        broken = true;
        process(1, now);
        assertEquals(FrameStatus.FAILED, sample.status);
        assertEquals(1, sample.sequence);
        assertTrue(Float.isNaN(sample.dirX));
        assertEquals(List.of("READY: the first frame is processed", "frame 1: boom"), news);
    }

    @Test
    void shouldNameTheCauseWhenTheProcessorReportsAFailure() {
        processor.softFailure = new IllegalStateException("net broke");
        process(4, now);
        assertEquals(FrameStatus.FAILED, sample.status);
        assertEquals(List.of("frame 4: net broke"), news);
        assertEquals(1, gate.failed());
    }

    @Test
    void shouldDegradeAfterThreeFailuresAndRecoverAfterThreeGoodFrames() {
        int sequence = 0;
        process(sequence++, now);
        broken = true;
        for (int i = 0; i < 5; i++) {
            assertEquals(i >= 3 ? LoopState.DEGRADED : LoopState.READY, gate.state());
            process(sequence++, now);
        }
        broken = false;
        for (int i = 0; i < 3; i++) {
            assertEquals(LoopState.DEGRADED, gate.state());
            process(sequence++, now);
        }
        assertEquals(LoopState.READY, gate.state());
        assertEquals(5, gate.failed());
        assertEquals(
                List.of(
                        "READY: the first frame is processed",
                        "frame 1: boom",
                        "DEGRADED: 3 frames failed in a row",
                        "READY: 3 frames in a row without failure"),
                news);
    }

    @Test
    void shouldNotDegradeWhenFailuresAreNotInARow() {
        for (int i = 0; i < 20; i++) {
            broken = i % 3 != 0;
            process(i, now);
        }
        assertEquals(LoopState.READY, gate.state());
    }

    @Test
    void shouldNeitherWaitBackwardsNorCallAFrameLateWhenItsClockIsAhead() {
        now = 100 * PERIOD;
        process(0, now + 50 * PERIOD);
        assertEquals(FrameStatus.OK, sample.status);
        assertEquals(0, sample.waitNanos);
        assertEquals(0, gate.late());
    }

    @Test
    void shouldGiveFramesUpWhileTheirClockIsBehindAndGoOnWhenItIsSetRight() {
        now = 100 * PERIOD;
        process(0, now);
        process(1, now - 50 * PERIOD);
        assertEquals(FrameStatus.LATE, sample.status);
        assertTrue(Float.isNaN(sample.dirX), "no old direction");
        process(2, now);
        assertEquals(FrameStatus.OK, sample.status);
        assertEquals(2f, sample.dirX);
        assertEquals(1, gate.late());
        assertEquals(LoopState.READY, gate.state());
    }

    private void process(long sequence, long captureNanos) {
        frame.stamp(sequence, captureNanos, 0);
        gate.process(processor, frame, sample);
    }
}
