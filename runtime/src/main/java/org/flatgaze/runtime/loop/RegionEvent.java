package org.flatgaze.runtime.loop;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One renewal of the region of interest in the flight recorder; used as {@link FrameEvent} is. */
@Name("org.flatgaze.Region")
@Label("Region")
@Description("A segmentation and the region found in it")
@Category("FlatGaze")
@StackTrace(false)
final class RegionEvent extends Event {

    @Label("Source Frame")
    long sequence;

    @Label("Renewed")
    @Description("False where a stage failed and the previous region was kept")
    boolean renewed;

    /** Ends what {@link #begin()} began and records it, if anybody listens. */
    void finish(long sourceSequence, boolean wasRenewed) {
        end();
        if (shouldCommit()) {
            sequence = sourceSequence;
            renewed = wasRenewed;
            commit();
        }
    }
}
