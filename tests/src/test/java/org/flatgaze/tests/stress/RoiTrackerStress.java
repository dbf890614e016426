package org.flatgaze.tests.stress;

import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiSchedule;
import org.flatgaze.pipeline.roi.RoiTracker;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The segmenting thread publishes the regions of frames 1 and 2 while a frame thread looks twice. Result: the regions
 * seen (0 the initial guess, negative a mixture of two).
 */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1", "0, 2", "1, 1", "1, 2", "2, 2"},
        expect = Expect.ACCEPTABLE,
        desc = "Whole regions, never an older one than before.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A torn region, or one older than already seen.")
@State
public class RoiTrackerStress {

    private final RoiTracker tracker = new RoiTracker(new RoiSchedule(2, 1), 1_000_000_000L);
    private final RoiEstimate published = new RoiEstimate();
    private final RoiEstimate seen = new RoiEstimate();

    @Actor
    public void segmenter() {
        publish(1);
        publish(2);
    }

    private void publish(int number) {
        published.roiX = number;
        published.roiY = number;
        published.sourceSequence = number;
        published.openness = number;
        tracker.publish(published);
    }

    @Actor
    public void frameThread(II_Result r) {
        r.r1 = look();
        r.r2 = look();
    }

    private int look() {
        tracker.newest(seen);
        if (seen.sourceSequence == RoiEstimate.NO_SOURCE) {
            return 0;
        }
        int number = (int) seen.sourceSequence;
        boolean whole = seen.roiX == number && seen.roiY == number && seen.openness == number;
        return whole ? number : -number;
    }
}
