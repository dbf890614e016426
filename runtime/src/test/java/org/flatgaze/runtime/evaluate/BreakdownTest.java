package org.flatgaze.runtime.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BreakdownTest {

    @Test
    void shouldSortFramesIntoTheirClassWhenTheyLieOnAnEdge() {
        FrameResults results = new FrameResults();
        results.add(Rows.of(1, 0, 1));
        results.add(Rows.of(1, 9.9, 3));
        results.add(Rows.of(1, 10, 5));
        List<Breakdown.Part> parts = Breakdown.of(results, Breakdown.By.ECCENTRICITY);
        assertEquals(2, parts.get(0).answered());
        assertEquals(2, parts.get(0).meanDeg(), 1e-9);
        assertEquals(1, parts.get(1).answered());
        assertEquals(5, parts.get(1).meanDeg(), 1e-9);
        assertEquals(0, parts.get(2).openFrames());
        assertNull(parts.get(2).toJson().get("mean_deg"), "JSON has no NaN");
    }

    @Test
    void shouldCountAnOpenEyeWhenItGotNoAnswer() {
        FrameResults results = new FrameResults();
        results.add(Rows.of(1, 0, 1, 0.6, 12, Double.NaN, true));
        results.add(Rows.of(1, 0, 0, 0.6, 12, Double.NaN, false));
        Breakdown.Part half = Breakdown.of(results, Breakdown.By.OPENNESS).get(1);
        assertEquals(2, half.openFrames());
        assertEquals(1, half.answered());
    }

    @Test
    void shouldTakeTheApparentDiameterInMillimetres() {
        FrameResults results = new FrameResults();
        // 24 pixels of 42 mm / 256 are 3.94 mm, 26 are 4.27.
        results.add(Rows.of(1, 0, 1, 1, 12, Double.NaN, true));
        results.add(Rows.of(1, 0, 2, 1, 13, Double.NaN, true));
        List<Breakdown.Part> parts = Breakdown.of(results, Breakdown.By.PUPIL);
        assertEquals(1, parts.get(1).answered());
        assertEquals(1, parts.get(2).answered());
    }

    @Test
    void shouldMissNoOpenEye() {
        FrameResults results = new FrameResults();
        for (int i = 0; i < 100; i++) {
            results.add(Rows.of(1, i / 4.0, 1, i / 99.0, 3 + 0.25 * i, Double.NaN, true));
        }
        for (Breakdown.By by : Breakdown.By.values()) {
            int sum = Breakdown.of(results, by).stream()
                    .mapToInt(Breakdown.Part::openFrames)
                    .sum();
            assertTrue(sum == 100, by + " holds " + sum);
        }
    }
}
