package org.flatgaze.pipeline;

import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.RoiEstimate;
import org.flatgaze.pipeline.roi.RoiPredictor;
import org.flatgaze.pipeline.roi.RoiTracker;
import org.flatgaze.pipeline.roi.SegmentationStage;

/**
 * Renews the region of interest from a plane: half-size picture, segmentation, label map, region, tracker.
 *
 * <p>In SCHEDULED policy every source frame ends in a published region, if need be the held one: other threads may be
 * waiting for it. One thread; allocates nothing after construction.
 */
final class RegionRefresher {

    private final Reconstructor reconstructor;
    private final SegmentationStage segmentation;
    private final RoiPredictor predictor;
    private final RoiTracker tracker;
    private final boolean scheduled;
    private final PipelineCounters counters;
    private final float[] picture = new float[EyeLabel.MAP * EyeLabel.MAP];
    private final RoiEstimate previous = new RoiEstimate();
    private final RoiEstimate estimate = new RoiEstimate();
    private long sequence;
    private boolean underWay;
    private long spentNanos;
    private long lastNanos;

    RegionRefresher(
            Reconstructor reconstructor,
            SegmentationStage segmentation,
            RoiPredictor predictor,
            RoiTracker tracker,
            RegionPolicy policy,
            PipelineCounters counters) {
        this.reconstructor = reconstructor;
        this.segmentation = segmentation;
        this.predictor = predictor;
        this.tracker = tracker;
        this.scheduled = policy == RegionPolicy.SCHEDULED;
        this.counters = counters;
    }

    /** Takes in a frame; the plane may be overwritten afterwards. */
    void begin(float[] plane, long sourceSequence) {
        long start = System.nanoTime();
        sequence = sourceSequence;
        underWay = true;
        spentNanos = 0;
        try {
            reconstructor.reconstruct(plane, Target.HALF, 0, 0, picture);
            if (!segmentation.begin(picture)) {
                throw new IllegalStateException("half-size picture of frame " + sequence + " is not finite");
            }
        } catch (RuntimeException e) {
            giveUp();
            throw e;
        }
        spentNanos = System.nanoTime() - start;
    }

    /** Goes on for about {@code budgetNanos}; answers true when the region is published or nothing was under way. */
    boolean step(long budgetNanos) {
        if (!underWay) {
            return true;
        }
        long start = System.nanoTime();
        try {
            if (!segmentation.step(budgetNanos)) {
                spentNanos += System.nanoTime() - start;
                return false;
            }
            findPrevious();
            predictor.predict(segmentation.labels(), sequence, previous, estimate);
        } catch (RuntimeException e) {
            giveUp();
            throw e;
        }
        underWay = false;
        tracker.publish(estimate);
        lastNanos = spentNanos + System.nanoTime() - start;
        counters.countRegion(!estimate.found);
        return true;
    }

    /** Notes that a frame cannot be segmented; live, the next frame may try, so nothing is published then. */
    void skip(long sourceSequence) {
        underWay = false;
        if (scheduled) {
            sequence = sourceSequence;
            publishHeld();
            counters.countRegion(true);
        }
    }

    /** Time of the last whole renewal, ns, without pauses between steps. */
    long lastNanos() {
        return lastNanos;
    }

    /** The last half-size picture, 128 x 128. */
    float[] picture() {
        return picture;
    }

    /** The last label map, 128 x 128. */
    byte[] labels() {
        return segmentation.labels();
    }

    private void giveUp() {
        underWay = false;
        counters.countRegionFailure();
        publishHeld();
    }

    private void publishHeld() {
        findPrevious();
        estimate.hold(previous, sequence);
        tracker.publish(estimate);
    }

    /** The region in force at this frame; by its number, so that a held one does not depend on timing either. */
    private void findPrevious() {
        if (tracker.hasRegion()) {
            tracker.regionFor(sequence, scheduled, previous);
        } else {
            previous.clear();
        }
    }
}
