package org.flatgaze.tests.stress;

import org.flatgaze.pipeline.roi.Roi;
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
 * The segmenting thread publishes the regions of frames 1 to 9, so that every place for one is used again, while a frame thread
 * looks twice. Result: the sooner region seen (0 the initial guess, negative a mixture of two), and how much newer the other is.
 */
@JCStressTest
@Outcome(id = "[0-9], [0-9]", expect = Expect.ACCEPTABLE, desc = "Whole regions, never an older one than before.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A torn region, or one older than already seen.")
@State
public class RoiTrackerStress {

    private final RoiTracker tracker = new RoiTracker(new RoiSchedule(2, 1), 1_000_000_000L);
    private final RoiEstimate published = new RoiEstimate();
    private final RoiEstimate seen = new RoiEstimate();

    @Actor
    public void segmenter() {
        for (int number = 1; number <= 9; number++) {
            publish(number);
        }
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
        int second = look();
        r.r2 = second < 0 ? second : second - r.r1;
    }

    private int look() {
        tracker.newest(seen);
        if (seen.sourceSequence == RoiEstimate.NO_SOURCE) {
            boolean guess = seen.roiX == Roi.CENTRE.x() && seen.roiY == Roi.CENTRE.y();
            return guess ? 0 : -10;
        }
        int number = (int) seen.sourceSequence;
        boolean whole = seen.roiX == number && seen.roiY == number && seen.openness == number;
        return whole ? number : -number;
    }
}
