package org.flatgaze.pipeline.roi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.flatgaze.pipeline.EyeMaps;
import org.junit.jupiter.api.Test;

class EyeShapeFinderTest {

    private final EyeShapeFinder finder = new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX);
    private final EyeShape shape = new EyeShape();

    @Test
    void shouldFindPupilEllipseWhenInFullView() {
        for (double angle : new double[] {-60, 0, 20, 45, 80}) {
            finder.find(EyeMaps.eye(60.3, 55.8, 9, 6.5, angle, -1), shape);
            assertTrue(shape.pupilFound);
            assertEquals(2 * 60.3 + 0.5, shape.pupilX, 0.5);
            assertEquals(2 * 55.8 + 0.5, shape.pupilY, 0.5);
            assertEquals(18, shape.pupilMajor, 0.5);
            assertEquals(13, shape.pupilMinor, 0.5);
            assertEquals(angle, shape.pupilAngleDeg, 4);
            assertEquals(0, shape.pupilHidden);
        }
    }

    @Test
    void shouldKeepPupilCentreWhenLidHidesUpperHalf() {
        double total = 0;
        for (int i = 0; i < 10; i++) {
            double cx = 60 + 0.13 * i;
            double cy = 64 - 0.17 * i;
            finder.find(EyeMaps.eye(cx, cy, 9, 8, 0, cy), shape);
            assertTrue(shape.pupilHidden > 0.2, "hidden " + shape.pupilHidden);
            double error = Math.hypot(shape.pupilX - (2 * cx + 0.5), shape.pupilY - (2 * cy + 0.5));
            // The centroid of the visible half would be 7 px off.
            assertTrue(error < 3, "error " + error);
            total += error;
        }
        assertTrue(total / 10 < 1.5, "mean error " + total / 10);
    }

    @Test
    void shouldStaySubPixelWhenLidHidesAFifth() {
        finder.find(EyeMaps.eye(60.3, 64.2, 9, 8, 0, 64.2 - 5), shape);
        assertEquals(2 * 60.3 + 0.5, shape.pupilX, 1);
        assertEquals(2 * 64.2 + 0.5, shape.pupilY, 1);
    }

    @Test
    void shouldBoxIrisAndPupilOnlyWhenScleraVisible() {
        finder.find(EyeMaps.open(64, 50), shape);
        assertTrue(shape.irisFound);
        assertEquals(46, shape.firstX);
        assertEquals(82, shape.lastX);
        assertEquals(32, shape.firstY);
        assertEquals(68, shape.lastY);
        assertEquals(128.5, shape.centroidX, 1e-3);
        assertEquals(100.5, shape.centroidY, 1e-3);
    }

    @Test
    void shouldCountClasses() {
        byte[] map = EyeMaps.open(64, 64);
        finder.find(map, shape);
        assertEquals(128 * 128, Arrays.stream(shape.counts).sum());
        assertEquals(Math.PI * 7 * 6, shape.counts[EyeLabel.PUPIL], 6);
    }

    @Test
    void shouldIgnoreSpecksWhenSegmentationIsNoisy() {
        EyeShape clean = new EyeShape();
        byte[] map = EyeMaps.eye(64, 60, 7, 6, 30, -1);
        finder.find(map, clean);
        byte[] noisy = map.clone();
        for (int at : new int[] {3 * 128 + 3, 120 * 128 + 120, 5 * 128 + 110, 5 * 128 + 111}) {
            noisy[at] = EyeLabel.PUPIL;
        }
        finder.find(noisy, shape);
        assertEquals(clean.firstX, shape.firstX);
        assertEquals(clean.lastY, shape.lastY);
        assertEquals(clean.pupilX, shape.pupilX);
        assertEquals(clean.pupilMajor, shape.pupilMajor);
    }

    @Test
    void shouldFindNothingWhenOnlySpecks() {
        finder.find(EyeMaps.speckled(EyeMaps.closed(), 3), shape);
        assertFalse(shape.irisFound);
        assertFalse(shape.pupilFound);
        assertTrue(Float.isNaN(shape.pupilX));
    }

    @Test
    void shouldFindIrisWithoutPupilWhenPupilHidden() {
        finder.find(EyeMaps.eye(64, 64, 6, 6, 0, 72), shape);
        assertTrue(shape.irisFound);
        assertFalse(shape.pupilFound);
        assertTrue(Float.isNaN(shape.pupilMajor));
    }

    @Test
    void shouldGradeOpennessWhenLidComesDown() {
        finder.find(EyeMaps.closed(), shape);
        assertEquals(0, shape.openness);
        float last = 0;
        for (double lid : new double[] {80, 76, 70, 64, 58, 50}) {
            finder.find(EyeMaps.eye(64, 64, 6, 6, 0, lid), shape);
            assertTrue(shape.openness > last, "lid " + lid + " openness " + shape.openness);
            last = shape.openness;
        }
        finder.find(EyeMaps.eye(64, 64, 6, 6, 0, -1), shape);
        assertEquals(1, shape.openness);
    }

    @Test
    void shouldSeeHalfOpenWhenLidAtIrisCentre() {
        finder.find(EyeMaps.eye(64, 64, 6, 6, 0, 64), shape);
        // The lower lid stands 22 rows below the centre, the iris is 37 wide.
        assertEquals(0.58, shape.openness, 0.04);
    }

    @Test
    void shouldFindPupilAtBorderWhenEyeLeavesPicture() {
        finder.find(EyeMaps.open(1, 64), shape);
        assertTrue(shape.irisFound);
        assertEquals(0, shape.firstX);
        assertEquals(2 * 1 + 0.5, shape.pupilX, 4);
    }

    @Test
    void shouldCentreEllipseWhenWholeMapIsPupil() {
        byte[] map = new byte[128 * 128];
        Arrays.fill(map, EyeLabel.PUPIL);
        finder.find(map, shape);
        assertTrue(shape.irisFound);
        assertEquals(127.5, shape.pupilX, 1e-3);
    }

    @Test
    void shouldRejectMapOfWrongLength() {
        Exception e = assertThrows(IllegalArgumentException.class, () -> finder.find(new byte[10], shape));
        assertEquals("labels.length=10: expected 16384", e.getMessage());
    }

    @Test
    void shouldRejectIrisWidthOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new EyeShapeFinder(Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> new EyeShapeFinder(3));
    }
}
