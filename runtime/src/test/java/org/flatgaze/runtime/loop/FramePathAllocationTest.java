package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;
import org.junit.jupiter.api.Test;

/** What a frame passes between capture and publisher leaves no garbage. */
final class FramePathAllocationTest {

    private static final int FRAMES = 20_000;

    private final GazeSample sample = new GazeSample();
    private final GazeSample out = new GazeSample();
    private final LatestFrameSlots slots = new LatestFrameSlots(FakeFrames.FORMAT, 1);
    private final SampleRing ring = new SampleRing(4);
    private final SequencedRing sequenced = new SequencedRing(4);
    private final LatencyRecorder latency = new LatencyRecorder();
    private final FakeProcessor processor = new FakeProcessor(sequence -> {});
    private final FrameGate gate = new FrameGate(FrameLoopConfig.ofRate(240), NanoClock.SYSTEM, LoopListener.NONE);
    private final LatestFrameSlots.Reader frames = slots.reader(0);
    private final SampleOutlet outlet = new SampleOutlet(ring, gate, 1);

    @Test
    void shouldAllocateNothingPerFrame() {
        assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean, "a JVM that counts allocations");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        run(0);
        long bytes = Long.MAX_VALUE;
        // Three rounds: on a busy machine a rare branch is taken for the first time in one of them and linked.
        for (int round = 1; round <= 3; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            run((long) round * FRAMES);
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // Far below one object per frame: what is left is the measurement itself.
        assertTrue(bytes < FRAMES / 10, bytes + " bytes for " + FRAMES + " frames");
    }

    private void run(long first) {
        for (long i = first; i < first + FRAMES; i++) {
            SensorFrame back = slots.back();
            back.stamp(i, System.nanoTime(), 0);
            slots.publish();
            frames.takeNewest();
            outlet.begin(0, frames.number(), frames.front().captureNanos());
            gate.process(processor, frames.front(), sample);
            outlet.offer(0, sample);
            ring.poll(out);
            sequenced.put(i, sample);
            sequenced.poll(out);
            latency.record(out.publishNanos - out.captureNanos);
        }
    }
}
