package org.flatgaze.runtime.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures of sets that do not know everything: what cannot be said is null, the rest is as ever. */
final class PartialTruthTest {

    private static FrameResults.Row row(double trueYaw, double visible, boolean answered) {
        return new FrameResults.Row(
                1,
                0,
                trueYaw,
                Double.isNaN(trueYaw) ? Double.NaN : 0,
                Double.NaN,
                Double.NaN,
                visible,
                visible,
                Double.NaN,
                answered ? 2 : Double.NaN,
                answered ? 0 : Double.NaN,
                answered,
                3,
                48,
                80,
                true,
                1);
    }

    private static FrameResults results(double trueYaw, double visible) {
        FrameResults results = new FrameResults();
        for (int i = 0; i < 20; i++) {
            results.add(row(trueYaw, visible, i > 0));
        }
        return results;
    }

    @Test
    void shouldGiveNoErrorsWhenNobodyKnowsTheGaze() {
        FrameResults masks = results(Double.NaN, 1);
        masks.add(row(Double.NaN, 0, true));
        Map<String, Object> json = GazeScore.of(masks).toJson();
        for (String key : List.of("mean_deg", "p95_deg", "optical_deg", "after_5pt_deg", "kappa_floor_deg")) {
            assertTrue(json.containsKey(key));
            assertNull(json.get(key), key);
        }
        assertEquals(20, json.get("open_frames"));
        assertEquals(1, json.get("missed"));
        assertEquals(1, json.get("falsely_answered"));
        assertEquals(1, masks.regionHitRate());
        assertEquals(0, masks.judged().length);
        assertTrue(UncertaintyCurve.of(masks).groups().isEmpty());
        for (Breakdown.Part part : Breakdown.of(masks, Breakdown.By.OPENNESS)) {
            assertNull(part.toJson().get("mean_deg"));
        }
    }

    @Test
    void shouldGiveErrorsAndNoLidsWhenOnlyTheGazeIsKnown() {
        FrameResults gaze = results(0, Double.NaN);
        Map<String, Object> json = GazeScore.of(gaze).toJson();
        assertEquals(2, (Double) json.get("mean_deg"), 1e-9);
        assertNotNull(json.get("after_5pt_deg"));
        assertNull(json.get("optical_deg"));
        assertNull(json.get("kappa_floor_deg"));
        assertNull(json.get("falsely_answered"));
        assertEquals(20, json.get("open_frames"));
        assertTrue(Double.isNaN(gaze.regionHitRate()), "the network's own iris box is no truth");
        assertTrue(Double.isNaN(gaze.pupilErrorPx()));
        assertFalse(UncertaintyCurve.of(gaze).groups().isEmpty());
    }
}
