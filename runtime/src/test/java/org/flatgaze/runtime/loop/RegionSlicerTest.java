package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.flatgaze.accel.schedule.SoftwareSlices;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;

/** Slices between frames, by a clock that only the work turns. */
final class RegionSlicerTest {

    private static final long PERIOD = 1_600;
    private static final long MARGIN = PERIOD / 16;
    private static final int ROI_PERIOD = 20;

    private long now;
    private final List<String> news = new ArrayList<>();
    private final LoopListener listener = new LoopListener() {
        @Override
        public void onState(LoopState state, String reason) {}

        @Override
        public void onFailure(String stage, Throwable cause) {
            news.add(stage + ": " + cause.getMessage());
        }
    };

    /** A renewal whose parts take these times, and the age of its region. */
    private final class Parts implements FrameProcessor {

        private final long[] nanos;
        private int next;
        private long source = -1;
        private long region = -1;
        private int failAt = -1;

        Parts(long... nanos) {
            this.nanos = nanos;
        }

        @Override
        public void process(SensorFrame frame, GazeSample into) {
            into.clear();
            into.sequence = frame.sequence();
            into.status = FrameStatus.OK;
            into.roiAge = (int) (frame.sequence() - region);
        }

        @Override
        public boolean isRegionDue(SensorFrame frame) {
            return frame.sequence() - region >= ROI_PERIOD;
        }

        @Override
        public boolean refreshRegion(SensorFrame frame) {
            throw new UnsupportedOperationException("a sliced region is never computed in one go");
        }

        @Override
        public RegionStep stepRegion(SensorFrame frame) {
            if (next == 0) {
                source = frame.sequence();
            }
            now += nanos[next];
            if (next == failAt) {
                next = 0;
                throw new IllegalStateException("no");
            }
            next = (next + 1) % nanos.length;
            if (next > 0) {
                return RegionStep.GOING_ON;
            }
            region = source;
            return RegionStep.RENEWED;
        }

        @Override
        public Throwable lastFailure() {
            return null;
        }

        @Override
        public void close() {}
    }

    private final SensorFrame frame = new SensorFrame(FakeFrames.FORMAT);
    private final GazeSample sample = new GazeSample();

    private RegionSlicer slicer(Parts parts, long slack) {
        SoftwareSlices plan = SoftwareSlices.of(parts.nanos.clone(), slack, ROI_PERIOD);
        return new RegionSlicer(parts, plan, PERIOD, () -> now, listener);
    }

    /** What the frame thread does: the frame's own work, then perhaps a slice; answers the time after. */
    private long turn(Parts parts, RegionSlicer slicer, long sequence, long work) {
        now = Math.max(now, sequence * PERIOD) + work;
        frame.stamp(sequence, sequence * PERIOD, 0);
        parts.process(frame, sample);
        slicer.afterFrame(frame, parts.isRegionDue(frame));
        return now;
    }

    @Test
    void shouldEndEverySliceBeforeTheNextFrameIsDueWhenTimesAreAsPlanned() {
        Parts parts = new Parts(300, 50, 400, 100, 100, 100, 250, 700);
        RegionSlicer slicer = slicer(parts, 700);
        int oldest = 0;
        for (int i = 0; i < 200; i++) {
            long after = turn(parts, slicer, i, 500);
            assertTrue(after <= (i + 1) * PERIOD - MARGIN, "frame " + i + " ended at " + after);
            oldest = Math.max(oldest, sample.roiAge);
        }
        assertEquals(0, slicer.deferred() + slicer.forced() + slicer.failures());
        assertTrue(slicer.updates() >= 8, "updates=" + slicer.updates());
        // Source frame s, published behind the frame s + 3: in use until the next is published 20 frames later.
        assertEquals(ROI_PERIOD + 3, oldest);
    }

    @Test
    void shouldNotBeginASliceWhenTheTimeLeftIsBelowItsExpectedCost() {
        Parts parts = new Parts(400, 400);
        RegionSlicer slicer = slicer(parts, 400);
        long most = PERIOD - MARGIN - 400;
        turn(parts, slicer, 20, most + 1);
        assertEquals(0, slicer.slices());
        assertEquals(1, slicer.deferred());
        turn(parts, slicer, 21, most);
        assertEquals(1, slicer.slices(), "exactly enough is enough");
        assertEquals(21, parts.source, "the frame it begins behind is the source, not the one that was due");
    }

