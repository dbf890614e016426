package org.flatgaze.calibration.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.flatgaze.calibration.gaze.GazeMap;
import org.flatgaze.calibration.gaze.TargetSamples;
import org.junit.jupiter.api.Test;

class GazeHistoryTest {

    @Test
    void shouldForgetTheOldestAndAnswerByCaptureTime() {
        GazeHistory history = new GazeHistory(4);
        assertEquals(List.of(), history.between(Long.MIN_VALUE, Long.MAX_VALUE));
        for (int t = 1; t <= 6; t++) {
            history.add(t, t == 5 ? Float.NaN : 0, 0, -1);
        }
        assertEquals(
                List.of(3L, 4L, 5L, 6L),
                history.between(0, 100).stream()
                        .map(TargetSamples.Estimate::captureNanos)
                        .toList());
        assertEquals(2, history.between(4, 5).size());
        assertNull(history.between(5, 5).getFirst().direction());
        assertEquals(0, history.between(6, 6).getFirst().direction().yawDeg(), 1e-6);
        assertThrows(IllegalArgumentException.class, () -> new GazeHistory(0));
    }

    @Test
    void shouldAllocateNothingOnTheFramePath() {
        GazeHistory history = new GazeHistory(100);
        GazeMap map = new GazeMap(GazeMap.Kind.QUADRATIC, new double[6], new double[] {1, 0.1, 0.1, 0.1, 0.1, 0.1});
        float[] direction = {0, 0, -1};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                direction[0] = 0;
                direction[1] = 0;
                direction[2] = -1;
                history.add(i, direction[0], direction[1], direction[2]);
                map.apply(direction);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < 10_000, least + " bytes in 10000 frames");
    }
}
