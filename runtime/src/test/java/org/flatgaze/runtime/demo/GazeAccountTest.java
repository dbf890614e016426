package org.flatgaze.runtime.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;

final class GazeAccountTest {

    private final GazeAccount account = new GazeAccount(100);
    private final GazeSample sample = new GazeSample();
    private final FrameTruth truth = new FrameTruth();

    @Test
    void shouldMeasureTheAngleOfOpenAnsweredFrames() {
        for (int error = 0; error <= 10; error++) {
            add(FrameStatus.OK, error, true, 7);
        }
        GazeAccount.Result result = account.result();
        assertEquals(11, result.frames());
        assertEquals(1, result.people());
        assertEquals(5.0, result.meanDeg(), 1e-4);
        assertEquals(5.0, result.medianDeg(), 1e-4);
        assertEquals(9.5, result.p95Deg(), 1e-4);
        assertEquals(5.0, result.everyOpenFrameMeanDeg(), 1e-4);
        assertEquals(10.0, account.lastErrorDeg(), 1e-4);
    }

    @Test
    void shouldKeepAccountOfEveryFrameThatIsLeftOut() {
        add(FrameStatus.OK, 2, true, 1);
        add(FrameStatus.EYE_CLOSED, 0, false, 1);
        add(FrameStatus.EYE_CLOSED, 0, true, 1);
        add(FrameStatus.FAILED, 0, true, 1);
        add(FrameStatus.OK, 50, false, 1);
        GazeAccount.Result result = account.result();
        assertEquals(1, result.frames());
        assertEquals(1, result.eyeClosed());
        assertEquals(2, result.missed());
        assertEquals(1, result.answeredAlthoughClosed());
        assertEquals(2.0, result.meanDeg(), 1e-4, "the closed eye's answer is counted, not averaged");
    }

    @Test
    void shouldHoldTheLastAnswerForEveryOpenFrame() {
        add(FrameStatus.FAILED, 0, true, 1);
        add(FrameStatus.OK, 4, true, 1);
        add(FrameStatus.FAILED, 0, true, 1);
        assertEquals((0 + 4 + 4) / 3.0, account.result().everyOpenFrameMeanDeg(), 1e-4);
    }

    @Test
    void shouldCountPeopleAsTheyCome() {
        add(FrameStatus.OK, 1, true, 1);
        add(FrameStatus.OK, 1, true, 1);
        add(FrameStatus.OK, 1, true, 2);
        assertEquals(2, account.result().people());
    }

    @Test
    void shouldSayNothingRatherThanZeroWhenNothingCounted() {
        add(FrameStatus.EYE_CLOSED, 0, false, 1);
        Map<String, Object> json = account.result().toJson();
        assertNull(json.get("mean"));
        assertNull(json.get("p95"));
        assertEquals(0, json.get("frames"));
        assertTrue(Float.isNaN(account.lastErrorDeg()));
    }

    /** The truth looks straight ahead; a direction is {@code errorDeg} to the right of it. */
    private void add(FrameStatus status, double errorDeg, boolean open, int person) {
        sample.clear();
        sample.status = status;
        if (status == FrameStatus.OK) {
            sample.dirX = (float) Math.sin(Math.toRadians(errorDeg));
            sample.dirY = 0;
            sample.dirZ = (float) -Math.cos(Math.toRadians(errorDeg));
        }
        truth.set(0, 0, -1, open ? 1 : 0, open, person);
        account.add(sample, truth);
    }
}
