package org.flatgaze.runtime.loop;

import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.pipeline.GazeSample;

/**
 * What a loop does with a frame: the eye pipeline, or a stand-in in tests.
 *
 * <p>One thread per instance. Instances of the same run share the region of interest behind the scenes, so that a region
 * computed by one is used by all.
 */
public interface FrameProcessor extends AutoCloseable {

    /**
     * Fills {@code into} from {@code frame}; allocates nothing.
     *
     * <p>A stage that fails makes the sample FAILED and is kept as {@link #lastFailure()}.
     *
     * @throws RuntimeException if the processor itself is broken; what {@code into} holds is then undefined
     */
    void process(SensorFrame frame, GazeSample into);

    /** Whether the region of interest should be computed anew from {@code frame}, which was just processed. */
    boolean isRegionDue(SensorFrame frame);

    /**
     * Computes the region of interest from {@code frame} and offers it to all instances of the run. Slow: a segmentation
     * network runs. Called after the sample of the frame has left, so it never delays that frame.
     *
     * @return {@code false} if a stage failed and the region in use was kept; {@link #lastFailure()} says why
     */
    boolean refreshRegion(SensorFrame frame);

    /** What a part of a renewal came to. */
    enum RegionStep {
        /** There are more parts. */
        GOING_ON,
        /** It was the last part: the region is offered to all instances of the run. */
        RENEWED,
        /** A stage failed and the region in use was kept; {@link #lastFailure()} says why. */
        KEPT
    }

    /**
     * Does the next part of what {@link #refreshRegion} does in one go; frames may be processed between the parts. Allocates
     * nothing.
     *
     * @param frame the frame just processed; the first part takes it in, the others do not look at it
     */
    default RegionStep stepRegion(SensorFrame frame) {
        return refreshRegion(frame) ? RegionStep.RENEWED : RegionStep.KEPT;
    }

    /** What the last stage that failed threw, or {@code null}. Any thread. */
    Throwable lastFailure();

    @Override
    void close();
}
