package org.flatgaze.pipeline.roi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.flatgaze.pipeline.EyeMaps;
import org.junit.jupiter.api.Test;

class RoiTest {

    private final RoiPredictor predictor = new RoiPredictor(new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX));
    private final RoiEstimate previous = new RoiEstimate();
    private final RoiEstimate out = new RoiEstimate();

    @Test
    void shouldCentreRegionOnIrisBox() {
        predictor.predict(EyeMaps.open(70, 60), 7, previous, out);
        assertTrue(out.found);
        assertEquals(7, out.sourceSequence);
        assertEquals(7, out.regionSequence);
        // Iris centre (70, 60) of the small map lies at (140.5, 120.5); the region's own centre is 79.5, 47.5 further.
        assertEquals(140.5, out.roiX + 79.5, 0.5);
        assertEquals(120.5, out.roiY + 47.5, 0.5);
    }

    @Test
    void shouldClampRegionWhenEyeIsAtBorder() {
        predictor.predict(EyeMaps.open(10, 10), 0, previous, out);
        assertEquals(0, out.roiX);
        assertEquals(0, out.roiY);
        predictor.predict(EyeMaps.open(120, 120), 0, previous, out);
        assertEquals(Roi.MAX_X, out.roiX);
        assertEquals(Roi.MAX_Y, out.roiY);
        assertEquals(256, Roi.MAX_X + Roi.COLUMNS);
        assertEquals(256, Roi.MAX_Y + Roi.ROWS);
    }

    @Test
    void shouldHoldPreviousRegionWhenEyeClosed() {
        predictor.predict(EyeMaps.open(80, 60), 50, previous, previous);
        int x = previous.roiX;
        predictor.predict(EyeMaps.closed(), 100, previous, out);
        assertFalse(out.found);
        assertEquals(x, out.roiX);
        assertEquals(100, out.sourceSequence);
        assertEquals(50, out.regionSequence);
        assertEquals(60, out.ageAt(110));
        assertTrue(Float.isNaN(out.pupilX));
        assertEquals(0, out.openness);
    }

    @Test
    void shouldLookAtMiddleWhenNothingWasEverFound() {
        predictor.predict(EyeMaps.closed(), 0, previous, out);
        assertFalse(out.found);
        assertEquals(48, out.roiX);
        assertEquals(80, out.roiY);
        assertEquals(-1, out.ageAt(5));
    }

    @Test
    void shouldRejectRegionOutsidePicture() {
        assertThrows(IllegalArgumentException.class, () -> new Roi(97, 0));
        assertThrows(IllegalArgumentException.class, () -> new Roi(0, -1));
    }

    @Test
    void shouldRejectScheduleThatCannotKeepOrder() {
        assertThrows(IllegalArgumentException.class, () -> new RoiSchedule(1, 1));
        assertThrows(IllegalArgumentException.class, () -> new RoiSchedule(50, 0));
        Exception e = assertThrows(IllegalArgumentException.class, () -> new RoiSchedule(50, 51));
        assertEquals("lag=51: expected 1..period (50)", e.getMessage());
    }
}