    @Test
    void shouldDeferSlicesWhenAFrameStalls() {
        Parts parts = new Parts(400, 400, 400);
        RegionSlicer slicer = slicer(parts, 400);
        turn(parts, slicer, 20, 500);
        assertEquals(1, slicer.slices());
        long after = turn(parts, slicer, 21, 3 * PERIOD);
        assertEquals(1, slicer.slices(), "the stalled frame");
        assertEquals(after, now);
        turn(parts, slicer, 22, 100);
        turn(parts, slicer, 23, 100);
        assertEquals(1, slicer.slices(), "those that come late because of it");
        turn(parts, slicer, 25, 500);
        turn(parts, slicer, 26, 500);
        assertEquals(1, slicer.updates());
        assertEquals(20, parts.region);
    }

    @Test
    void shouldExpectMoreWhenASliceTookLongerAndForgetIt() {
        Parts parts = new Parts(400, 400, 400);
        RegionSlicer slicer = slicer(parts, 400);
        parts.nanos[0] = 900;
        turn(parts, slicer, 20, 500);
        parts.nanos[0] = 400;
        turn(parts, slicer, 21, 800);
        assertEquals(1, slicer.deferred(), "400 planned and 500 of delay do not fit into 700");
        int frames = 0;
        while (slicer.updates() == 0 && frames < 15) {
            frames++;
            turn(parts, slicer, 21 + frames, 800);
        }
        assertTrue(frames > 2 && frames < 15, "frames=" + frames);
        assertEquals(0, slicer.forced());
    }

    @Test
    void shouldGoOnSliceBySliceWhenFramesLeaveNoTimeForAWholePeriod() {
        Parts parts = new Parts(400, 400, 400);
        RegionSlicer slicer = slicer(parts, 400);
        int oldest = 0;
        long sequence = 20;
        for (int i = 0; i < 200; i++) {
            long begun = Math.max(now, sequence * PERIOD);
            long after = turn(parts, slicer, sequence, PERIOD + 100);
            assertTrue(after - begun <= PERIOD + 100 + 400, "never more than one slice");
            oldest = Math.max(oldest, sample.roiAge);
            // The newest frame wins.
            sequence = Math.max(sequence + 1, now / PERIOD);
        }
        assertTrue(slicer.updates() > 3, "updates=" + slicer.updates());
        assertEquals(slicer.slices(), slicer.forced());
        assertTrue(oldest < 4 * ROI_PERIOD, "oldest=" + oldest);
    }

    @Test
    void shouldBeginAnewAndSaySoOnceWhenAPartFails() {
        Parts parts = new Parts(100, 100);
        RegionSlicer slicer = slicer(parts, 100);
        parts.failAt = 1;
        for (int i = 20; i < 26; i++) {
            turn(parts, slicer, i, 100);
        }
        assertEquals(3, slicer.failures());
        assertEquals(List.of("region by frame 21: no"), news);
        parts.failAt = -1;
        turn(parts, slicer, 26, 100);
        turn(parts, slicer, 27, 100);
        assertEquals(1, slicer.updates());
        assertEquals(26, parts.region);
    }

    @Test
    void shouldAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Parts parts = new Parts(300, 50, 400);
        RegionSlicer slicer = slicer(parts, 400);
        long bytes = Long.MAX_VALUE;
        long sequence = 0;
        for (int block = 0; block < 20 && bytes > 0; block++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                turn(parts, slicer, sequence, sequence % 7 == 0 ? PERIOD : 500);
                sequence++;
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes);
        assertTrue(slicer.deferred() > 0 && slicer.updates() > 0);
    }

    @Test
    void shouldPlanFromMeasuredTimesAndSayWhenTheyAreTooLong() {
        Parts parts = new Parts(300, 50, 400);
        frame.stamp(0, 0, 0);
        RegionTimes times = RegionTimes.measure(parts, frame, () -> now);
        assertEquals(750, times.renewalNanos());
        SoftwareSlices plan = times.plan(PERIOD, ROI_PERIOD);
        assertEquals(1, plan.frames());
        assertTrue(!times.text(plan, PERIOD).contains("too little"), times.text(plan, PERIOD));
        RegionTimes slow = new RegionTimes(1_300, 300, 50, 400);
        // 1600 less 100 of margin less 1300 leaves 200; three quarters of that, below an eighth of a period.
        SoftwareSlices tight = slow.plan(PERIOD, ROI_PERIOD);
        assertEquals(200, tight.slackNanos());
        assertEquals(
                List.of(1, 2, 3),
                tight.slices().stream().map(SoftwareSlices.Slice::toLayer).toList());
        assertTrue(slow.text(tight, PERIOD).contains("too little"), slow.text(tight, PERIOD));
    }

    @Test
    void shouldSliceByItselfOnlyWhereThereIsOneCore() {
        assertEquals(RegionMode.SLICED, RegionMode.AUTO.on(1));
        assertEquals(RegionMode.WORKER, RegionMode.AUTO.on(2));
        assertEquals(RegionMode.SLICED, RegionMode.SLICED.on(8));
        assertEquals(RegionMode.WORKER, RegionMode.WORKER.on(1));
    }
}
