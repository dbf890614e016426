package org.flatgaze.runtime.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.flatgaze.flatcam.SensorFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RegionWorkerTest {

    private final List<Long> computed = new CopyOnWriteArrayList<>();
    private final RegionWorker worker =
            new RegionWorker(new FakeProcessor(s -> {}, 1, computed::add), FakeFrames.FORMAT, LoopListener.NONE);
    private final LoopThreads threads = new LoopThreads();

    @Test
    void shouldComputeFromTheFrameThatIsDueUnlessItIsOlderThanTheLast() {
        threads.add("region", () -> worker.work(threads));
        threads.start();
        try {
            offer(7, 700, false);
            offer(10, 1_000, true);
            waitFor(1);
            offer(9, 900, true);
            offer(11, 1_100, true);
            waitFor(2);
            // Captured later, whatever its number: the source counts anew.
            offer(0, 1_200, true);
            waitFor(3);
            assertEquals(List.of(10L, 11L, 0L), computed);
        } finally {
            threads.stopAndJoin(5_000_000_000L);
        }
    }

    @Test
    void shouldLeaveFramesWhileItIsBusy() {
        offer(1, 100, true);
        offer(2, 200, true);
        threads.add("region", () -> worker.work(threads));
        threads.start();
        try {
            waitFor(1);
            assertEquals(List.of(1L), computed, "the second was left: the first had not begun");
        } finally {
            threads.stopAndJoin(5_000_000_000L);
        }
    }

    private void offer(long sequence, long captureNanos, boolean due) {
        SensorFrame frame = new SensorFrame(FakeFrames.FORMAT);
        frame.stamp(sequence, captureNanos, 0);
        worker.afterFrame(frame, due);
    }

    private void waitFor(long updates) {
        while (worker.updates() < updates || !worker.isIdle()) {
            LockSupport.parkNanos(1_000);
        }
    }
}
