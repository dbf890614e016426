package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;

final class SampleOutletTest {

    private static final long PERIOD = 1_000_000;

    private final SampleRing ring = new SampleRing(16);
    private long now;
    private final FrameGate gate =
            new FrameGate(new FrameLoopConfig(PERIOD, 2, 3, 3, Long.MAX_VALUE, 16), () -> now, LoopListener.NONE);
    private final SampleOutlet outlet = new SampleOutlet(ring, gate, 3);

    @Test
    void shouldHandOnAtOnceWhenNothingEarlierIsAtWork() {
        outlet.begin(0, 1, 0);
        outlet.begin(1, 2, 0);
        assertEquals(1, finish(0, 10));
        assertEquals(1, finish(1, 11));
        assertEquals(List.of(10L, 11L), taken());
    }

    @Test
    void shouldHoldASampleUntilTheEarlierFrameIsReady() {
        outlet.begin(0, 1, 0);
        outlet.begin(1, 2, 0);
        outlet.begin(2, 3, 0);
        assertEquals(0, finish(2, 12));
        assertEquals(0, finish(1, 11));
        assertEquals(List.of(), taken());
        assertEquals(3, finish(0, 10));
        assertEquals(List.of(10L, 11L, 12L), taken());
        assertEquals(0, outlet.overtaken());
    }

    @Test
    void shouldWaitNoLongerThanAFrameAndCountTheOneThatCameTooLate() {
        outlet.begin(0, 1, 0);
        outlet.begin(1, 2, 0);
        assertEquals(0, finish(1, 11));
        outlet.begin(1, 3, 0);
        outlet.begin(2, 4, 0);
        assertEquals(0, finish(2, 13), "frame 12 is still at work");
        assertEquals(3, finish(1, 12), "frame 10 is not waited for any longer");
        assertEquals(List.of(11L, 12L, 13L), taken());
        assertEquals(0, finish(0, 10));
        assertEquals(List.of(), taken());
        assertEquals(1, outlet.overtaken());
        assertEquals(3, outlet.offered());
    }

    @Test
    void shouldSayHowManyFramesWereLostBeforeASample() {
        GazeSample out = new GazeSample();
        alone(1, 10);
        alone(2, 11);
        alone(3, 15);
        alone(4, 16);
        List<Integer> lost = new ArrayList<>();
        while (ring.poll(out)) {
            lost.add(out.dropped);
        }
        assertEquals(List.of(0, 0, 3, 0), lost);
    }

    @Test
    void shouldCountNothingLostAndKeepTheOrderWhenTheSourceStartsToCountAnew() {
        outlet.begin(0, 1, 0);
        outlet.begin(1, 2, 0);
        assertEquals(0, finish(1, 0), "the first of the new numbers waits for the last of the old");
        assertEquals(2, finish(0, 1_000));
        GazeSample out = new GazeSample();
        assertTrue(ring.poll(out) && out.sequence == 1_000);
        assertTrue(ring.poll(out) && out.sequence == 0 && out.dropped == 0);
    }

    @Test
    void shouldNotWaitForAFrameThatHasMissedItsDeadline() {
        outlet.begin(0, 1, 0);
        outlet.begin(1, 2, PERIOD);
        now = 2 * PERIOD + 1;
        assertEquals(1, finish(1, 11));
        assertEquals(0, finish(0, 10));
        assertEquals(1, outlet.overtaken());
    }

    @Test
    void shouldReleaseWhatWaitsOnceTheFrameWaitedForHasMissedItsDeadline() {
        outlet.begin(0, 1, 0);
        outlet.begin(1, 2, PERIOD);
        assertEquals(0, finish(1, 11));
        assertEquals(0, outlet.releasePast());
        now = 2 * PERIOD + 1;
        assertEquals(1, outlet.releasePast());
        GazeSample out = new GazeSample();
        assertTrue(ring.poll(out) && out.sequence == 11);
        assertEquals(0, outlet.releasePast());
    }

    @Test
    void shouldRefuseAFrameThatIsTooLateToBeOfUse() {
        outlet.begin(1, 2, 0);
        assertEquals(1, finish(1, 11));
        assertFalse(outlet.begin(0, 1, 0), "its number was taken before and announced after");
        assertEquals(1, outlet.overtaken());
        assertTrue(outlet.begin(0, 3, 0));
        assertEquals(1, finish(0, 12));
    }

    @Test
    void shouldStampAnewWhatWasHeldAndTakeItsDirectionOutBeyondItsDeadline() {
        outlet.begin(0, 1, PERIOD);
        outlet.begin(1, 2, 0);
        outlet.begin(2, 3, PERIOD);
        assertEquals(0, finish(1, 11));
        assertEquals(0, finish(2, 12));
        now = 2 * PERIOD + 1;
        assertEquals(3, finish(0, 10));
        GazeSample out = new GazeSample();
        assertTrue(ring.poll(out));
        assertEquals(FrameStatus.OK, out.status, "the gate has judged this one before");
        assertTrue(ring.poll(out));
        assertEquals(FrameStatus.LATE, out.status);
        assertTrue(Float.isNaN(out.dirX));
        assertEquals(now, out.publishNanos);
        assertTrue(ring.poll(out));
        assertEquals(FrameStatus.OK, out.status);
        assertEquals(1, gate.late());
    }

    private void alone(long number, long sequence) {
        outlet.begin(0, number, 0);
        assertEquals(1, finish(0, sequence));
    }

    private int finish(int thread, long sequence) {
        GazeSample sample = new GazeSample();
        sample.sequence = sequence;
        sample.captureNanos = sequence == 11 ? 0 : PERIOD;
        sample.status = FrameStatus.OK;
        sample.dirX = 1;
        return outlet.offer(thread, sample);
    }

    private List<Long> taken() {
        GazeSample out = new GazeSample();
        List<Long> sequences = new ArrayList<>();
        while (ring.poll(out)) {
            sequences.add(out.sequence);
        }
        return sequences;
    }
}
