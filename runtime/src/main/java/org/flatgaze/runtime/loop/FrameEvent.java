package org.flatgaze.runtime.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.flatgaze.pipeline.GazeSample;

/**
 * One frame in the flight recorder: its duration is the pipeline's, its fields are the stages'.
 *
 * <p>Without a running recording it costs a call of an empty method and allocates nothing; an instance is made once per
 * thread and used again for every frame.
 */
@Name("org.flatgaze.Frame")
@Label("Frame")
@Description("A frame on its way through the pipeline")
@Category("FlatGaze")
@StackTrace(false)
final class FrameEvent extends Event {

    @Label("Sequence")
    long sequence;

    @Label("Status")
    String status;

    @Label("Wait for a Region")
    @Timespan(Timespan.NANOSECONDS)
    long waitTime;

    @Label("Unpacking and Reconstruction")
    @Timespan(Timespan.NANOSECONDS)
    long reconstruction;

    @Label("Segmentation before the Frame")
    @Description("Only where there is no region at all yet")
    @Timespan(Timespan.NANOSECONDS)
    long segmentation;

    @Label("Gaze Network")
    @Timespan(Timespan.NANOSECONDS)
    long gaze;

    @Label("Region Age")
    @Description("Frames since the region was found")
    long regionAge;

    /** Ends what {@link #begin()} began and records it, if anybody listens. */
    void finish(GazeSample sample) {
        end();
        if (shouldCommit()) {
            sequence = sample.sequence;
            status = sample.status.name();
            waitTime = sample.waitNanos;
            reconstruction = sample.reconstructNanos;
            segmentation = sample.segmentNanos;
            gaze = sample.gazeNanos;
            regionAge = sample.roiAge;
            commit();
        }
    }
}
