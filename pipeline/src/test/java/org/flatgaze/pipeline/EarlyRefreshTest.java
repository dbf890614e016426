package org.flatgaze.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EarlyRefreshTest {

    private final EarlyRefresh early = early(RoiSchedule.DEFAULT);
    private final GazeSample sample = new GazeSample();
    private final RoiEstimate region = new RoiEstimate();

    private static EarlyRefresh early(RoiSchedule schedule) {
        return new EarlyRefresh(schedule, EyeShapeFinder.REFERENCE_IRIS_PX);
    }

    @BeforeEach
    void openEyeInTheMiddleOfItsRegion() {
        region.found = true;
        region.sourceSequence = 0;
        region.regionSequence = 0;
        region.pupilX = region.roiX + Roi.COLUMNS / 2f;
        region.pupilY = region.roiY + Roi.ROWS / 2f;
        region.pupilMajor = 15;
        region.openness = 0.9f;
        sample.clear();
        sample.status = FrameStatus.OK;
        sample.confidence = 0.95f;
        sample.openness = 0.9f;
        look(0, 0);
    }

    private void look(double yawDeg, double pitchDeg) {
        sample.networkX = (float) Math.sin(Math.toRadians(yawDeg));
        sample.networkY = (float) Math.sin(Math.toRadians(pitchDeg));
    }

    private EarlyCause see(long sequence) {
        sample.sequence = sequence;
        return early.see(sample, region, false);
    }

    @Test
    void shouldAskForNothingWhenAllIsWell() {
        for (int i = 0; i < 50; i++) {
            look(5 * Math.sin(i), 5 * Math.cos(i));
            assertNull(see(i), "frame " + i);
        }
    }

    @Test
    void shouldAskWhenTheNetworkDoubts() {
        see(0);
        sample.confidence = 0.59f;
        assertNull(see(11), "too soon after the source");
        assertEquals(EarlyCause.UNSURE, see(12));
    }

    @Test
    void shouldAskWhenTheEyeTurnsFar() {
        see(0);
        look(0, -10);
        assertNull(see(20));
        look(0, -13);
        assertEquals(EarlyCause.MOVED, see(21), "12 pixels are 11.5 degrees");
        region.sourceSequence = 21;
        region.regionSequence = 21;
        assertNull(see(40), "it has not moved since");
    }

    @Test
    void shouldRememberTheSourceAlthoughItIsDueAnyway() {
        look(0, -13);
        sample.confidence = 0.1f;
        assertNull(early.see(sample, region, true));
        sample.confidence = 0.95f;
        assertNull(see(20));
        look(0, 0);
        assertEquals(EarlyCause.MOVED, see(21));
    }

    @Test
    void shouldAskWhenThePupilComesNearTheBorder() {
        region.pupilX = region.roiX + 15 + 4 + 6;
        see(0);
        look(4, 0);
        assertNull(see(20));
        look(7, 0);
        assertEquals(EarlyCause.MOVED, see(21), "7 of the 6 pixels that were left");
    }

    @Test
    void shouldAskWhenTheEyeOpensAfterASegmentationThatSawNone() {
        region.hold(new RoiEstimate(), 20);
        sample.status = FrameStatus.EYE_CLOSED;
        for (int i = 20; i < 45; i++) {
            assertNull(see(i), "a closed eye has nothing to show");
        }
        sample.status = FrameStatus.OK;
        assertEquals(EarlyCause.REOPENED, see(45));
    }

    @Test
    void shouldAskWhenTheLidsWereLowAtTheSegmentation() {
        region.openness = 0.5f;
        assertNull(early(RoiSchedule.DEFAULT).see(sample, region, false));
        assertEquals(EarlyCause.REOPENED, see(12));
        sample.openness = Float.NaN;
        assertNull(see(40), "nobody knows");
    }

    @Test
    void shouldAskMoreAndMoreSeldomWhenItDoesNotHelp() {
        sample.confidence = 0.1f;
        StringBuilder asked = new StringBuilder();
        for (int i = 0; i < 220; i++) {
            if (see(i) != null) {
                asked.append(i).append(' ');
                region.sourceSequence = i;
                region.regionSequence = i;
            }
        }
        // After a wait as long as an ordinary period it begins anew.
        assertEquals("12 36 84 134 158 206 ", asked.toString());
    }

    @Test
    void shouldNotTakeASlowerThreadForASourceThatBeginsAnew() {
        sample.confidence = 0.1f;
        assertEquals(EarlyCause.UNSURE, see(12));
        assertNull(see(11), "its neighbour was quicker and has asked");
        assertNull(see(35), "twice the time has not passed");
        assertEquals(EarlyCause.UNSURE, see(36));
    }

    @Test
    void shouldNeverAskWhenSwitchedOff() {
        EarlyRefresh off = early(new RoiSchedule(50, 8));
        sample.confidence = 0;
        for (int i = 0; i < 200; i++) {
            sample.sequence = i;
            assertNull(off.see(sample, region, false));
        }
    }

    @Test
    void shouldForgetWhatWasAskedWhenTheSourceBeginsAnew() {
        sample.confidence = 0;
        assertEquals(EarlyCause.UNSURE, see(1_000));
        region.sourceSequence = 0;
        assertEquals(EarlyCause.UNSURE, see(12));
    }
}
